import DifferentiableTensor
import Testing

@testable import NeuralLayers

/// The extents of a convolution; square images unless `width` is given.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var batch = 2
  var inputs = 3
  var outputs = 4
  var height: Int
  var width: Int
  var kernel = (3, 3)
  var stride = 1
  var padding = 0

  var testDescription: String {
    "\(batch)x\(inputs)x\(height)x\(width) by \(outputs)x\(kernel.0)x\(kernel.1), "
      + "stride \(stride), padding \(padding)"
  }

  func tensors() throws -> (input: Tensor, weight: Tensor, bias: Tensor) {
    var generator = SeededGenerator(seed: 21)
    return (
      try .random(normal: [batch, inputs, height, width], using: &generator),
      try .random(normal: [outputs, inputs, kernel.0, kernel.1], using: &generator),
      try .random(normal: [outputs], using: &generator)
    )
  }

  /// Whether Winograd's transforms of tiles of 4 x 4 apply, which leave ten times the rounding errors of
  /// a plain sum: sums are up to 40 here.
  var isTransformed: Bool { kernel == (3, 3) && stride == 1 && min(inputs, outputs) >= 8 }

  var outputHeight: Int { (height + 2 * padding - kernel.0) / stride + 1 }
  var outputWidth: Int { (width + 2 * padding - kernel.1) / stride + 1 }

  /// Calls `body` with the positions of each product of the definition's sum: in the output, the input
  /// and the weight.
  func forEachProduct(_ body: (Int, Int, Int) -> Void) {
    for n in 0..<batch {
      for (o, i) in pairs(outputs, outputHeight) {
        for (j, c) in pairs(outputWidth, inputs) {
          for (k, l) in pairs(kernel.0, kernel.1) {
            let (y, x) = (i * stride + k - padding, j * stride + l - padding)
            guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
            body(
              ((n * outputs + o) * outputHeight + i) * outputWidth + j,
              ((n * inputs + c) * height + y) * width + x,
              ((o * inputs + c) * kernel.0 + k) * kernel.1 + l)
          }
        }
      }
    }
  }

  private func pairs(_ first: Int, _ second: Int) -> [(Int, Int)] {
    (0..<first).flatMap { one in (0..<second).map { (one, $0) } }
  }
}

private let cases: [ConvolutionCase] = [
  .init(height: 5, width: 7, padding: 1),
  .init(height: 5, width: 5),
  .init(height: 6, width: 5, padding: 2),
  .init(batch: 1, inputs: 1, outputs: 1, height: 1, width: 1, padding: 1),
  .init(height: 1, width: 9, padding: 1),
  .init(height: 9, width: 1, padding: 1),
  .init(height: 2, width: 1, kernel: (5, 5), padding: 2),
  .init(height: 6, width: 7, stride: 2, padding: 1),
  .init(height: 7, width: 6, stride: 3),
  .init(height: 4, width: 5, kernel: (1, 1)),
  .init(height: 7, width: 4, kernel: (1, 1), stride: 2),
  .init(height: 6, width: 6, kernel: (2, 3)),
  .init(height: 8, width: 9, kernel: (5, 2), stride: 2, padding: 1),
  .init(height: 11, width: 11, kernel: (7, 7), stride: 2, padding: 3),
  .init(batch: 11, inputs: 2, outputs: 2, height: 7, width: 7, padding: 1),  // groups of images
  .init(batch: 20, inputs: 2, outputs: 2, height: 3, width: 3, padding: 1),
  .init(batch: 19, inputs: 2, outputs: 2, height: 7, width: 7, stride: 2, padding: 1),
  .init(batch: 1, inputs: 64, outputs: 2, height: 19, width: 18, padding: 1),  // tiles of rows
  .init(batch: 1, inputs: 64, outputs: 2, height: 39, width: 37, stride: 2, padding: 1),
  .init(batch: 1, inputs: 2, outputs: 64, height: 18, width: 19, padding: 1),
  .init(inputs: 9, outputs: 8, height: 8, width: 8, padding: 1),  // tiles of 4 x 4
  .init(batch: 23, inputs: 8, outputs: 11, height: 9, width: 10, padding: 1),
  .init(batch: 3, inputs: 8, outputs: 8, height: 7, width: 5),
  .init(batch: 1, inputs: 8, outputs: 9, height: 3, width: 19, padding: 2),
]

