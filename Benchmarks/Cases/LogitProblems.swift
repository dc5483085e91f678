import CombinatorialKernels
import CombinatorialLosses
import DifferentiableTensor
import Foundation

/// Rows of normal logits with a random label each, and what is right about them.
final class LogitProblems<Scalar: CostScalar> {
  let rows, classes: Int
  let logits: [Scalar]
  let labels: [Int32]
  /// Where kernels write a result of the logits' shape.
  let output: UnsafeMutableBufferPointer<Scalar>

  init(rows: Int, classes: Int, seed: UInt64 = 1) {
    var generator = SeededGenerator(seed: seed)
    logits = (0..<rows * classes).map { _ in Scalar(generator.nextNormal()) }
    labels = (0..<rows).map { _ in Int32.random(in: 0..<Int32(classes), using: &generator) }
    (self.rows, self.classes) = (rows, classes)
    output = .allocate(capacity: rows * classes)
    output.initialize(repeating: 0)
  }

  deinit { output.deallocate() }

  /// Calls a kernel with the logits, on as many threads as the choice says.
  func with<Result>(
    _ choice: KernelChoice, _ body: (RowKernels<Scalar>, Rows<Scalar>) -> Result
  ) -> Result {
    Parallel.$maxThreads.withValue(choice.threads) {
      logits.withUnsafeBufferPointer {
        body(RowKernels(choice.instructionSet), Rows($0, count: rows, columns: classes))
      }
    }
  }

  /// Rows whose results are checked: computing all of a large matrix again would take too long.
  var checkedRows: [Int] {
    let most = 64
    return rows <= most ? Array(0..<rows) : (0..<most).map { $0 * (rows - 1) / (most - 1) }
  }

  func row(_ index: Int) -> [Double] {
    logits[index * classes..<(index + 1) * classes].map { Double($0) }
  }

  func logSumExp(_ index: Int) -> Double {
    let row = row(index)
    let largest = row.max() ?? 0
    return largest + log(row.reduce(0) { $0 + exp($1 - largest) })
  }

  /// The softmax of a row, `scale` times, less `scale` at the labels in `matched`.
  func scaledProbabilities(_ index: Int, scale: Double = 1, matched: [Int] = []) -> [Double] {
    let logSumExp = logSumExp(index)
    var probabilities = row(index).map { scale * exp($0 - logSumExp) }
    for label in matched { probabilities[label] -= scale / Double(matched.count) }
    return probabilities
  }

  /// Throws if a result is further from the expected one than rounding explains.
  func check(
    _ name: String, row: Int, _ found: some Collection<Scalar>, _ expected: [Double]
  ) throws {
    let allowed = Scalar.self == Float.self ? 1e-5 : 1e-12
    for (column, (found, expected)) in zip(found, expected).enumerated()
    where !(abs(Double(found) - expected) <= allowed * max(1, abs(expected))) {
      throw BenchmarksError.wrongResult(
        "\(name) of row \(row), column \(column): \(found) instead of \(expected)")
    }
  }

  /// Checks the rows of ``output``.
  func checkOutput(_ name: String, _ expected: (_ row: Int) -> [Double]) throws {
    for row in checkedRows {
      try check(name, row: row, output[row * classes..<(row + 1) * classes], expected(row))
    }
  }
}

extension LogitProblems<Float> {
  /// The logits as a tensor of the given shape whose gradient is wanted.
  func leaf(_ shape: [Int]) throws -> Tensor {
    try Tensor(logits, shape: shape).requiringGradient()
  }
}

/// What the fused kernels replace: log-softmax and gathering, as separate operations of tensors.
enum UnfusedOperations {
  static let name = "unfused"

  /// `[rows]`.
  static func logSumExp(_ logits: Tensor) throws -> Tensor {
    let largest = try logits.max(axes: [1], keepingDimensions: true)
    return try (logits - largest).exp().sum(axes: [1]).log() + largest.flattened()
  }

  /// `[rows, classes]`.
  static func softmax(_ logits: Tensor) throws -> Tensor {
    let exponentials = try (logits - logits.max(axes: [1], keepingDimensions: true)).exp()
    return try exponentials / exponentials.sum(axes: [1], keepingDimensions: true)
  }

  /// `[rows]`.
  static func crossEntropy(_ logits: Tensor, positions: [Int32]) throws -> Tensor {
    try -logits.logSoftmax().flattened().gathered(at: positions)
  }

  /// `[bags, size, size]` from logits `[bags, size, classes]`.
  static func bagCosts(_ logits: Tensor, positions: [Int32]) throws -> Tensor {
    let (bags, size) = (logits.shape[0], logits.shape[1])
    return try -logits.logSoftmax().flattened().gathered(at: positions).reshaped([bags, size, size])
  }

  /// Where the label of each row lies in the flattened logits.
  static func labelPositions(_ labels: [Int32], classes: Int) -> [Int32] {
    labels.enumerated().map { Int32($0.offset * classes) + $0.element }
  }

  /// Where each row of a bag has the labels of the bag, in the flattened logits.
  static func bagPositions(_ labels: [Int32], size: Int, classes: Int) -> [Int32] {
    labels.indices.flatMap { row in
      let first = row / size * size
      return labels[first..<first + size].map { Int32(row * classes) + $0 }
    }
  }
}
