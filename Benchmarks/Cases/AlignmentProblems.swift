import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Alignment problems with gap factor 1.5 on random costs, and what a run leaves: the paths and their
/// gradient.
final class AlignmentProblems {
  let shape: BatchShape
  private let costs: Tensor
  private let gradient: UnsafeMutableBufferPointer<Float>
  /// `[batch]`, of the latest run.
  private(set) var values: [Double] = []
  private let weights: [Float]

  static let gapFactor = 1.5

  /// The costs live in a tensor, as those of a training step do.
  init(batch: Int, rows: Int, columns: Int, costs: [Float]) throws {
    self.costs = try Tensor(costs, shape: [batch, rows, columns])
    shape = BatchShape(batch: batch, rows: rows, columns: columns)
    weights = .init(repeating: 1, count: batch)
    gradient = .allocate(capacity: costs.count)
    gradient.initialize(repeating: 0)
  }

  /// Costs -log p of uniform p: half the squared length of two normal numbers has their distribution.
  convenience init(batch: Int, rows: Int, columns: Int) throws {
    var generator = SeededGenerator(seed: 3)
    let costs = (0..<batch * rows * columns).map { _ in
      let (a, b) = (generator.nextNormal(), generator.nextNormal())
      return Float((a * a + b * b) / 2)
    }
    try self.init(batch: batch, rows: rows, columns: columns, costs: costs)
  }

  deinit { gradient.deallocate() }

  /// Values, paths and the gradient by the costs.
  func solve(_ set: InstructionSet, threads: Int) throws {
    let problem = Alignment(gapFactor: Self.gapFactor, maxThreads: threads)
    let solutions = try costs.withUnsafeScalars {
      try problem.solveInPlace($0, shape: shape, gapCosts: nil, instructionSet: set)
    }
    weights.withUnsafeBufferPointer { solutions.gradient(weights: $0, into: gradient) }
    values = solutions.values
  }

  /// `[batch, rows, columns]`, of the latest run.
  var gradients: [Float] { Array(gradient) }

  /// Throws unless each value is that of a plain dynamic programme in double, and the gradient times the
  /// costs is the value.
  func checkOptimality() throws {
    let costs = costs.scalars
    for (item, value) in values.enumerated() {
      let cells = item * shape.rows * shape.columns..<(item + 1) * shape.rows * shape.columns
      let best = shortestPath(costs[cells].map(Double.init))
      let linear = zip(costs[cells], gradient[cells]).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1)
      }
      for other in [best, linear] where abs(other - value) > 1e-5 * max(1, abs(value)) {
        throw BenchmarksError.wrongResult(
          "alignment \(item) has value \(value), expected \(other)")
      }
    }
  }

  private func shortestPath(_ costs: [Double]) -> Double {
    let (rows, columns) = (shape.rows, shape.columns)
    var below = [Double](repeating: .infinity, count: columns + 2)
    for row in stride(from: rows, through: 0, by: -1) {
      var current = [Double](repeating: .infinity, count: columns + 2)
      for column in stride(from: columns, through: 0, by: -1) {
        if row == rows, column == columns {
          current[column] = 0
          continue
        }
        let cost = costs[min(row, rows - 1) * columns + min(column, columns - 1)]
        let gap = Self.gapFactor * cost + min(below[column], current[column + 1])
        let isInside = row < rows && column < columns
        current[column] = isInside ? min(gap, cost + below[column + 1]) : gap
      }
      below = current
    }
    return below[0]
  }
}
