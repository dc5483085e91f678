package import CombinatorialSolvers
internal import CombinatorialFiles

extension Answer {
  /// Solves the problem over a matrix of costs [rows, columns], or the batch [batch, rows, columns], with an axis of
  /// channels in front of the rows where the problem has some.
  ///
  /// float32 and float64 costs are solved in their own type, integers as float64. A maximum is that of costs negated in
  /// place, if nobody else holds them.
  ///
  /// - Parameter words: What the solution says beside its own JSON and `dualityGap`.
  /// - Returns: An answer for each problem of a batch; one if none can be put to the solver.
  package static func solving<Problem: MatrixProblem>(
    _ problem: Problem, _ costs: consuming CostArray, _ options: AnswerOptions,
    words: (Solved<Problem.Solutions.Element>) -> Words = { _ in [:] }
  ) throws -> [Answer] {
    let names =
      (problem.channels == 1 ? [] : ["\(problem.channels) channels"]) + ["rows", "columns"]
    let (batch, item) = try costs.split(names)
    let firstItem = costs.firstItem
    guard item.count == 2 || item[0] == problem.channels else {
      throw costs.shapeError("an axis of \(problem.channels) channels in front of rows and columns")
    }
    return try solving(
      problem, consume costs, options, item: item,
      describe: { MatrixRefusal.describe($0, batch: batch == nil ? nil : firstItem + $1) },
      shape: {
        BatchShape(
          batch: $0, channels: problem.channels, rows: item[item.count - 2],
          columns: item[item.count - 1])
      }, words: words)
  }

  /// Solves the problem over a list of costs [costs], or the batch [batch, costs].
  ///
  /// - Parameter describe: What the file calls that which a solver refuses.
  package static func solving<Problem: ListProblem>(
    _ problem: Problem, _ costs: consuming CostArray, _ options: AnswerOptions,
    describe: (CombinatorialError) -> String = { MatrixRefusal.describe($0, batch: nil) },
    words: (Solved<Problem.Solutions.Element>) -> Words = { _ in [:] }
  ) throws -> [Answer] {
    let (batch, item) = try costs.split(["costs"])
    let firstItem = costs.firstItem
    return try solving(
      problem, consume costs, options, item: item,
      describe: { (batch == nil ? "" : "batch \(firstItem + $1): ") + describe($0) },
      shape: { BatchShape(batch: $0, rows: 1, columns: item[0]) }, words: words)
  }

  private static func solving<Problem: CostProblem>(
    _ problem: Problem, _ costs: consuming CostArray, _ options: AnswerOptions, item: [Int],
    describe: (CombinatorialError, Int) -> String, shape: (Int) -> BatchShape,
    words: (Solved<Problem.Solutions.Element>) -> Words
  ) throws -> [Answer] {
    let (file, elements) = (PrintableText.escaped(costs.file), costs.array.elements)
    let batch = costs.array.shape.count == item.count ? 1 : costs.array.shape[0]
    _ = consume costs  // so that nothing else holds the elements
    func solving<Solutions: SolutionBatch, Scalar: CostScalar>(
      _ numbers: [Scalar], sign: Double = 1,
      words: (Solved<Solutions.Element>) -> Words,
      solve: ([Scalar], BatchShape) throws(CombinatorialError) -> Solutions
    ) throws -> [Answer] {
      let size = item.reduce(1, *)
      func cells(_ items: Range<Int>) -> Range<Int> {
        items.lowerBound * size..<items.upperBound * size
      }
      return try answers(
        batch: batch,
        solve: { items throws(CombinatorialError) in
          try solve(
            items == 0..<batch ? numbers : Array(numbers[cells(items)]), shape(items.count))
        },
        failure: { try Answer(status(of: $0), reason: "\(file): \(describe($0, $1))") },
        answer: { solution, index in
          let solved = Solved(solution: solution) {
            numbers[cells(index..<index + 1)].map { sign * Double($0) }
          }
          return try Answer(
            optimal: body(solved, words(solved), options, item), name: file)
        })
    }
    func least<Scalar: CostScalar>(_ numbers: [Scalar]) throws -> [Answer] {
      try solving(numbers, words: words) { numbers, shape throws(CombinatorialError) in
        try problem.solve(sharing: numbers, shape: shape)
      }
    }
    func greatest<Scalar: CostScalar>(_ numbers: consuming [Scalar]) throws -> [Answer] {
      for index in numbers.indices { numbers[index].negate() }
      return try solving(
        numbers, sign: -1,
        words: { words(Solved(solution: $0.solution.base, costs: $0.costs)) },
        solve: { numbers, shape throws(CombinatorialError) in
          try problem.maximum.solve(sharingNegated: numbers, shape: shape)
        })
    }
    switch consume elements {
    case .float(let numbers):
      return try options.maximizes ? greatest(consume numbers) : least(numbers)
    case .double(let numbers):
      return try options.maximizes ? greatest(consume numbers) : least(numbers)
    }
  }

