public import CombinatorialLosses

/// Minimization or maximisation of given costs over a fixed polyhedron.
///
///     z*(c) = optimum of c . u  subject to  rowLower <= A u <= rowUpper,  lower <= u <= upper
///     dz*/dc = u*
///
/// The constraints are those of a ``LinearModel``, sparse and in double precision; only the costs are
/// a tensor. As a `PrimalProblem` it takes whatever works for any of them.
public struct FeasiblePolyhedron: PrimalProblem {
  /// The constraints and the sense; the costs are replaced by those given.
  public let model: LinearModel
  /// The solver's options.
  public var solver: LinearProgram

  /// The polyhedron of a model.
  public init(of model: LinearModel, solver: LinearProgram = LinearProgram()) {
    (self.model, self.solver) = (model, solver)
  }

  /// Costs are a vector.
  public var costRank: Int { 1 }

  /// Solves for one vector of costs.
  ///
  /// - Parameter costs: `[columns]`.
  /// - Throws: `LinearProgramError`.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    Self.primalSolution(try solver.solve(model(costs.scalars)))
  }

  /// Solves for a batch of costs, slices of it on several threads.
  ///
  /// - Parameter costs: `[batch, columns]`.
  /// - Throws: `LinearProgramError`, naming the batch item.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    let parameter = try ProgramParameter(costs, itemRank: 1, name: "costs")
    let solutions = try solver.solve(batch: parameter.count ?? 1) { item in
      var model = self.model
      model.costs = parameter.vector(item)
      return model
    }
    return solutions.map(Self.primalSolution)
  }

  private func model(_ costs: [Float]) -> LinearModel {
    var model = self.model
    model.costs = costs.map { Double($0) }
    return model
  }

  private static func primalSolution(_ solution: LinearProgramSolution) -> PrimalSolution {
    PrimalSolution(value: solution.value, solution: .dense(solution.primal.map { Float($0) }))
  }
}
