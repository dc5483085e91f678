internal import CombinatorialLosses

/// Linear programs of a batch, whose parts may be shared.
struct GeneralPrograms: Sendable {
  let sense: OptimizationSense
  let costs, constraints: ProgramParameter
  let rowLower, rowUpper, lower, upper: ProgramParameter?
  let batch: ProgramBatch

  /// - Throws: `LinearProgramError.shapeMismatch`.
  init(
    sense: OptimizationSense = .minimize, costs: Tensor, constraints: Tensor, rowLower: Tensor?,
    rowUpper: Tensor?, lower: Tensor? = nil, upper: Tensor? = nil
  ) throws(LinearProgramError) {
    func bounds(_ tensor: Tensor?, _ name: String) throws(LinearProgramError) -> ProgramParameter? {
      guard let tensor else { return nil }
      return try ProgramParameter(tensor, itemRank: 1, name: name)
    }
    self.sense = sense
    self.costs = try ProgramParameter(costs, itemRank: 1, name: "costs")
    self.constraints = try ProgramParameter(constraints, itemRank: 2, name: "constraints")
    self.rowLower = try bounds(rowLower, "lower row bounds")
    self.rowUpper = try bounds(rowUpper, "upper row bounds")
    self.lower = try bounds(lower, "lower variable bounds")
    self.upper = try bounds(upper, "upper variable bounds")
    let ofRows = [self.rowLower, self.rowUpper].compactMap(\.self)
    let ofColumns = [self.costs] + [self.lower, self.upper].compactMap(\.self)
    let matrix = self.constraints.itemShape
    guard ofRows.allSatisfy({ $0.itemShape == [matrix[0]] }),
      ofColumns.allSatisfy({ $0.itemShape == [matrix[1]] })
    else {
      throw .shapeMismatch(
        expected: "\(matrix[0]) bounds of rows, \(matrix[1]) costs and bounds of columns",
        found: "bounds \(ofRows.map(\.itemShape)), costs and bounds \(ofColumns.map(\.itemShape))")
    }
    batch = try ProgramBatch(ofRows + ofColumns + [self.constraints])
  }

  /// One program, with the matrix given if it is shared.
  func model(
    _ item: Int, sharing matrix: ConstraintMatrix? = nil
  ) throws(LinearProgramError) -> LinearModel {
    let constraints = if let matrix { matrix } else { try constraints.matrix(item) }
    let unbounded = [Double](repeating: .infinity, count: constraints.rows)
    return LinearModel(
      sense: sense, costs: costs.vector(item), constraints: constraints,
      rowLower: rowLower?.vector(item) ?? unbounded.map { -$0 },
      rowUpper: rowUpper?.vector(item) ?? unbounded,
      lower: lower?.vector(item), upper: upper?.vector(item))
  }

  /// Solves every program.
  func solved(by solver: LinearProgram) throws(LinearProgramError) -> SolvedPrograms {
    let shared = constraints.isShared && batch.count > 0 ? try constraints.matrix(0) : nil
    let solutions = try solver.solve(batch: batch.count) { item throws(LinearProgramError) in
      try model(item, sharing: shared)
    }
    return SolvedPrograms(programs: self, solutions: solutions)
  }
}

/// A solved batch with its gradients; `weights` are the cotangent, one for each program.
struct SolvedPrograms: Sendable {
  let programs: GeneralPrograms
  let solutions: [LinearProgramSolution]

  /// z* of each program.
  var values: Tensor {
    get throws { try Tensor(solutions.map { Float($0.value) }, shape: programs.batch.shape) }
  }

  /// u*.
  func gradientByCosts(_ weights: [Float]) throws -> Tensor? {
    try programs.costs.gradient(count: solutions.count) { item, share in
      Self.add(solutions[item].primal, times: weights[item], to: share)
    }
  }

  /// -v* u*^T.
  func gradientByConstraints(_ weights: [Float]) throws -> Tensor? {
    try programs.constraints.gradient(count: solutions.count) { item, share in
      let primal = solutions[item].primal
      for (row, dual) in solutions[item].dual.enumerated() where dual != 0 {
        let factor = -dual * Double(weights[item])
        for (column, entry) in primal.enumerated() where entry != 0 {
          share[row * primal.count + column] += factor * entry
        }
      }
    }
  }

  /// v*, by the common lower and upper bound of the rows.
  func gradientByEquations(_ weights: [Float]) throws -> Tensor? {
    try programs.rowLower?.gradient(count: solutions.count) { item, share in
      Self.add(solutions[item].dual, times: weights[item], to: share)
    }
  }

  /// By the bounds that there are: of rows, lower and upper, then of variables.
  func gradientsByBounds(_ weights: [Float]) throws -> [Tensor?] {
    let (programs, duals) = (programs, solutions.map(\.dual))
    let reducedCosts = solutions.map(\.reducedCosts)
    let sides = [
      (programs.rowLower, duals, FloatingPointSign.plus), (programs.rowUpper, duals, .minus),
      (programs.lower, reducedCosts, .plus), (programs.upper, reducedCosts, .minus),
    ]
    var gradients: [Tensor?] = []
    for case (let parameter?, let multipliers, let sign) in sides {
      gradients.append(try gradient(parameter, of: multipliers, where: sign, weights))
    }
    return gradients
  }

  /// The multipliers whose sign says that this bound is active.
  private func gradient(
    _ parameter: ProgramParameter, of multipliers: [[Double]], where sign: FloatingPointSign,
    _ weights: [Float]
  ) throws -> Tensor? {
    try parameter.gradient(count: solutions.count) { item, share in
      let bounds = parameter.vector(item)
      for (position, multiplier) in multipliers[item].enumerated()
      where (programs.sense.sign * multiplier).sign == sign && bounds[position].isFinite {
        share[position] += multiplier * Double(weights[item])
      }
    }
  }

  private static func add(
    _ vector: [Double], times weight: Float, to share: UnsafeMutableBufferPointer<Double>
  ) {
    for (position, entry) in vector.enumerated() { share[position] += Double(weight) * entry }
  }
}
