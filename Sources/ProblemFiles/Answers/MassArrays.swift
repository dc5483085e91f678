package import CombinatorialSolvers
internal import CombinatorialFiles

/// What rows have and columns want, from files or, without a file, as much for each.
package struct MassArrays: Sendable {
  private let supply: CostArray?
  private let demand: CostArray?

  /// Reads the masses: [rows] and [columns], or with an axis of the batch in front.
  package init(supplyAt supply: String?, demandAt demand: String?) throws(NumPyFileError) {
    self.supply = try supply.map { path throws(NumPyFileError) in try CostArray(contentsOf: path) }
    self.demand = try demand.map { path throws(NumPyFileError) in try CostArray(contentsOf: path) }
  }

  /// The masses of each problem. Those without a file add up to what the others do, and to 1 without both.
  ///
  /// Float32 masses are rounded, so that their totals differ by it: where one of them is rounded so and an
  /// imbalance is refused, the demand is scaled to the supply within that rounding.
  package func masses(
    rows: Int, columns: Int, batch: Int?, isBalanced: Bool
  ) throws(AnswerError) -> (Int) -> (supply: [Double], demand: [Double]) {
    let own = try supply.map { array throws(AnswerError) in
      try array.split(["rows"], item: [rows], batch: batch)
    }
    let wanted = try demand.map { array throws(AnswerError) in
      try array.split(["columns"], item: [columns], batch: batch)
    }
    let isRounded = [supply, demand].contains {
      if case .float? = $0?.array.elements { true } else { false }
    }
    return { item in
      func even(_ count: Int, total: Double?) -> [Double] {
        [Double](repeating: (total ?? 1) / Double(max(1, count)), count: count)
      }
      let (given, taken) = (own?(item), wanted?(item))
      let supply = given ?? even(rows, total: taken?.reduce(0, +))
      var demand = taken ?? even(columns, total: given?.reduce(0, +))
      let (total, needed) = (supply.reduce(0, +), demand.reduce(0, +))
      let tolerance = isRounded ? TransportMasses.tolerance(of: Float.self) : 1e-12
      if isBalanced, needed > 0, (total / needed).isFinite, total != needed,
        abs(total - needed) <= tolerance * max(total, needed),
        isRounded || given == nil || taken == nil
      {
        demand = demand.map { $0 * (total / needed) }
      }
      return (supply, demand)
    }
  }

  /// A solver's refusal, by the file of the mass.
  package func describe(_ error: CombinatorialError, costs: CostArray, batch: Int?) -> String {
    if case .invalidMass(let side, let position, let value) = error.reason {
      let array = (side == .supply ? supply : demand) ?? costs
      return MatrixRefusal.place(in: array, batch: batch)
        + "\(side.rawValue) \(position): expected a number of at least 0, found \(value)"
    }
    return MatrixRefusal.place(in: costs) + MatrixRefusal.describe(error, batch: batch)
  }
}

extension Answer {
  /// Solves a problem of costs [rows, columns] between masses, or a batch of them, as float64.
  package static func solving<Problem: TransportProblem>(
    _ problem: Problem, _ costs: CostArray, between masses: MassArrays, isBalanced: Bool = true,
    _ options: AnswerOptions, words: (Solved<Problem.Solutions.Element>) -> Words
  ) throws -> [Answer] {
    let (batch, item) = try costs.split(["rows", "columns"])
    let of = try masses.masses(
      rows: item[0], columns: item[1], batch: batch, isBalanced: isBalanced)
    let size = item[0] * item[1]
    let numbers = costs.array.doubles
    let sign = options.maximizes ? -1.0 : 1
    func own(_ index: Int) -> [Double] { Array(numbers[index * size..<(index + 1) * size]) }
    return try oneByOne(
      batch, name: costs.file,
      solve: { index throws(CombinatorialError) in
        let (supply, demand) = of(index)
        return try problem.solve(own(index).map { sign * $0 }, supply: supply, demand: demand)
      },
      reason: {
        masses.describe(options.maximizes ? $0.ofNegatedCosts : $0, costs: costs, batch: $1)
      },
      parts: { solution, index in
        let solved = Solved(solution: solution) { own(index) }
        let value: Words = options.maximizes ? ["value": sign * solution.value] : [:]
        return body(solved, words(solved) + value, options, item)
      })
  }

