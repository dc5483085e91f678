/// The first problems of a batch, solved as linear programs: one thread, one model, one after the other.
final class ReferencePrograms {
  static let name = "reference LP"

  let count: Int
  private let size: Int
  private let costs: [Double]
  private var method: AssignmentPolytope.Method
  private let polytope: AssignmentPolytope
  private(set) var values: [Double]
  private var primal, dual: [Double]

  /// - Parameters:
  ///   - problems: Of as many rows as columns. Their costs become doubles here, outside the timed part.
  ///   - most: How many of them to solve; a large program takes thousands of times as long as a kernel.
  init<Scalar>(
    _ problems: AssignmentProblems<Scalar>, most: Int,
    method: AssignmentPolytope.Method
  ) {
    let size = problems.shape.rows
    count = min(most, problems.shape.batch)
    (self.size, self.method) = (size, method)
    costs = problems.costs.prefix(count * size * size).map { Double($0) }
    polytope = AssignmentPolytope(size: size)
    values = .init(repeating: 0, count: count)
    primal = .init(repeating: 0, count: costs.count)
    dual = .init(repeating: 0, count: 2 * count * size)
  }

  /// With the fastest of Clp's methods for these problems.
  convenience init<Scalar>(fastestFor problems: AssignmentProblems<Scalar>) throws {
    let most = Self.count(ofSize: problems.shape.rows)
    self.init(problems, most: most, method: .dual)
    let timing = AlternatedTiming(secondsPerContestant: 0, fewestRounds: 3)
    let candidates = AssignmentPolytope.Method.candidates
    let seconds = try timing.measure(
      candidates.map { Self(problems, most: most, method: $0).contestant })
    let medians = seconds.map { Summary(of: $0).median }
    let fastest = zip(candidates, medians).min { $0.1 < $1.1 }
    if let fastest { method = fastest.0 }
  }

  /// How many programs of a size take some milliseconds.
  static func count(ofSize size: Int) -> Int { max(2, min(64, 512 / size)) }

  /// Solves the problems and copies the solutions, as a loss would need them.
  func run() throws {
    try costs.withUnsafeBufferPointer { costs in
      guard let first = costs.baseAddress else { return }
      for item in 0..<count {
        try polytope.solve(first + item * size * size, method)
        values[item] = polytope.value
        primal.withUnsafeMutableBufferPointer {
          _ = $0[item * size * size..<(item + 1) * size * size].update(
            fromContentsOf: polytope.primal)
        }
        dual.withUnsafeMutableBufferPointer {
          _ = $0[2 * item * size..<2 * (item + 1) * size].update(fromContentsOf: polytope.dual)
        }
      }
    }
  }

  /// Throws unless each solution is a matching that its dual solution proves optimal, as exactly as Clp's
  /// default tolerances have it.
  func check() throws {
    for item in 0..<count {
      let certificate = AssignmentCertificate(
        costs: Array(costs[item * size * size..<(item + 1) * size * size]), columns: size,
        value: values[item], columnOfRow: (0..<size).map { columnOfRow($0, item: item) },
        rowPotentials: Array(dual[2 * item * size..<(2 * item + 1) * size]),
        columnPotentials: Array(dual[(2 * item + 1) * size..<2 * (item + 1) * size]),
        tolerance: 1e-6)
      if let fault = certificate.fault {
        throw BenchmarksError.wrongResult("\(method.rawValue), problem \(item): \(fault)")
      }
    }
  }

  /// The column whose variable is 1; -1 if there is none.
  private func columnOfRow(_ row: Int, item: Int) -> Int32 {
    let start = (item * size + row) * size
    let column = primal[start..<start + size].firstIndex { abs($0 - 1) < 1e-6 }
    return column.map { Int32($0 - start) } ?? -1
  }

  var contestant: Contestant {
    Contestant(name: Self.name, instances: count, run: run, check: check)
  }
}