@Suite struct ConvolutionTests {
  @Test("equals the sum that defines it", arguments: cases)
  func forward(_ extents: ConvolutionCase) throws {
    let (input, weight, bias) = try extents.tensors()
    let output = try convolution2D(
      input, weight: weight, bias: bias, stride: extents.stride, padding: extents.padding)
    #expect(
      output.shape == [extents.batch, extents.outputs, extents.outputHeight, extents.outputWidth])
    let planeCount = extents.outputHeight * extents.outputWidth
    var sums = (0..<output.count).map {
      Double(bias.scalars[$0 / planeCount % extents.outputs])
    }
    let (x, w) = (input.scalars, weight.scalars)
    extents.forEachProduct { sums[$0] += Double(x[$1]) * Double(w[$2]) }
    let expected = try Tensor(sums.map { Float($0) }, shape: output.shape)
    #expect(greatestDifference(output, expected) < (extents.isTransformed ? 3e-4 : 1e-4))
  }

  @Test("gradients equal the sums that define them", arguments: cases)
  func gradients(_ extents: ConvolutionCase) throws {
    let (input, weight, bias) = try extents.tensors()
    let leaves = [input, weight, bias].map { $0.requiringGradient() }
    let output = try convolution2D(
      leaves[0], weight: leaves[1], bias: leaves[2], stride: extents.stride,
      padding: extents.padding)
    var generator = SeededGenerator(seed: 22)
    let cotangent = try Tensor.random(normal: output.shape, using: &generator)
    let gradients = try output.gradients(of: leaves, cotangent: cotangent)

    var sums = gradients.map { [Double](repeating: 0, count: $0.count) }
    let (x, w, g) = (input.scalars, weight.scalars, cotangent.scalars)
    extents.forEachProduct {
      sums[0][$1] += Double(g[$0]) * Double(w[$2])
      sums[1][$2] += Double(g[$0]) * Double(x[$1])
    }
    let planeCount = extents.outputHeight * extents.outputWidth
    for (index, value) in g.enumerated() {
      sums[2][index / planeCount % extents.outputs] += Double(value)
    }
    for (gradient, sum) in zip(gradients, sums) {
      let expected = try Tensor(sum.map { Float($0) }, shape: gradient.shape)
      #expect(greatestDifference(gradient, expected) < 3e-4)
    }
  }

  @Test("each gradient is the same whether or not the others are asked for", arguments: [1, 2])
  func partialGradients(stride: Int) throws {
    let extents = ConvolutionCase(height: 9, width: 8, stride: stride, padding: 1)
    let (input, weight, bias) = try extents.tensors()
    func gradient(tracking: [Bool]) throws -> [Tensor] {
      let leaves = zip([input, weight, bias], tracking).map { $1 ? $0.requiringGradient() : $0 }
      let output = try convolution2D(
        leaves[0], weight: leaves[1], bias: leaves[2], stride: stride, padding: 1)
      return try output.gradients(of: leaves.filter(\.isTracked), cotangent: output.detached)
    }
    let all = try gradient(tracking: [true, true, true])
    for position in 0..<3 {
      let alone = try gradient(tracking: (0..<3).map { $0 == position })
      #expect(alone.count == 1)
      #expect(greatestDifference(alone[0], all[position]) < 1e-3)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let images = try Tensor.zeros([2, 3, 5, 5])
    let filters = try Tensor.zeros([4, 3, 3, 3])
    func refuses(
      _ input: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, _ stride: Int = 1,
      _ padding: Int = 0
    ) {
      #expect(throws: TensorError.self) {
        try convolution2D(input, weight: weight, bias: bias, stride: stride, padding: padding)
      }
    }
    refuses(try images.reshaped([6, 5, 5]), filters)
    refuses(images, try filters.reshaped([12, 9]))
    refuses(images, try .zeros([4, 2, 3, 3]))
    refuses(images, filters, try .zeros([3]))
    refuses(images, filters, nil, 0)
    refuses(images, filters, nil, 1, -1)
    refuses(images, filters, nil, 1, 3)
    refuses(images, try .zeros([4, 3, 6, 3]))
    refuses(images, try .zeros([4, 3, 0, 3]))
  }
}
