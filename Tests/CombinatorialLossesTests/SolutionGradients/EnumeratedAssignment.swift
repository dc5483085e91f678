import CombinatorialKernels
import CombinatorialLosses
import Testing

/// Assignments of n rows to n columns, one by one: the oracle of the tests in this folder.
struct EnumeratedAssignment {
  /// Every permutation matrix, row by row.
  let matrices: [[Float]]

  init(_ size: Int) {
    var matrices: [[Float]] = []
    func visit(_ columns: [Int]) {
      guard columns.count < size else {
        var matrix = [Float](repeating: 0, count: size * size)
        for (row, column) in columns.enumerated() { matrix[row * size + column] = 1 }
        matrices.append(matrix)
        return
      }
      for column in 0..<size where !columns.contains(column) { visit(columns + [column]) }
    }
    visit([])
    self.matrices = matrices
  }

  /// The least objective.
  func value(_ costs: [Double]) -> Double {
    matrices.map { Self.objective(costs, $0) }.min() ?? 0
  }

  /// The cheapest matrix; the costs should have just one.
  func solution(_ costs: [Double]) -> [Float] {
    matrices.min { Self.objective(costs, $0) < Self.objective(costs, $1) } ?? []
  }

  /// c.u
  static func objective(_ costs: [Double], _ solution: [Float]) -> Double {
    zip(costs, solution).reduce(0) { $0 + ($1.1 == 0 ? 0 : $1.0 * Double($1.1)) }
  }
}

/// A problem that counts how often its solver runs.
struct Counted<Base: PrimalProblem>: PrimalProblem {
  final class Counter: Sendable {
    private let runs = Lock(0)
    func add(_ more: Int) { runs.withLock { $0 += more } }
    /// The runs since the last call.
    func take() -> Int {
      runs.withLock { runs in
        defer { runs = 0 }
        return runs
      }
    }
  }

  let base: Base
  let counter = Counter()
  var costRank: Int { base.costRank }

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    counter.add(1)
    return try base.solve(costs)
  }
}

extension Tensor {
  /// The scalars of one item of a batch, in double precision.
  func item(_ position: Int, count: Int) -> [Double] {
    scalars[position * count..<(position + 1) * count].map(Double.init)
  }
}

extension Tensor {
  /// Normal draws as multiples of 1/1024: sums of a few dozen of them, and twice them, are exact.
  static func multiples(
    _ shape: [Int], using random: inout SeededGenerator
  ) throws -> Tensor {
    let draws = try Tensor.random(normal: shape, using: &random)
    return try Tensor(draws.scalars.map { ($0 * 1024).rounded() / 1024 }, shape: shape)
  }
}

/// Whether the mean of draws is near its expectation: within a few standard errors.
func expectNear(
  _ found: [Float], _ expected: [Double], tolerance: Double, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let isNear =
    found.count == expected.count
    && zip(found, expected).allSatisfy { abs(Double($0) - $1) <= tolerance * max(1, abs($1)) }
  #expect(
    isNear, "\(comment.map { "\($0): " } ?? "")found \(found), expected \(expected)",
    sourceLocation: sourceLocation)
}
