public import CombinatorialKernels

/// What it costs to skip each position.
public struct GapCosts<Scalar: CostScalar>: Sendable, Equatable, Encodable {
  /// `[rows]`, of a batch `[batch, rows]`: the price of V, of skipping a predicted position.
  public var predicted: [Scalar]
  /// `[columns]`, of a batch `[batch, columns]`: the price of H, of skipping a target position.
  public var target: [Scalar]

  /// Prices of single gaps. `+infinity` forbids one.
  public init(predicted: [Scalar], target: [Scalar]) {
    (self.predicted, self.target) = (predicted, target)
  }

  /// The same price for all gaps of a batch.
  init(repeating price: Scalar, shape: BatchShape) {
    predicted = .init(repeating: price, count: shape.batch * shape.rows)
    target = .init(repeating: price, count: shape.batch * shape.columns)
  }
}

extension GapCosts<Double> {
  /// A copy that shares no memory with the other.
  init(_ other: GapCosts<some CostScalar>) {
    self.init(
      predicted: other.predicted.map { Double($0) }, target: other.target.map { Double($0) })
  }

  /// Those of one problem, without padding.
  func item(_ item: Int, of shape: BatchShape) -> GapCosts {
    GapCosts(
      predicted: predicted.part(shape.rowRange(item)),
      target: target.part(shape.columnRange(item)))
  }
}

extension Alignment {
  /// The prices of all gaps where the rule has them, the given ones or one for all; nil where it has none.
  func prices<Scalar: CostScalar>(
    _ given: GapCosts<Scalar>?, of shape: BatchShape
  ) throws(CombinatorialError) -> GapCosts<Scalar>? {
    guard case .cost(let cost) = gaps else {
      guard given == nil else {
        throw .shapeMismatch(
          expected: "no costs of single gaps unless the rule is a gap cost", found: "gap costs")
      }
      return nil
    }
    guard let given else {
      guard Scalar(cost).isFinite || cost == .infinity else {
        let most =
          cost.isFinite ? "at most \(Scalar.greatestFiniteMagnitude), as the costs" : "a number"
        throw CombinatorialError(
          .invalidOption("gap cost", value: cost, expected: most + ", or +infinity"))
      }
      return GapCosts(repeating: Scalar(cost), shape: shape)
    }
    let (rows, columns) = (shape.batch * shape.rows, shape.batch * shape.columns)
    guard given.predicted.count == rows, given.target.count == columns else {
      throw .shapeMismatch(
        expected: "\(rows) gap costs of predicted and \(columns) of target positions",
        found: "\(given.predicted.count) and \(given.target.count)")
    }
    for item in 0..<shape.batch {
      let used = given.predicted[shape.rowRange(item)] + given.target[shape.columnRange(item)]
      if let refused = used.first(where: { !($0 > -.infinity) }) {
        throw CombinatorialError(.invalidGapCost(value: Double(refused)), item: item)
      }
    }
    return given
  }
}
