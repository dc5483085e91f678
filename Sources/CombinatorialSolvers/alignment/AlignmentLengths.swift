package import CombinatorialKernels

/// How much of a padded alignment problem is in use.
public struct AlignmentLengths: Sendable, Hashable {
  /// Predicted positions: rows.
  public var predicted: Int
  /// Target positions: columns.
  public var target: Int

  /// The lengths of one problem.
  public init(predicted: Int, target: Int) {
    self.predicted = predicted
    self.target = target
  }
}

/// What it costs to skip each position.
public struct GapCosts<Scalar: Sendable>: Sendable {
  /// `[rows]`, of a batch `[batch, rows]`: the price of V, of skipping a predicted position.
  public var predicted: [Scalar]
  /// `[columns]`, of a batch `[batch, columns]`: the price of H, of skipping a target position.
  public var target: [Scalar]

  /// Prices of single gaps. `+infinity` forbids one.
  public init(predicted: [Scalar], target: [Scalar]) {
    self.predicted = predicted
    self.target = target
  }
}

extension GapCosts<Double> {
  init(_ other: GapCosts<Float>) {
    self.init(predicted: other.predicted.map(Double.init), target: other.target.map(Double.init))
  }
}

extension AlignmentShape {
  /// A batch with the lengths of its problems.
  package init(batch: Int, rows: Int, columns: Int, lengths: [AlignmentLengths]?) {
    self.init(
      batch: batch, rows: rows, columns: columns, rowCounts: lengths?.map(\.predicted),
      columnCounts: lengths?.map(\.target))
  }
}
