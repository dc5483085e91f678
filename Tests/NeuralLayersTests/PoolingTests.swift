import DifferentiableTensor
import NeuralLayers
import TestSupport
import Testing

@Suite struct PoolingTests {
  private func images(_ shape: [Int]) throws -> Tensor {
    var generator = SeededGenerator(seed: 41)
    return try .random(normal: shape, using: &generator)
  }

  /// The pixels of each window of a plane, in row-major order of the output.
  private func windows(
    _ plane: [Float], _ height: Int, _ width: Int, size: Int, stride: Int, padding: Int
  ) -> [[Float]] {
    let (rows, columns) = (
      (height + 2 * padding - size) / stride + 1, (width + 2 * padding - size) / stride + 1
    )
    return (0..<rows * columns).map { output in
      let (top, left) = (
        output / columns * stride - padding, output % columns * stride - padding
      )
      return (0..<size * size).compactMap { offset in
        let (row, column) = (top + offset / size, left + offset % size)
        return (0..<height).contains(row) && (0..<width).contains(column)
          ? plane[row * width + column] : nil
      }
    }
  }

  @Test(
    "pools each window", arguments: [(2, 2, 0), (3, 2, 1), (3, 1, 0), (1, 1, 0), (4, 3, 2)])
  func definition(size: Int, stride: Int, padding: Int) throws {
    let (height, width) = (7, 6)
    let input = try images([2, 3, height, width])
    let planes = planes(of: input.scalars, height * width)
    let maxima = planes.flatMap {
      windows($0, height, width, size: size, stride: stride, padding: padding).map { $0.max() }
    }
    let pooled = try maxPool2D(input, kernelSize: size, stride: stride, padding: padding)
    #expect(pooled.scalars == maxima.compactMap(\.self))
    let means = planes.flatMap {
      windows($0, height, width, size: size, stride: stride, padding: 0).map { window in
        Rounded.sum(window.map { Rounded($0) }) * Rounded(1 / Double(window.count)).stored
      }
    }
    let averaged = try averagePool2D(input, kernelSize: size, stride: stride)
    #expect(Rounded.excess(averaged.scalars, means) <= 1)
  }

  private func planes(of scalars: [Float], _ count: Int) -> [[Float]] {
    stride(from: 0, to: scalars.count, by: count).map { Array(scalars[$0..<$0 + count]) }
  }

  @Test func firstOfEqualPixelsGetsTheGradient() throws {
    let input = try Tensor([1, 2, 2, 2], shape: [1, 1, 2, 2]).requiringGradient()
    let output = try maxPool2D(input, kernelSize: 2)
    #expect(
      try output.gradients(of: [input], cotangent: Tensor([3], shape: [1, 1, 1, 1]))[0]
        .scalars == [0, 3, 0, 0])
  }

  @Test func notANumberWins() throws {
    let input = try Tensor([1, .nan, 5, 2, .nan, 9], shape: [1, 1, 1, 6])
    let output = try maxPool2D(input, kernelSize: 1)
    #expect(output.scalars[1].isNaN && output.scalars[4].isNaN)
    let pooled = try maxPool2D(input.reshaped([1, 1, 2, 3]), kernelSize: 2, stride: 1)
    #expect(pooled.scalars.count { $0.isNaN } == 2)
  }

  @Test func layersHaveTheFunctionsDefaults() throws {
    let input = try images([1, 2, 6, 6])
    #expect(
      try MaxPool2D(kernelSize: 3)(input).scalars == maxPool2D(input, kernelSize: 3).scalars)
    #expect(
      try AveragePool2D(kernelSize: 2, stride: 1)(input).scalars
        == averagePool2D(input, kernelSize: 2, stride: 1).scalars)
    #expect(try GlobalAveragePool()(input).shape == [1, 2])
  }

  @Test func refusesWhatDoesNotFit() throws {
    #expect(throws: TensorError.self) { try maxPool2D(images([2, 3, 4]), kernelSize: 2) }
    #expect(throws: TensorError.self) { try maxPool2D(images([1, 1, 4, 4]), kernelSize: 5) }
    #expect(throws: TensorError.self) { try maxPool2D(images([1, 1, 4, 4]), kernelSize: 0) }
    #expect(throws: TensorError.self) {
      try maxPool2D(images([1, 1, 4, 4]), kernelSize: 2, padding: 2)
    }
    #expect(throws: TensorError.self) { try averagePool2D(images([1, 1, 4, 4]), kernelSize: 5) }
    #expect(throws: TensorError.self) { try GlobalAveragePool()(images([4])) }
  }
}
