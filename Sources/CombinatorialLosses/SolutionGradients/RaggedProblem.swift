/// A problem with the lengths of a ragged batch, so that every loss takes padded costs: what lies behind the
/// lengths is never read, and its gradient is 0.
///
///     try Assignment().ragged(Lengths(rows: [3, 5])).spoPlusLoss(predicted, trueCosts: costs)
public struct RaggedProblem<Base: PrimalProblem>: PrimalProblem {
  /// The problem.
  public let base: Base
  /// What each problem of the batch uses.
  public let lengths: Lengths

  /// As the problem has it.
  public var costRank: Int { base.costRank }

  /// Solves one problem, of which all is in use.
  public func solve(_ costs: Tensor) throws -> PrimalSolution { try base.solve(costs) }

  /// Solves a batch with the problem's lengths, or with others.
  public func solve(batch costs: Tensor, lengths: Lengths?) throws -> [PrimalSolution] {
    try base.solve(batch: costs, lengths: lengths ?? self.lengths)
  }
}

extension PrimalProblem {
  /// The same problem over padded costs of which each item uses a part.
  public func ragged(_ lengths: Lengths) -> RaggedProblem<Self> {
    RaggedProblem(base: self, lengths: lengths)
  }
}
