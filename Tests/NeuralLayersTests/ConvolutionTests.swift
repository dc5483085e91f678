import DifferentiableTensor
import TestSupport
import Testing

@testable import NeuralLayers

/// The extents of a convolution; square images unless `width` is given.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var batch = 2
  var inputs = 3
  var outputs = 4
  var height, width: Int
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

  /// Whether Winograd's transforms of tiles of 4 x 4 apply.
  var isTransformed: Bool { kernel == (3, 3) && stride == 1 && min(inputs, outputs) >= 8 }

  var outputHeight: Int { (height + 2 * padding - kernel.0) / stride + 1 }
  var outputWidth: Int { (width + 2 * padding - kernel.1) / stride + 1 }

  /// Calls `body` with the positions of each product of the definition's sum: in the output, the input
  /// and the weight.
  func forEachProduct(_ body: (Int, Int, Int) -> Void) {
    let (outputHeight, outputWidth) = (outputHeight, outputWidth)
    let (rows, columns) = (pairs(outputs, outputHeight), pairs(outputWidth, inputs))
    let window = pairs(kernel.0, kernel.1)
    for n in 0..<batch {
      for (o, i) in rows {
        for (j, c) in columns {
          for (k, l) in window {
            let (y, x) = (i * stride + k - padding, j * stride + l - padding)
            guard y >= 0, y < height, x >= 0, x < width else { continue }
            body(
              ((n * outputs + o) * outputHeight + i) * outputWidth + j,
              ((n * inputs + c) * height + y) * width + x,
              ((o * inputs + c) * kernel.0 + k) * kernel.1 + l)
          }
        }
      }
    }
  }

  /// The definition's sums, from a start of each, in double, and how far rounding may lead from them.
  func output(_ x: [Float], _ w: [Float], bias: [Float]) -> Approximation {
    let planeCount = outputHeight * outputWidth
    var result = Approximation(
      values: (0..<batch * outputs * planeCount).map { Double(bias[$0 / planeCount % outputs]) })
    forEachProduct { result.add(Double(x[$1]) * Double(w[$2]), at: $0) }
    let magnitudes =
      !isTransformed
      ? nil
      : WinogradMagnitude.convolution(
        x, batch: batch, inputs: inputs, height: height, width: width, filters: w, outputs: outputs,
        padding: padding)
    return result.bounded(terms: inputs * kernel.0 * kernel.1 + 1, magnitudes, inputs)
  }

  /// Those of the gradients by the input, the weight and the bias.
  func gradients(_ x: [Float], _ w: [Float], cotangent g: [Float]) -> [Approximation] {
    var input = Approximation(values: .init(repeating: 0, count: x.count))
    var weight = Approximation(values: .init(repeating: 0, count: w.count))
    var bias = Approximation(values: .init(repeating: 0, count: outputs))
    forEachProduct {
      input.add(Double(g[$0]) * Double(w[$2]), at: $1)
      weight.add(Double(g[$0]) * Double(x[$1]), at: $2)
    }
    let planeCount = outputHeight * outputWidth
    for (index, value) in g.enumerated() {
      bias.add(Double(value), at: index / planeCount % outputs)
    }
    let tiles = batch * ((outputHeight + 3) / 4) * ((outputWidth + 3) / 4)
    // The gradient by the input is a convolution of the cotangent with the filters turned round.
    let ofInput =
      !isTransformed || padding > 2
      ? nil
      : WinogradMagnitude.convolution(
        g, batch: batch, inputs: outputs, height: outputHeight, width: outputWidth,
        filters: turned(w), outputs: inputs, padding: 2 - padding)
    let ofWeight =
      !isTransformed
      ? nil
      : WinogradMagnitude.filterGradient(
        x, batch: batch, inputs: inputs, height: height, width: width, cotangent: g,
        outputs: outputs, padding: padding)
    return [
      input.bounded(terms: outputs * kernel.0 * kernel.1, ofInput, outputs),
      weight.bounded(terms: batch * planeCount, ofWeight, tiles),
      bias.bounded(terms: batch * planeCount, nil, 0),
    ]
  }

  /// [outputs, inputs, 3, 3] as [inputs, outputs, 3, 3], each filter turned by half a turn.
  private func turned(_ w: [Float]) -> [Float] {
    (0..<inputs * outputs).flatMap { pair in
      (0..<9).map { w[(pair % outputs * inputs + pair / outputs) * 9 + 8 - $0] }
    }
  }

  private func pairs(_ first: Int, _ second: Int) -> [(Int, Int)] {
    (0..<first).flatMap { one in (0..<second).map { (one, $0) } }
  }
}

/// Sums in double of what is computed in `Float`, and how far that may be from them.
struct Approximation {
  var values: [Double]
  private var magnitudes: [Double]
  private(set) var bounds: [Double] = []

  init(values: [Double]) {
    self.values = values
    magnitudes = values.map { abs($0) }
  }

  mutating func add(_ term: Double, at index: Int) {
    values[index] += term
    magnitudes[index] += term.magnitude
  }

  /// For sums of `terms`, or Winograd's algorithm with its magnitudes and sums.
  func bounded(terms: Int, _ winograd: [Double]?, _ products: Int) -> Approximation {
    var result = self
    result.bounds = magnitudes.map { ErrorBound.dotProduct(terms: terms, magnitude: $0) }
    if let winograd {
      result.bounds = zip(result.bounds, winograd).map {
        // The bias is added to what the algorithm gives.
        max($0, ErrorBound.winograd(terms: products + 1, magnitude: $1))
      }
    }
    return result
  }

  /// The greatest distance of a tensor to the values, in units of what is allowed.
  func excess(of tensor: Tensor) -> Double {
    guard tensor.count == values.count else { return .infinity }
    return zip(tensor.scalars, zip(values, bounds)).reduce(0) { greatest, pair in
      let distance = abs(Double(pair.0) - pair.1.0)
      guard distance > 0 || distance.isNaN else { return greatest }
      return distance.isNaN ? .infinity : max(greatest, distance / pair.1.1)
    }
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
    let expected = extents.output(input.scalars, weight.scalars, bias: bias.scalars)
    #expect(expected.excess(of: output) <= 1)
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

    let expected = extents.gradients(
      input.scalars, weight.scalars, cotangent: cotangent.scalars)
    for (gradient, sums) in zip(gradients, expected) {
      #expect(sums.excess(of: gradient) <= 1)
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
    let output = try convolution2D(input, weight: weight, bias: bias, stride: stride, padding: 1)
    let expected = extents.gradients(
      input.scalars, weight.scalars, cotangent: output.scalars)
    let all = try gradient(tracking: [true, true, true])
    for position in 0..<3 {
      let alone = try gradient(tracking: (0..<3).map { $0 == position })
      #expect(alone.count == 1)
      #expect(expected[position].excess(of: alone[0]) <= 1)
      #expect(expected[position].excess(of: all[position]) <= 1)
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
