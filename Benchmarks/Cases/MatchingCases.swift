import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor
import LinearPrograms

/// Relatives of assignment, each beside other ways to the same value: the linear program, or the dense
/// assignment kernel. An instance is a problem.
enum MatchingCases {
  static var all: [BenchmarkCase] {
    [CostFamily.uniform, .bag1, .geometric, .fewValued].flatMap { family in
      [(32, 4), (128, 16), (1024, 64)].map { semiAssignment(family, rows: $0, columns: $1) }
    } + [CostFamily.uniform, .fewValued].map { sparseAssignment($0, side: 1024, entries: 16) }
      + [CostFamily.uniform, .geometric].flatMap {
        [pricedMatching($0, side: 32), bottleneck($0, side: 128), ranked($0, side: 32, most: 10)]
      }
  }

  /// Room for all rows and no more. The copies of the columns are made before they are timed.
  private static func semiAssignment(
    _ family: CostFamily, rows: Int, columns: Int
  ) -> BenchmarkCase {
    benchmarkCase("semi-assignment/\(family.rawValue)/\(rows)x\(columns)", rows == 128) {
      let costs = family.problem(rows: rows, columns: columns)
      let problem = SemiAssignment(capacities: .init(repeating: rows / columns, count: columns))
      let copies = (0..<rows * rows).map { cell in
        costs[cell / rows * columns + cell % rows / (rows / columns)]
      }
      if rows <= 128 { try $0.addReference(problem.linearModel(costs, rows: rows)) }
      $0.add("copied columns") { [try dense(copies, rows).values[0]] }
      $0.addCurrent {
        let solution = try problem.solve(costs, rows: rows)
        return [solution.value, solution.value - solution.dualityGap]
      }
    }
  }

  /// Some entries a row, one of them on the diagonal. The dense kernel has +infinity elsewhere.
  private static func sparseAssignment(
    _ family: CostFamily, side: Int, entries: Int
  ) -> BenchmarkCase {
    benchmarkCase("sparse-assignment/\(family.rawValue)/\(side)x\(entries)", true) {
      let full = family.problem(rows: side, columns: side)
      var random = SeededGenerator(seed: 2)
      var (matrix, costs) = ([Double](repeating: .infinity, count: side * side), [Double]())
      var (offsets, indices) = ([0], [Int32]())
      for row in 0..<side {
        let others = (1..<entries).map { _ in Int.random(in: 0..<side, using: &random) }
        for column in Set(others + [row]).sorted() {
          matrix[row * side + column] = full[row * side + column]
          costs.append(full[row * side + column])
          indices.append(Int32(column))
        }
        offsets.append(costs.count)
      }
      let problem = try SparseAssignment(
        rows: side, columns: side, rowOffsets: offsets, columnIndices: indices)
      $0.add("dense") { [matrix, side] in [try dense(matrix, side).values[0]] }
      $0.addCurrent { [costs] in
        let solution = try problem.solve(costs)
        return [solution.value, solution.value - solution.dualityGap]
      }
    }
  }

  private static func pricedMatching(_ family: CostFamily, side: Int) -> BenchmarkCase {
    benchmarkCase("priced-matching/\(family.rawValue)/\(side)x\(side)", true) {
      let costs = family.problem(rows: side, columns: side)
      let prices = (0..<2).map { family.problem(rows: 1, columns: side, seed: 3 + $0) }
      try $0.addReference(
        Assignment().linearModel(
          costs, rows: side, columns: side, unmatchedRowCosts: prices[0],
          unmatchedColumnCosts: prices[1]))
      $0.addCurrent {
        let solution = try Assignment().solve(
          costs, rows: side, columns: side, unmatchedRowCosts: prices[0],
          unmatchedColumnCosts: prices[1])
        return [solution.value, solution.value - solution.dualityGap]
      }
    }
  }

