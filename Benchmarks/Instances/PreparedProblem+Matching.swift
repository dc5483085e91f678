import CombinatorialSolvers
import ProblemFiles

extension PreparedProblem {
  /// Values of assignments to columns with capacities.
  static func semiAssignment(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let problems = try DenseProblems(inputs, extraCounts: { [$0.columns] })
    let solver = SemiAssignment(capacities: problems.extra[0].map { Int($0) })
    return problems.prepared(value: \.value, gap: \.dualityGap) {
      try solver.solve($0, rows: problems.rows)
    }
  }

  /// Values of matchings in which every row and every column has a price of staying unmatched.
  static func pricedMatching(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let problems = try DenseProblems(inputs, extraCounts: { [$0.rows, $0.columns] })
    return problems.prepared(value: \.value, gap: \.dualityGap) {
      try Assignment().solve(
        $0, rows: problems.rows, columns: problems.columns, unmatchedRowCosts: problems.extra[0],
        unmatchedColumnCosts: problems.extra[1])
    }
  }

  /// Values of bottleneck assignments.
  static func bottleneckAssignment(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let problems = try DenseProblems(inputs, extraCounts: { _ in [] })
    return problems.prepared(value: \.value, gap: \.dualityGap) {
      try BottleneckAssignment().solve($0, rows: problems.rows, columns: problems.columns)
    }
  }

  /// Values of the best assignments of each problem.
  static func bestAssignments(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let problems = try DenseProblems(inputs, extraCounts: { _ in [1] })
    let solver = RankedAssignment(count: Int(problems.extra[0][0]))
    let outcome = Outcome<[RankedAssignmentSolution]>()
    return PreparedProblem(
      instances: problems.costs.count,
      run: {
        outcome.value = try problems.costs.map {
          try solver.solve($0, rows: problems.rows, columns: problems.columns)
        }
      },
      check: {
        for solution in outcome.value ?? [] {
          try expectProof(solution.value, solution.dualityGap)
        }
      }, results: { [try array((outcome.value ?? []).flatMap(\.values))] })
  }

  /// The value of a sparse assignment; its structure is made before.
  static func sparseAssignment(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    guard inputs.count == 4, inputs.allSatisfy({ $0.shape.count == 1 }),
      inputs[1].shape[0] > 0, inputs[3].shape == [1]
    else {
      throw BenchmarksError.expected(
        "costs [entries], offsets [rows + 1], columns [entries] and how many there are",
        found: inputs)
    }
    let costs = inputs[0].numbers
    let problem = try SparseAssignment(
      rows: inputs[1].shape[0] - 1, columns: Int(inputs[3].numbers[0]),
      rowOffsets: inputs[1].numbers.map { Int($0) },
      columnIndices: inputs[2].numbers.map { Int32($0) })
    let outcome = Outcome<SparseAssignmentSolution>()
    return PreparedProblem(
      instances: 1, run: { outcome.value = try problem.solve(costs) },
      check: {
        if let solution = outcome.value { try expectProof(solution.value, solution.dualityGap) }
      },
      results: { [try array([outcome.value?.value ?? .nan])] })
  }

  fileprivate static func expectProof(_ value: Double, _ gap: Double) throws {
    guard abs(gap) <= 1e-9 * max(1, abs(value)) else {
      throw BenchmarksError.wrongResult("the proof of value \(value) has a gap of \(gap)")
    }
  }

  fileprivate static func array(_ values: [Double]) throws -> NumPyArray {
    try NumPyArray(shape: [values.count], elements: .double(values))
  }
}

/// Dense costs `[batch, rows, columns]`, each an array of its own, and what the whole batch shares.
private struct DenseProblems {
  let rows, columns: Int
  let costs, extra: [[Double]]

  /// - Parameter extraCounts: How long the arrays after the costs are to be.
  init(
    _ inputs: [NumPyArray], extraCounts: ((rows: Int, columns: Int)) -> [Int]
  ) throws {
    let shape = inputs.first?.shape ?? []
    let expected = shape.count == 3 ? extraCounts((shape[1], shape[2])) : []
    guard shape.count == 3, !shape.contains(0),
      inputs.dropFirst().map(\.shape) == expected.map({ [$0] })
    else {
      throw BenchmarksError.expected(
        "costs [batch, rows, columns], then vectors of \(expected)", found: inputs)
    }
    (rows, columns) = (shape[1], shape[2])
    let (numbers, cells) = (inputs[0].numbers, shape[1] * shape[2])
    costs = (0..<shape[0]).map { Array(numbers[$0 * cells..<($0 + 1) * cells]) }
    extra = inputs.dropFirst().map(\.numbers)
  }

  /// Solves the batch one problem after the other; solutions that prove themselves by a gap of 0.
  func prepared<Solution>(
    value: @escaping (Solution) -> Double, gap: @escaping (Solution) -> Double,
    _ solve: @escaping ([Double]) throws -> Solution
  ) -> PreparedProblem {
    let outcome = Outcome<[Solution]>()
    return PreparedProblem(
      instances: costs.count, run: { outcome.value = try costs.map(solve) },
      check: {
        for solution in outcome.value ?? [] {
          try PreparedProblem.expectProof(value(solution), gap(solution))
        }
      },
      results: { [try PreparedProblem.array((outcome.value ?? []).map(value))] })
  }
}