  /// The parts of an answer: the solution's own words, its gap, what the command adds, and the gradient.
  package static func body<Solution>(
    _ solved: Solved<Solution>, _ words: Words, _ options: AnswerOptions, _ item: [Int]
  ) -> [any Encodable] {
    let solution = solved.solution
    let gap: Words = ["dualityGap": solution.dualityGap]
    guard options.includesGradient else { return [solution, gap, words] }
    let gradient: Words = ["gradient": NestedNumbers(solution.gradient, shape: item)]
    return [solution, gap, gradient, words]
  }

  /// The answers of a batch: solved at once, or, where one has no solution, one by one.
  package static func answers<Solutions: Sequence>(
    batch: Int, solve: (Range<Int>) throws(CombinatorialError) -> Solutions,
    failure: (CombinatorialError, Int) throws -> Answer,
    answer: (Solutions.Element, Int) throws -> Answer
  ) throws -> [Answer] {
    let solutions: Solutions
    do throws(CombinatorialError) {
      solutions = try solve(0..<batch)
    } catch {
      guard error.item != nil, batch > 1 else { return [try failure(error, error.item ?? 0)] }
      return try (0..<batch).flatMap { item in
        try answers(
          batch: 1, solve: { _ throws(CombinatorialError) in try solve(item..<item + 1) },
          failure: { error, _ in try failure(error, item) },
          answer: { solution, _ in try answer(solution, item) })
      }
    }
    return try solutions.enumerated().map { try answer($0.element, $0.offset) }
  }

  /// What a solver's refusal says of a problem.
  package static func status(of error: CombinatorialError) -> Status {
    switch error.reason {
    case .infeasible, .emptySequence, .unbalanced: .infeasible
    case .negativeCycle, .unboundedFlow: .unbounded
    case .notConverged, .valueOutOfRange: .unsolved
    default: .invalid
    }
  }
}

/// What a solver refuses, by the indices of an array.
package enum MatrixRefusal {
  package static func describe(_ error: CombinatorialError, batch: Int?) -> String {
    let item = batch.map { "batch \($0): " } ?? ""
    switch error.reason {
    case .invalidCost(let row, let column, let value):
      let cell = NumPyArray.name(ofCell: (batch.map { [$0] } ?? []) + [row, column])
      return "cell \(cell): \(expected(insteadOf: value)), found \(value)"
    case .infeasible:
      return "\(item)infeasible: the forbidden (+inf) pairs leave no solution"
    default: return item + error.description(of: "the problem")
    }
  }

  /// Where something is wrong, in front of what it is.
  static func place(in array: CostArray, batch: Int? = nil) -> String {
    "\(PrintableText.escaped(array.file)): " + (batch.map { "batch \($0): " } ?? "")
  }

  /// What a cost should have been.
  static func expected(insteadOf value: Double) -> String {
    value.isFinite
      ? "expected at most 2^1000 in magnitude, so that sums stay below the largest double"
      : "expected a number or \(value > 0 ? "-inf" : "+inf") for a forbidden pair"
  }
}
