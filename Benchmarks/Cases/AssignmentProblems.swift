import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// A batch of assignment problems of one shape.
struct AssignmentProblems<Scalar: CostScalar> {
  let shape: BatchShape
  let costs: [Scalar]

  init(shape: BatchShape, costs: [Scalar]) {
    (self.shape, self.costs) = (shape, costs)
  }

  init(batch: Int, rows: Int, columns: Int, costs: [Scalar]) {
    self.init(shape: BatchShape(batch: batch, rows: rows, columns: columns), costs: costs)
  }

  /// Random problems, the same for the same arguments.
  init(family: CostFamily, batch: Int, rows: Int, columns: Int, seed: UInt64 = 1) {
    var generator = SeededGenerator(seed: seed)
    let costs = (0..<batch).flatMap { _ in
      family.costs(rows: rows, columns: columns, using: &generator).map { Scalar($0) }
    }
    self.init(batch: batch, rows: rows, columns: columns, costs: costs)
  }

  func solve(with choice: KernelChoice) throws -> AssignmentBatch {
    try costs.withUnsafeBufferPointer {
      try AssignmentBatch(
        solving: $0, shape: shape, instructionSet: choice.instructionSet,
        maxThreads: choice.threads)
    }
  }

  /// Throws unless the potentials prove every assignment optimal.
  func checkOptimality(of output: AssignmentBatch) throws {
    for item in 0..<shape.batch {
      let certificate = AssignmentCertificate(problem: item, of: self, output: output)
      if let fault = certificate.fault {
        throw BenchmarksError.wrongResult("problem \(item): \(fault)")
      }
    }
  }
}

extension AssignmentBatch {
  /// Solves a batch by a kernel of choice.
  init<Scalar: CostScalar>(
    solving costs: UnsafeBufferPointer<Scalar>, shape: BatchShape,
    columnPotentials: [Double]? = nil, instructionSet: InstructionSet = .current,
    maxThreads: Int? = nil
  ) throws {
    self.init(shape: shape)
    try solve(
      CostInput(costs), columnPotentials: columnPotentials, instructionSet: instructionSet,
      maxThreads: maxThreads)
  }
}

/// The proof of one optimal assignment, by linear programming duality: min(rows, columns) pairs are
/// matched one to one; no reduced cost `c[i][j] - u[i] - v[j]` is negative; no potential of the longer
/// side, which has items to spare, is positive; all potentials add up to the value.
struct AssignmentCertificate {
  /// Rounding that is allowed to the kernels, relative to the largest cost.
  static let tolerance = 1e-9

  /// What is wrong; nil: the assignment is optimal.
  let fault: String?

  init<Scalar>(problem: Int, of problems: AssignmentProblems<Scalar>, output: AssignmentBatch) {
    let shape = problems.shape
    let (rows, columns) = (shape.rowCount(problem), shape.columnCount(problem))
    let costs = (0..<rows).flatMap { row in
      let first = (problem * shape.rows + row) * shape.columns
      return problems.costs[first..<first + columns].map { Double($0) }
    }
    let (firstRow, firstColumn) = (problem * shape.rows, problem * shape.columns)
    self.init(
      costs: costs, columns: columns, value: output.values[problem],
      columnOfRow: Array(output.columnOfRow[firstRow..<firstRow + rows]),
      rowPotentials: Array(output.rowPotentials[firstRow..<firstRow + rows]),
      columnPotentials: Array(output.columnPotentials[firstColumn..<firstColumn + columns]))
  }

  init(
    costs: [Double], columns: Int, value: Double, columnOfRow: [Int32], rowPotentials: [Double],
    columnPotentials: [Double], tolerance: Double = Self.tolerance
  ) {
    let largest = costs.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    let allowed = tolerance * max(1, largest)
    let pairs = columnOfRow.enumerated().filter { $0.element >= 0 }
      .map { (row: $0.offset, column: Int($0.element)) }
    fault =
      Self.matchingFault(pairs.map(\.column), expected: min(columnOfRow.count, columns))
      ?? Self.valueFault(
        value, found: pairs.reduce(0) { $0 + costs[$1.row * columns + $1.column] },
        dual: rowPotentials.reduce(0, +) + columnPotentials.reduce(0, +),
        allowed: allowed * Double(max(1, pairs.count)))
      ?? (columnOfRow.count < columns ? columnPotentials.max() : nil).flatMap {
        $0 > allowed ? "column potential \($0) is positive" : nil
      }
      ?? (columnOfRow.count > columns ? rowPotentials.max() : nil).flatMap {
        $0 > allowed ? "row potential \($0) is positive" : nil
      }
      ?? costs.indices.lazy.compactMap { cell -> String? in
        let reduced =
          costs[cell] - rowPotentials[cell / columns] - columnPotentials[cell % columns]
        guard reduced < -allowed else { return nil }
        return "reduced cost \(reduced) at row \(cell / columns), column \(cell % columns)"
      }.first
  }

  private static func matchingFault(_ columns: [Int], expected: Int) -> String? {
    guard columns.count == expected else { return "\(columns.count) pairs instead of \(expected)" }
    return Set(columns).count == expected ? nil : "a column is matched twice"
  }

  private static func valueFault(
    _ value: Double, found: Double, dual: Double, allowed: Double
  ) -> String? {
    if !(abs(value - found) <= allowed) {
      return "value \(value), matched costs add up to \(found)"
    }
    return abs(value - dual) <= allowed ? nil : "value \(value), potentials add up to \(dual)"
  }
}
