/// An optimal vertex of a linear program with the dual solution that proves it.
///
/// Signs: every multiplier is the derivative of the optimal value by the bound that it belongs to,
/// whether the program is minimized or maximised. For a minimization a positive ``dual`` means that
/// the row's lower bound is active, a negative one the upper; for a maximisation it is the other way
/// round. ``reducedCosts`` say the same of the variables' bounds, and
///
///     costs = A^T dual + reducedCosts.
public struct LinearProgramSolution: Sendable {
  /// The program that was solved.
  public let model: LinearModel
  /// z* = costs . u* + offset.
  public let value: Double
  /// `[columns]`: u*, which is dz*/dcosts.
  public let primal: [Double]
  /// `[rows]`: A u*.
  public let rowActivities: [Double]
  /// `[rows]`: v*, which is dz*/db for the active bounds b of the rows.
  public let dual: [Double]
  /// `[columns]`: costs - A^T v*, which is dz*/dbound for the active bounds of the variables.
  public let reducedCosts: [Double]
  /// `[columns]`: where each variable stands in the optimal basis.
  public let columnStatus: [BasisStatus]
  /// `[rows]`: where each row's activity stands in the optimal basis.
  public let rowStatus: [BasisStatus]
  /// Simplex iterations.
  public let iterations: Int

  init(
    model: LinearModel, primal: [Double], rowActivities: [Double], dual: [Double],
    reducedCosts: [Double], columnStatus: [BasisStatus], rowStatus: [BasisStatus], iterations: Int
  ) {
    self.model = model
    self.value = zip(model.costs, primal).reduce(model.offset) { $0 + $1.0 * $1.1 }
    (self.primal, self.rowActivities, self.dual) = (primal, rowActivities, dual)
    (self.reducedCosts, self.columnStatus, self.rowStatus) = (reducedCosts, columnStatus, rowStatus)
    self.iterations = iterations
  }
}

extension LinearProgramSolution {
  // MARK: Certificate

  /// The dual objective: each multiplier times the bound that its sign makes active, and the offset.
  ///
  /// A multiplier whose sign asks for an infinite bound counts as
  /// ``dualInfeasibility`` instead.
  public var dualValue: Double {
    var sum = model.offset
    for (multiplier, bound) in activeBounds where bound.isFinite { sum += multiplier * bound }
    return sum
  }

  /// ``value`` less ``dualValue`` for a minimization, the reverse for a maximisation.
  ///
  /// By weak duality it is at least 0 up to rounding if both infeasibilities are 0; where it is 0 the
  /// solution is optimal.
  public var dualityGap: Double { model.sense.sign * (value - dualValue) }

  /// By how much u* and A u* leave their bounds at most; 0 if they do not.
  public var primalInfeasibility: Double {
    let activities = model.constraints.product(primal)
    var worst = 0.0
    for (row, value) in activities.enumerated() {
      worst = max(worst, model.rowLower[row] - value, value - model.rowUpper[row])
    }
    for (column, value) in primal.enumerated() {
      worst = max(worst, model.lower[column] - value, value - model.upper[column])
    }
    return worst
  }

  /// How far the multipliers are from being dual feasible at most: |costs - A^T v* - reduced cost|,
  /// and multipliers whose sign asks for an infinite bound.
  public var dualInfeasibility: Double {
    var worst = 0.0
    let priced = model.constraints.transposedProduct(dual)
    for (column, price) in priced.enumerated() {
      worst = max(worst, abs(model.costs[column] - price - reducedCosts[column]))
    }
    for (multiplier, bound) in activeBounds where !bound.isFinite {
      worst = max(worst, abs(multiplier))
    }
    return worst
  }

  /// Every multiplier that is not 0 with the bound that its sign belongs to.
  private var activeBounds: [(multiplier: Double, bound: Double)] {
    let sign = model.sense.sign
    let rows = dual.indices.map { row in
      (dual[row], sign * dual[row] > 0 ? model.rowLower[row] : model.rowUpper[row])
    }
    let columns = reducedCosts.indices.map { column in
      (
        reducedCosts[column],
        sign * reducedCosts[column] > 0 ? model.lower[column] : model.upper[column]
      )
    }
    return (rows + columns).filter { $0.0 != 0 }
  }
}