  /// The answers of a batch that is solved one problem after the other.
  ///
  /// - Parameter batch: Nil for a problem alone.
  static func oneByOne<Solution>(
    _ batch: Int?, name: String, solve: (Int) throws(CombinatorialError) -> Solution,
    reason: (CombinatorialError, _ batch: Int?) -> String,
    parts: (Solution, Int) -> [any Encodable]
  ) throws -> [Answer] {
    try (0..<(batch ?? 1)).map { index in
      let solution: Solution
      do throws(CombinatorialError) {
        solution = try solve(index)
      } catch {
        return try Answer(status(of: error), reason: reason(error, batch.map { _ in index }))
      }
      return try Answer(optimal: parts(solution, index), name: PrintableText.escaped(name))
    }
  }
}

extension Answer {
  /// Solves a problem between masses at positions, or a batch of them, as float64.
  ///
  /// - Parameters:
  ///   - axis: That of a position's coordinates; nil: it is a number.
  ///   - words: What the answer says beside the solution's words.
  package static func solving(
    from sources: CostArray, to targets: CostArray, axis: String? = nil, between masses: MassArrays,
    _ options: AnswerOptions,
    words: (TransportSolution, _ dimensions: Int) -> Words = { _, _ in [:] },
    solve: (
      _ sources: [Double], _ targets: [Double], _ dimensions: Int, _ supply: [Double],
      _ demand: [Double]
    ) throws(CombinatorialError) -> TransportSolution
  ) throws -> [Answer] {
    let axes = axis.map { [$0] } ?? []
    let (batch, item) = try sources.split(["rows"] + axes)
    let dimensions = item.dropFirst().first ?? 1
    let columns = try targets.split(["columns"] + axes).item[0]
    let positions = try targets.split(
      ["columns"] + axes, item: [columns] + item.dropFirst(), batch: batch)
    let own = try sources.split(["rows"] + axes, item: item, batch: batch)
    let of = try masses.masses(rows: item[0], columns: columns, batch: batch, isBalanced: true)
    return try oneByOne(
      batch, name: sources.file,
      solve: { index throws(CombinatorialError) in
        let (supply, demand) = of(index)
        return try solve(own(index), positions(index), dimensions, supply, demand)
      },
      reason: { error, batch in
        for (side, array, own) in [("source", sources, own), ("target", targets, positions)] {
          let places = own(batch ?? 0)
          guard let at = places.firstIndex(where: { !$0.isFinite }) else { continue }
          return MatrixRefusal.place(in: array, batch: batch)
            + "\(side) \(at / dimensions)\(axis.map { _ in ", coordinate \(at % dimensions)" } ?? ""): "
            + "expected a finite number, found \(places[at])"
        }
        return masses.describe(error, costs: sources, batch: batch)
      },
      parts: { solution, _ in
        body(
          Solved(solution: solution) { [] }, words(solution, dimensions), options,
          [item[0], columns])
      })
  }

  /// Labels the positions of a chain, or of a batch of chains, as float64.
  ///
  /// - Parameter steps: [labels, labels], or [positions - 1, labels, labels]; with an axis of the batch in front
  ///   where each problem has steps of its own.
  package static func solvingChains(
    unary: CostArray, steps: CostArray, _ options: AnswerOptions
  ) throws -> [Answer] {
    let (batch, item) = try unary.split(["positions", "labels"])
    let (positions, labels) = (item[0], item[1])
    let isShared = steps.array.shape.count == 2
    let stepShape = isShared ? [labels, labels] : [max(0, positions - 1), labels, labels]
    let own = try steps.split(
      isShared ? ["labels", "labels"] : ["steps", "labels", "labels"], item: stepShape, batch: batch
    )
    let (numbers, size) = (unary.array.doubles, positions * labels)
    let sign = options.maximizes ? -1.0 : 1
    func costs(_ index: Int) -> [Double] {
      numbers[index * size..<(index + 1) * size].map { sign * $0 }
    }
    return try oneByOne(
      batch, name: unary.file,
      solve: { index throws(CombinatorialError) in
        try ChainLabeling().solve(
          unary: costs(index), steps: own(index).map { sign * $0 }, labels: labels)
      },
      reason: { error, batch in
        let error = options.maximizes ? error.ofNegatedCosts : error
        guard case .invalidCostAt(let position, let value) = error.reason else {
          return MatrixRefusal.place(in: unary) + MatrixRefusal.describe(error, batch: batch)
        }
        let matrix = [position / labels % labels, position % labels]
        let cell = isShared ? matrix : [position / (labels * labels)] + matrix
        return MatrixRefusal.place(in: steps, batch: batch)
          + "cell \(cell): \(MatrixRefusal.expected(insteadOf: value)), found \(value)"
      },
      parts: { solution, index in
        let steps: Words =
          options.includesGradient
          ? ["stepGradient": NestedNumbers(solution.stepGradient, shape: stepShape)] : [:]
        let words: Words = ["value": sign * solution.value]
        return body(Solved(solution: solution) { costs(index) }, words + steps, options, item)
      })
  }
}