  /// `bisection` asks the dense kernel whether the costs up to a level hold a matching.
  private static func bottleneck(_ family: CostFamily, side: Int) -> BenchmarkCase {
    benchmarkCase("bottleneck-assignment/\(family.rawValue)/\(side)x\(side)", true) {
      let costs = family.problem(rows: side, columns: side)
      let levels = Set(costs).sorted()
      $0.add("bisection") {
        var (low, high) = (0, levels.count - 1)
        while low < high {
          let middle = (low + high) / 2
          let allowed = costs.map { $0 <= levels[middle] ? 0 : Double.infinity }
          if (try? dense(allowed, side)) != nil { high = middle } else { low = middle + 1 }
        }
        return [levels[low]]
      }
      $0.addCurrent {
        let solution = try BottleneckAssignment().solve(costs, rows: side, columns: side)
        return [solution.value, solution.value - solution.dualityGap]
      }
    }
  }

  /// `whole solves` is Murty's method without potentials: it solves every child from the start.
  private static func ranked(_ family: CostFamily, side: Int, most: Int) -> BenchmarkCase {
    benchmarkCase("best-assignments/\(family.rawValue)/\(most)-of-\(side)x\(side)", true) {
      let costs = family.problem(rows: side, columns: side)
      $0.add("whole solves") { try rankedByWholeSolves(costs, side: side, most: most) }
      $0.addCurrent {
        try RankedAssignment(count: most).solve(costs, rows: side, columns: side).values
      }
    }
  }

  private static func rankedByWholeSolves(
    _ costs: [Double], side: Int, most: Int
  ) throws -> [Double] {
    var waiting = [(solution: try dense(costs, side), costs: costs, firstRow: 0)]
    var values: [Double] = []
    while values.count < most,
      let best = waiting.indices.min(by: {
        waiting[$0].solution.values[0] < waiting[$1].solution.values[0]
      })
    {
      let (solution, costs, firstRow) = waiting.remove(at: best)
      values.append(solution.values[0])
      var kept = costs
      for row in firstRow..<side {
        let own = row * side + Int(solution.columnOfRow[row])
        var child = kept
        child[own] = .infinity
        if let found = try? dense(child, side) { waiting.append((found, child, row)) }
        for cell in row * side..<(row + 1) * side where cell != own { kept[cell] = .infinity }
      }
    }
    return values
  }

  private static func dense(_ costs: [Double], _ side: Int) throws -> AssignmentBatch {
    try costs.withUnsafeBufferPointer {
      try AssignmentBatch(
        solving: $0, shape: BatchShape(rows: side, columns: side), maxThreads: 1)
    }
  }

  private static func benchmarkCase(
    _ name: String, _ isRepresentative: Bool, _ fill: @escaping (AgreedValues) throws -> Void
  ) -> BenchmarkCase {
    BenchmarkCase(name: name + "/double", isRepresentative: isRepresentative) {
      let values = AgreedValues()
      try fill(values)
      return values.contestants
    }
  }
}

/// Contestants of one problem, all of whose values must agree.
private final class AgreedValues {
  private(set) var contestants: [Contestant] = []
  private var values: [String: [Double]] = [:]

  /// - Parameter solve: The value, again from the dual solution where there is one; or several values.
  func add(
    _ name: String, references: [String] = [], _ solve: @escaping () throws -> [Double]
  ) {
    contestants.append(
      Contestant(
        name: name, instances: 1, references: references,
        run: { self.values[name] = try solve() },
        check: {
          guard let own = self.values[name] else { return }
          for (other, values) in self.values where other != name {
            guard (0..<max(own.count, values.count)).allSatisfy({ Self.agree(own, values, at: $0) })
            else { throw BenchmarksError.wrongResult("\(name): \(own), \(other): \(values)") }
          }
        }))
  }

  func addReference(_ model: LinearModel) {
    add(ReferencePrograms.name) { [try LinearProgram().solve(model).value] }
  }

  /// The kernel, set against all the others.
  func addCurrent(_ solve: @escaping () throws -> [Double]) {
    add("current", references: contestants.map(\.name), solve)
  }

  /// The last value of a shorter list stands for the rest of it.
  private static func agree(_ own: [Double], _ other: [Double], at place: Int) -> Bool {
    let pair = [own, other].map { $0[min(place, $0.count - 1)] }
    return abs(pair[0] - pair[1]) <= 1e-7 * max(1, abs(pair[0]))
  }
}

extension CostFamily {
  /// The costs of one problem, the same for the same arguments.
  fileprivate func problem(rows: Int, columns: Int, seed: UInt64 = 1) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return costs(rows: rows, columns: columns, using: &generator)
  }
}
