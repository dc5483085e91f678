/// A cheapest choice of elements that is proved one by one: an element outside enters for one that it can replace.
///
/// Two choices of this kind differ by pairs of elements, each of which could be exchanged alone (R. A. Brualdi,
/// Comments on bases in dependence structures, Bull. Austral. Math. Soc. 1 (1969),
/// doi:10.1017/S000497270004140X), so that no choice is cheaper by more than all gains together.
public protocol ExchangeSolution: OptimalSolution {
  /// `[costs]`: what each element outside costs more than the dearest that it can replace; +infinity for those
  /// inside, and for those that can replace none.
  var slacks: [Double] { get }
  /// Whether the elements are a choice at all, and their costs were kept.
  var isFeasible: Bool { get }
}

extension ExchangeSolution {
  /// What the solution may cost more than the best one, at most: what exchanges would save, all together. 0, and
  /// the solution is optimal; costs are compared, and differences alone rounded.
  ///
  /// Complexity: that of ``slacks``, at each call.
  public var dualityGap: Double {
    isFeasible ? slacks.reduce(0) { $0 + max(0, 0 - $1) } : .infinity
  }

  /// The most by which an element outside is cheaper than one that it can replace. 0: the solution is optimal.
  /// Exact: costs are compared, not added.
  ///
  /// Complexity: that of ``slacks``, at each call.
  public var largestViolation: Double { slacks.reduce(0) { max($0, 0 - $1) } }

  /// Whether this is the only optimal solution: every element outside is dearer than all that it can replace.
  ///
  /// Complexity: that of ``slacks``, at each call.
  public var isUnique: Bool { slacks.allSatisfy { $0 > 0 } }
}
