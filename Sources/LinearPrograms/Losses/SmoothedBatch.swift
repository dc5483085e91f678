internal import CombinatorialLosses

/// Solved smoothed programs of a batch, with what their implicit differentiation needs.
struct SmoothedBatch: Sendable {
  private let program: SmoothedLinearProgram
  private let costs: ProgramParameter
  private let constraints, bounds: ProgramParameter?
  private let batch: ProgramBatch
  private let items: [Item]

  private struct Item: Sendable {
    let constraints: SmoothedConstraints
    let solution: SmoothedSolution
  }

  init(
    _ program: SmoothedLinearProgram, _ programs: GeneralPrograms
  ) throws(LinearProgramError) {
    self.program = program
    (costs, constraints, bounds) = (programs.costs, programs.constraints, programs.rowLower)
    batch = programs.batch
    let shared =
      programs.constraints.isShared && batch.count > 0
      ? try SmoothedConstraints(programs.constraints.matrix(0)) : nil
    items = try Self.solve(program, programs.batch.count) { item throws(LinearProgramError) in
      let constraints =
        if let shared { shared } else {
          try SmoothedConstraints(programs.constraints.matrix(item))
        }
      return (programs.costs.vector(item), constraints, programs.rowLower?.vector(item) ?? [])
    }
  }

  init(
    _ program: SmoothedLinearProgram, costs: ProgramParameter, constraints: ConstraintMatrix,
    bounds: [Double]
  ) throws(LinearProgramError) {
    self.program = program
    (self.costs, self.constraints, self.bounds) = (costs, nil, nil)
    batch = try ProgramBatch([costs])
    let shared = try SmoothedConstraints(constraints)
    items = try Self.solve(program, batch.count) { item in
      (costs.vector(item), shared, bounds)
    }
  }

  private static func solve(
    _ program: SmoothedLinearProgram, _ count: Int,
    _ problem:
      @Sendable (Int) throws(LinearProgramError) -> (
        costs: [Double], constraints: SmoothedConstraints, bounds: [Double]
      )
  ) throws(LinearProgramError) -> [Item] {
    try program.validateOptions()
    return try Batch.map(count, maxThreads: program.maxThreads, workspace: { nil }) {
      item, solver throws(LinearProgramError) in
      let (costs, constraints, bounds) = try problem(item)
      let workspace = solver ?? program.makeSolver(constraints)
      solver = workspace
      let solution = try program.solve(
        costs: costs, bounds: bounds, constraints: constraints, with: workspace)
      return Item(constraints: constraints, solution: solution)
    }
  }

  /// u of each program.
  var solutions: Tensor {
    get throws {
      try Tensor(shape: batch.shape + costs.itemShape) { scalars in
        var position = 0
        for item in items {
          for entry in item.solution.primal {
            scalars[position] = Float(entry)
            position += 1
          }
        }
      }
    }
  }

  /// By c, and by A and b where they are parameters.
  func gradients(cotangent: Tensor) throws -> [Tensor?] {
    let adjoints = try self.adjoints(cotangent: cotangent.scalars)
    return [
      try costs.gradient(count: items.count) { item, share in
        for (column, partial) in adjoints[item].costs.enumerated() { share[column] -= partial }
      },
      try constraints?.gradient(count: items.count) { item, share in
        addConstraintGradient(item, adjoints[item], to: share)
      },
      try bounds?.gradient(count: items.count) { item, share in
        for (row, partial) in adjoints[item].bounds.enumerated() { share[row] += partial }
      },
    ]
  }

  private func adjoints(
    cotangent: [Float]
  ) throws(LinearProgramError) -> [InteriorPoint.Adjoint] {
    let columns = costs.itemShape[0]
    return try Batch.map(items.count, maxThreads: program.maxThreads, workspace: { nil }) {
      number, solver throws(LinearProgramError) in
      let item = items[number]
      let workspace = solver ?? program.makeSolver(item.constraints)
      solver = workspace
      let share = cotangent[number * columns..<(number + 1) * columns].map { Double($0) }
      return try workspace.requireAdjoint(
        item.constraints.operator, solution: item.solution, cotangent: share)
    }
  }

  /// y p^T - q u^T.
  private func addConstraintGradient(
    _ item: Int, _ adjoint: InteriorPoint.Adjoint, to share: UnsafeMutableBufferPointer<Double>
  ) {
    let solution = items[item].solution
    let columns = solution.primal.count
    for (row, dual) in solution.dual.enumerated() {
      for column in 0..<columns {
        share[row * columns + column] +=
          dual * adjoint.costs[column] - adjoint.bounds[row] * solution.primal[column]
      }
    }
  }
}
