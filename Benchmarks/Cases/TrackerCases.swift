import CombinatorialSolvers
import DifferentiableTensor

/// Assignments most of whose costs are equal, as those of trackers, whose pairs beyond a gate cost as much as
/// the gate: beside the sparse problem that they are, made before it is timed.
enum TrackerCases {
  static var all: [BenchmarkCase] {
    [50, 300, 1000].flatMap { size in
      [
        benchmarkCase("gated", rows: size, columns: size, gate: 1, gated(atMost: 10, scale: 1)),
        benchmarkCase(
          "gated-far", rows: size, columns: size, gate: 1e5, gated(atMost: 10, scale: 100)),
        benchmarkCase(
          "gated", rows: size, columns: 3 * size / 4, gate: 1, gated(atMost: 10, scale: 1)),
        benchmarkCase("zero-one", rows: size, columns: size, gate: 1, zeros(share: 0.01)),
      ]
    }
  }

  /// The pairs of one row that cost less than the gate.
  private typealias Candidates = (_ columns: Int, inout SeededGenerator) -> [Int: Double]

  /// One to some candidates a row, as far from it as may be.
  private static func gated(atMost most: Int, scale: Double) -> Candidates {
    { columns, generator in
      let count = Int.random(in: 1...most, using: &generator)
      return Dictionary(
        (0..<count).map { _ in
          (
            Int.random(in: 0..<columns, using: &generator),
            Double.random(in: 0..<scale, using: &generator)
          )
        }, uniquingKeysWith: min)
    }
  }

  private static func zeros(share: Double) -> Candidates {
    { columns, generator in
      let found = (0..<columns).filter { _ in Double.random(in: 0..<1, using: &generator) < share }
      return Dictionary(uniqueKeysWithValues: found.map { ($0, 0) })
    }
  }

  private static func benchmarkCase(
    _ family: String, rows: Int, columns: Int, gate: Double, _ candidates: @escaping Candidates
  ) -> BenchmarkCase {
    BenchmarkCase(
      name: "trackers/\(family)/1x\(rows)x\(columns)/double", isRepresentative: rows == 300
    ) {
      var generator = SeededGenerator(seed: 1)
      let lists = (0..<rows).map { _ in candidates(columns, &generator) }
      let costs = lists.flatMap { list in (0..<columns).map { list[$0] ?? gate } }
      let problems = AssignmentProblems<Double>(
        batch: 1, rows: rows, columns: columns, costs: costs)
      let sparse = try SparseProblem(lists, columns: columns, gate: gate)
      return try contestants(for: problems, sparse: sparse)
    }
  }

  /// Every row has a column of its own, which it takes at the gate.
  private struct SparseProblem {
    let problem: SparseAssignment
    let costs: [Double]

    init(_ lists: [[Int: Double]], columns: Int, gate: Double) throws {
      let rows = lists.map { $0.sorted { $0.key < $1.key } }.enumerated().map { row, list in
        list.map { (column: $0.key, cost: $0.value) } + [(column: columns + row, cost: gate)]
      }
      costs = rows.flatMap { $0.map(\.cost) }
      problem = try SparseAssignment(
        rows: rows.count, columns: columns + rows.count,
        rowOffsets: rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
        columnIndices: rows.flatMap { $0.map { Int32($0.column) } })
    }
  }

  private static func contestants(
    for problems: AssignmentProblems<Double>, sparse: SparseProblem
  ) throws -> [Contestant] {
    let surplus = max(0, problems.shape.rows - problems.shape.columns)
    let gate = sparse.costs.max() ?? 0
    let value = try sparse.problem.solve(sparse.costs).value - Double(surplus) * gate
    let listed = Contestant(
      name: "listed", instances: 1, run: { _ = try sparse.problem.solve(sparse.costs) }, check: {})
    let kernels = KernelChoice.all(threads: 1).map { choice in
      let outcome = Outcome<AssignmentBatch>()
      return Contestant(
        name: choice.name, instructionSet: choice.instructionSet, threads: choice.threads,
        instances: 1, references: choice.references + (choice.name == "current" ? ["listed"] : []),
        run: { outcome.value = try problems.solve(with: choice) },
        check: {
          guard let output = outcome.value else { return }
          try problems.checkOptimality(of: output)
          guard abs(output.values[0] - value) <= 1e-9 * max(1, abs(value)) else {
            throw BenchmarksError.wrongResult(
              "\(choice.name): \(output.values[0]), listed: \(value)")
          }
        })
    }
    return [listed] + kernels
  }
}
