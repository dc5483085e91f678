import DifferentiableTensor
import TestSupport
import Testing

@Suite struct MatrixProductTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let left, right, result: [Int]
    var testDescription: String { "\(left) x \(right)" }
  }

  static let cases: [Case] = [
    .init(left: [1, 1], right: [1, 1], result: [1, 1]),
    .init(left: [2, 3], right: [3, 4], result: [2, 4]),
    .init(left: [5, 1], right: [1, 2], result: [5, 2]),
    .init(left: [1, 7], right: [7, 1], result: [1, 1]),
    .init(left: [2, 0], right: [0, 3], result: [2, 3]),
    .init(left: [0, 2], right: [2, 3], result: [0, 3]),
    .init(left: [2, 3], right: [3, 0], result: [2, 0]),
    .init(left: [3, 2, 4], right: [3, 4, 2], result: [3, 2, 2]),
    .init(left: [3, 2, 4], right: [4, 2], result: [3, 2, 2]),
    .init(left: [2, 4], right: [3, 4, 2], result: [3, 2, 2]),
    .init(left: [1, 2, 4], right: [3, 4, 2], result: [3, 2, 2]),
    .init(left: [2, 1, 2, 3], right: [4, 3, 2], result: [2, 4, 2, 2]),
    .init(left: [2, 1, 2, 3], right: [1, 4, 3, 2], result: [2, 4, 2, 2]),
    .init(left: [0, 2, 3], right: [3, 2], result: [0, 2, 2]),
    .init(left: [0, 2, 3], right: [1, 3, 2], result: [0, 2, 2]),
    .init(left: [130, 97], right: [97, 170], result: [130, 170]),
    .init(left: [17, 130], right: [130, 900], result: [17, 900]),
  ]

  @Test(arguments: cases)
  func agreesWithTheDefinition(item: Case) throws {
    var generator = SeededGenerator(seed: 41)
    let left = try Tensor.random(uniform: item.left, in: -1...1, using: &generator)
    let right = try Tensor.random(uniform: item.right, in: -1...1, using: &generator)
    let expected = definition(left, right, shape: item.result)
    let magnitudes = try definition(left.magnitudes(), right.magnitudes(), shape: item.result)
    let terms = left.shape[left.rank - 1]
    for transposeLeft in [false, true] {
      for transposeRight in [false, true] {
        let product = try (transposeLeft ? left.transposed() : left).matmul(
          transposeRight ? right.transposed() : right,
          transposeLeft: transposeLeft, transposeRight: transposeRight)
        #expect(product.shape == item.result)
        for (found, (value, magnitude)) in zip(
          product.scalars, zip(expected.values, magnitudes.values))
        {
          let bound = ErrorBound.dotProduct(terms: terms, magnitude: magnitude)
          #expect(abs(Double(found) - value) <= bound)
        }
      }
    }
  }

  /// Sums of products along the last axis, with the batch axes aligned at the third-last.
  private func definition(_ left: Tensor, _ right: Tensor, shape: [Int]) -> Reference {
    let (leftScalars, rightScalars) = (left.scalars, right.scalars)
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    let inner = left.shape[left.rank - 1]
    func matrix(_ batch: [Int], _ extents: ArraySlice<Int>) -> Int {
      zip(batch.suffix(extents.count), extents).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
    }
    return Reference(shape: shape) { index in
      let batch = Array(index.dropLast(2))
      let (row, column) = (index[index.count - 2], index[index.count - 1])
      let first = matrix(batch, left.shape.dropLast(2)) * rows * inner + row * inner
      let second = matrix(batch, right.shape.dropLast(2)) * inner * columns + column
      return (0..<inner).reduce(0.0) { sum, position in
        sum + Double(leftScalars[first + position])
          * Double(rightScalars[second + position * columns])
      }
    }
  }

  @Test func refusesFactorsThatDoNotFit() throws {
    let matrix = try Tensor.zeros([2, 3])
    #expect(
      throws: TensorError.shapeMismatch(
        expected: "a right factor with an inner extent of 3 for [2, 3]", found: [2, 3])
    ) { try matrix.matmul(matrix) }
    #expect(
      throws: TensorError.shapeMismatch(expected: "a left factor of rank 2 or more", found: [3])
    ) {
      try Tensor.zeros([3]).matmul(matrix)
    }
    #expect(
      throws: TensorError.shapeMismatch(expected: "a right factor of rank 2 or more", found: [])
    ) {
      try matrix.matmul(Tensor(1))
    }
    #expect(throws: TensorError.self) { try matrix.matmul(Tensor.zeros([4, 2])) }
    #expect(throws: TensorError.self) { try Tensor.zeros([2, 2, 3]).matmul(Tensor.zeros([4, 2])) }
    #expect(throws: TensorError.self) {
      try Tensor.zeros([2, 2, 3]).matmul(Tensor.zeros([3, 3, 2]))
    }
    #expect(throws: TensorError.self) { try Tensor.zeros([2, 2, 3]).matmul(Tensor.zeros([3])) }
  }

  @Test func affineMapsRefuseWhatDoesNotFit() throws {
    let (rows, weight, bias) = (
      try Tensor.zeros([2, 3]), try Tensor.zeros([4, 3]), try Tensor.zeros([4])
    )
    #expect(try rows.affine(weight: weight, bias: bias).shape == [2, 4])
    #expect(throws: TensorError.self) { try Tensor(1).affine(weight: weight, bias: bias) }
    #expect(throws: TensorError.self) { try rows.affine(weight: bias, bias: bias) }
    #expect(throws: TensorError.self) { try rows.affine(weight: weight, bias: .zeros([3])) }
    #expect(throws: TensorError.self) { try rows.affine(weight: .zeros([4, 2]), bias: bias) }
  }

  @Test func refusesAResultThatIsTooLarge() throws {
    let (tall, wide) = (try Tensor.zeros([1 << 30, 0]), try Tensor.zeros([0, 1 << 30]))
    #expect(throws: TensorError.sizeOverflow(shape: [1 << 30, 1 << 30])) { try tall.matmul(wide) }
    // BLAS counts rows in 32 bits.
    let longer = try Tensor.zeros([1 << 31, 0])
    #expect(throws: TensorError.sizeOverflow(shape: [1 << 31, 1])) {
      try longer.matmul(try Tensor.zeros([0, 1]))
    }
  }

  @Test func onlyTheNeededGradientIsComputed() throws {
    let left = try Tensor(repeating: .infinity, shape: [1, 1])
    let right = Tensor(0).requiringGradient()
    let product = try left.matmul(try right.reshaped([1, 1]))
    #expect(try product.gradients(of: [right])[0].item() == .infinity)
  }
}

extension Tensor {
  fileprivate func magnitudes() throws -> Tensor {
    try Tensor(scalars.map { Swift.abs($0) }, shape: shape)
  }
}
