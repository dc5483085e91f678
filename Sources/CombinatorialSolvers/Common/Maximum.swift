public import CombinatorialKernels

/// A problem as a maximum: `z* = max costs . u` over the same solutions.
///
///     try Assignment().maximum.solve(scores, rows: 3, columns: 3).columnOfRow
///
/// It is the problem at negated costs: -infinity forbids, +infinity is refused, and potentials are those of the
/// negated costs. A problem whose costs may not be negative has maxima of costs of at most 0 alone.
public struct Maximum<Base: CostProblem>: CostProblem {
  /// The problem as a minimum.
  public var base: Base

  /// As the problem has it.
  public var maxThreads: Int? {
    get { base.maxThreads }
    set { base.maxThreads = newValue }
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> MaximumBatch<Base.Solutions> {
    do throws(CombinatorialError) {
      return try costs.map { -$0 }.withUnsafeBufferPointer { negated throws(CombinatorialError) in
        MaximumBatch(base: try base.solveInPlace(negated, shape: shape))
      }
    } catch {
      throw error.ofNegatedCosts
    }
  }

  /// Solves a batch, whose solutions keep the negated costs.
  public func solve<Scalar: CostScalar>(
    sharing costs: [Scalar], shape: BatchShape
  ) throws(CombinatorialError) -> MaximumBatch<Base.Solutions> {
    try solve(sharingNegated: costs.map { -$0 }, shape: shape)
  }

  /// Solves a batch at costs that the caller has negated, where there is no room for both: the solutions share them.
  package func solve<Scalar: CostScalar>(
    sharingNegated costs: [Scalar], shape: BatchShape
  ) throws(CombinatorialError) -> MaximumBatch<Base.Solutions> {
    do throws(CombinatorialError) {
      return MaximumBatch(base: try base.solve(sharing: costs, shape: shape))
    } catch {
      throw error.ofNegatedCosts
    }
  }
}

extension Maximum: MatrixProblem where Base: MatrixProblem {
  /// As the problem has it.
  public var channels: Int { base.channels }
}
extension Maximum: ListProblem where Base: ListProblem {}

extension CostProblem {
  /// The same problem as a maximum.
  public var maximum: Maximum<Self> { Maximum(base: self) }
}

/// The solutions of a batch of maxima.
public struct MaximumBatch<Base: SolutionBatch>: SolutionBatch {
  var base: Base

  /// `[batch]`: z* of each problem.
  public var values: [Double] { base.values.map { -$0 } }
  /// The costs' shape.
  public var shape: BatchShape { base.shape }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> MaximumSolution<Base.Element> { MaximumSolution(base: base[item]) }

  /// The entries of one problem's solution: those of the minimum.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    base.forEachGradientEntry(of: item, body)
  }

  /// Copies the costs, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    costs.map { -$0 }.withUnsafeBufferPointer { base.keep(costs: $0) }
  }
}

/// A solution of greatest value. It has the words of the minimum at negated costs too.
@dynamicMemberLookup
public struct MaximumSolution<Base: OptimalSolution>: OptimalSolution {
  /// The solution of the minimum at negated costs.
  public let base: Base

  /// z*, the greatest value.
  public var value: Double { -base.value }
  /// What the solution may be worth less than the best one.
  public var dualityGap: Double { base.dualityGap }
  /// dz*/dcosts: that of the minimum.
  public var gradient: [Double] { base.gradient }

  /// The minimum's own words.
  public subscript<Word>(dynamicMember word: KeyPath<Base, Word>) -> Word { base[keyPath: word] }

  /// The minimum's own words, and the greatest value.
  public func encode(to encoder: any Encoder) throws {
    try base.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
  }

  private enum CodingKeys: CodingKey { case value }
}

extension CombinatorialError {
  /// The same error with the cost as the caller gave it.
  package var ofNegatedCosts: CombinatorialError {
    switch reason {
    case .invalidCost(let row, let column, let value):
      CombinatorialError(.invalidCost(row: row, column: column, value: -value), item: item)
    case .invalidCostAt(let position, let value):
      CombinatorialError(.invalidCostAt(position: position, value: -value), item: item)
    case .negativeCost(let row, let column, let value):
      CombinatorialError(.negativeCost(row: row, column: column, value: -value), item: item)
    case .invalidCapacity(let position, let value):
      CombinatorialError(.invalidCapacity(position: position, value: -value), item: item)
    case .invalidGridCost(let channel, let row, let column, let value):
      CombinatorialError(
        .invalidGridCost(channel: channel, row: row, column: column, value: -value), item: item)
    default: self
    }
  }
}
