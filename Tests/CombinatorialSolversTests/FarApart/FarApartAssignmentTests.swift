import CombinatorialSolvers
import TestSupport
import Testing

/// Assignments against all matchings, in exact sums.
struct FarApartAssignmentTests {
  /// A drawn problem; with `prices` any row and column may stay unmatched.
  private struct Instance {
    var rows, columns: Int
    var costs: [Double]
    var prices: (rows: [Double], columns: [Double])?

    init(_ numbers: inout FarApartNumbers, isSquare: Bool = false, most: Int = 5) {
      rows = 1 + numbers.below(most)
      columns = isSquare ? rows : 1 + numbers.below(most)
      costs = numbers.costs(rows * columns)
      // Rows and columns that are great as a whole hide differences within.
      guard numbers.oneIn(3) else { return }
      let heights = (
        (0..<rows).map { _ in numbers.oneIn(3) ? numbers.number() : 0 },
        (0..<columns).map { _ in numbers.oneIn(3) ? numbers.number() : 0 }
      )
      for cell in costs.indices {
        costs[cell] = numbers.rounded(
          costs[cell] + heights.0[cell / columns] + heights.1[cell % columns])
      }
    }

    /// What a matching pays; nil if it is none.
    func terms(_ columnOfRow: [Int32]) -> [Double]? {
      let matched = columnOfRow.filter { $0 >= 0 }
      let isComplete = prices != nil || matched.count == min(rows, columns)
      guard columnOfRow.count == rows, isComplete, Set(matched).count == matched.count,
        matched.allSatisfy({ $0 < columns })
      else { return nil }
      var terms = matchedCosts(columnOfRow, costs, columns: columns)
      guard terms.allSatisfy(\.isFinite), let prices else {
        return terms.allSatisfy(\.isFinite) ? terms : nil
      }
      terms += columnOfRow.indices.filter { columnOfRow[$0] < 0 }.map { prices.rows[$0] }
      return terms
        + (0..<columns).filter { !matched.contains(Int32($0)) }.map { prices.columns[$0] }
    }

    /// The exact sums of all matchings.
    func sums() -> [ExactSum] {
      var sums: [ExactSum] = []
      ExhaustiveAssignment.forEach(
        costs, rows: rows, columns: columns, partial: prices != nil
      ) { columnOfRow, _ in
        if let terms = terms(columnOfRow) { sums.append(ExactSum(terms)) }
      }
      return sums
    }

    func judge(_ solve: () throws -> AssignmentSolution) throws -> FarApart.Verdict {
      let least = sums().min()
      return try FarApart.judge(least: least) {
        let solution = try solve()
        let isConsistent = solution.columnOfRow.enumerated().allSatisfy {
          $1 < 0 || Int($1) < columns && solution.rowOfColumn[Int($1)] == Int32($0)
        }
        let terms = isConsistent ? terms(solution.columnOfRow) : nil
        // Potentials of the reduction may be as great as any price.
        let ofPrices = prices.map { $0.rows + $0.columns + costs.filter(\.isFinite) } ?? []
        let numbers = solution.rowPotentials + solution.columnPotentials + (terms ?? []) + ofPrices
        let greatest = numbers.reduce(0) { max($0, abs($1)) }
        return verdict(
          terms, value: solution.value, gap: solution.dualityGap, least: least, greatest: greatest)
      }
    }

    func verdict(
      _ terms: [Double]?, value: Double, gap: Double, least: ExactSum?, greatest: Double
    ) -> FarApart.Verdict {
      FarApart.verdict(
        terms, value: value, gap: gap, least: least, potentials: rows + columns,
        greatest: greatest)
    }
  }

  @Test func assignments() {
    FarApart.check("Assignment") { numbers in
      let instance = Instance(&numbers)
      return try instance.judge {
        try Assignment().solve(instance.costs, rows: instance.rows, columns: instance.columns)
      }
    }
  }

  @Test func assignmentsOfFloats() {
    FarApart.check("Assignment of floats", isFloat: true) { numbers in
      let instance = Instance(&numbers)
      return try instance.judge {
        try Assignment().solve(
          instance.costs.map(Float.init), rows: instance.rows, columns: instance.columns)
      }
    }
  }

  @Test func assignmentsFromKnownPotentials() {
    FarApart.check("Assignment from potentials") { numbers in
      let instance = Instance(&numbers, isSquare: true)
      let start = numbers.numbers(instance.columns)
      return try instance.judge {
        try Assignment().solve(
          instance.costs, batch: 1, rows: instance.rows, columns: instance.columns,
          columnPotentials: start)[0]
      }
    }
  }

  @Test func assignmentsWithAnUnmatchedCost() {
    FarApart.check("Assignment with an unmatched cost") { numbers in
      var instance = Instance(&numbers, most: 4)
      let price = numbers.number()
      instance.prices = (
        .init(repeating: price, count: instance.rows),
        .init(repeating: price, count: instance.columns)
      )
      return try instance.judge {
        try Assignment(unmatchedCost: price).solve(
          instance.costs, rows: instance.rows, columns: instance.columns)
      }
    }
  }

  @Test func assignmentsWithUnmatchedCosts() {
    FarApart.check("Assignment with unmatched costs") { numbers in
      var instance = Instance(&numbers, most: 4)
      let prices = (numbers.numbers(instance.rows), numbers.numbers(instance.columns))
      instance.prices = prices
      return try instance.judge {
        try Assignment().solve(
          instance.costs, rows: instance.rows, columns: instance.columns,
          unmatchedRowCosts: prices.0, unmatchedColumnCosts: prices.1)
      }
    }
  }

  @Test(arguments: [false, true]) func bestAssignments(isPriced: Bool) {
    let problem = isPriced ? "k best with an unmatched cost" : "k best assignments"
    FarApart.check(problem) { numbers in
      var instance = Instance(&numbers, most: isPriced ? 3 : 4)
      let (price, k) = (isPriced ? numbers.number() : nil, 1 + numbers.below(8))
      instance.prices = price.map {
        (.init(repeating: $0, count: instance.rows), .init(repeating: $0, count: instance.columns))
      }
      let sums = instance.sums().sorted()
      return try FarApart.judge(least: sums.first) {
        let found = try RankedAssignment(count: k, unmatchedCost: price).solve(
          instance.costs, rows: instance.rows, columns: instance.columns)
        return Self.verdict(found, of: instance, k: k, sums: sums)
      }
    }
  }

  private static func verdict(
    _ found: RankedAssignmentSolution, of instance: Instance, k: Int, sums: [ExactSum]
  ) -> FarApart.Verdict {
    let (values, count) = (found.values, found.values.count)
    guard count == min(k, sums.count), Set(found.columnOfRow).count == count else {
      return .wrong("\(count) different assignments of \(sums.count)")
    }
    guard values == values.sorted() else { return .wrong("values that do not ascend: \(values)") }
    let greatest = instance.costs.reduce(0) { $1 < .infinity ? max($0, abs($1)) : $0 }
    for (rank, least) in sums.prefix(count).enumerated() {
      // No gap: a rank's proof would be the ranks before it.
      let verdict = instance.verdict(
        instance.terms(found.columnOfRow[rank]), value: values[rank], gap: 0, least: least,
        greatest: greatest)
      guard case .right = verdict else { return verdict }
    }
    return .right
  }
}
