/// How much was lost by deciding on predicted costs instead of the true ones.
///
/// The metric by which the losses of this package are judged, not a loss: it is piecewise constant in the
/// predicted costs. Gather it over the batches of a test set with ``append(_:)``.
///
/// A. Elmachtoub, P. Grigas, Smart "predict, then optimize", Management Science 68 (2022),
/// doi:10.1287/mnsc.2020.3922.
public struct Regret: Sendable, Equatable {
  /// c.u*(c') - z*(c) of each problem, at least 0 but for rounding; +infinity if the decision is forbidden.
  public private(set) var values: [Double] = []
  /// z*(c) of each problem.
  public private(set) var optimalValues: [Double] = []

  /// The regret of no problems.
  public init() {}

  init(values: [Double], optimalValues: [Double]) {
    (self.values, self.optimalValues) = (values, optimalValues)
  }

  /// Takes in the regret of further problems.
  public mutating func append(_ other: Regret) {
    values += other.values
    optimalValues += other.optimalValues
  }

  /// The mean over the problems; 0 of none.
  public var mean: Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// The sum of the regrets over the sum of |z*(c)|: the share by which the decisions are dearer than the
  /// best ones. 0 without regret, +infinity if there is regret and all optimal values are 0.
  public var normalized: Double {
    let total = values.reduce(0, +)
    return total == 0 ? 0 : total / optimalValues.reduce(0) { $0 + abs($1) }
  }
}

extension PrimalProblem {
  /// The regret of deciding on predicted costs: what the solution u*(c') costs in truth, less the least
  /// possible.
  ///
  ///     regret = c.u*(c') - z*(c)
  ///
  /// for the predicted costs c' and the true costs c. Off the tape. Where several solutions are optimal
  /// for c', it is the one that the solver chooses.
  ///
  /// - Parameters:
  ///   - predictedCosts: c', for one problem, or for a batch with the batch as the first axis.
  ///   - trueCosts: c, in the same shape.
  ///   - trueOptimum: The ``optimum(_:)`` of the true costs, if it is at hand.
  /// - Throws: What the solver throws; ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``.
  /// - Complexity: One run of the solver for each problem, two without `trueOptimum`.
  public func regret(
    _ predictedCosts: Tensor, trueCosts: Tensor, trueOptimum: Optimum? = nil
  ) throws -> Regret {
    let (items, trueOptimum) = try truth(trueCosts, trueOptimum, of: predictedCosts)
    let decision = try optimum(predictedCosts)
    let predicted = try BatchedItems(predictedCosts, itemRank: costRank, name: "predicted costs")
    let objectives = try predicted.objectives(of: decision.solution)
    let trueCost = try items.objectives(of: decision.solution)
    let values = (0..<items.count).map { item in
      // What the decision costs besides c'.u, such as an unmatched cost, it costs in truth too.
      let constant = decision.values[item] - objectives[item]
      return trueCost[item] + constant - trueOptimum.values[item]
    }
    return Regret(values: values, optimalValues: trueOptimum.values)
  }
}
