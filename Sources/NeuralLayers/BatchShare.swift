internal import DifferentiableTensor

/// The items of a batch that one of several processes computes, which train as one process would.
///
/// In training with a share (``withTraining(_:_:)``) every ``RandomSource`` skips the numbers of the other items:
/// dropout and noise are those of the whole batch, and all processes' generators stay the same. Batch
/// normalization has the statistics of the share's items, or by ``sum`` those of the whole batch.
public struct BatchShare: Sendable {
  /// The share's items, among those of the batch; at least one unless the batch has none.
  public let items: Range<Int>
  /// Items of the whole batch.
  public let batch: Int
  /// Whether the items are this process's own. A process for which a small batch has no items computes some
  /// of another one's, so that all take part in every sum, and its results and gradients are to be left out.
  public let counts: Bool
  /// Replaces numbers by their sums over all processes, for the statistics of the whole batch; nil: batch
  /// normalization has those of the share.
  ///
  /// Gradients of such a batch are right if each process's cotangent is that of the whole batch's loss.
  public let sum: (@Sendable (_ numbers: inout [Double]) -> Void)?

  /// A share.
  public init(
    items: Range<Int>, of batch: Int, counts: Bool = true,
    sum: (@Sendable (_ numbers: inout [Double]) -> Void)? = nil
  ) {
    (self.items, self.batch, self.counts, self.sum) = (items, batch, counts, sum)
  }

  /// The share that layers compute here; nil: the whole batch.
  @TaskLocal static var current: BatchShare?
}

/// Runs `body` in training mode on a share of the batch; nil is the whole batch.
public func withTraining<Result, Failure: Error>(
  _ share: BatchShare?, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try BatchShare.$current.withValue(share) {
    Swift.Result { () throws(Failure) -> Result in try withTraining(body) }
  }.get()
}

extension RandomSource {
  /// A tensor with one number of the generator for each scalar. Of a share of a batch, its rows are those of the
  /// items.
  ///
  /// - Throws: `TensorError.shapeMismatch` for a share, unless its items have equally many rows.
  func tensor(_ shape: [Int], _ scalar: (UInt64) -> Float) throws(TensorError) -> Tensor {
    var (before, after) = (0, 0)
    if let share = BatchShare.current, share.items.count < share.batch {
      let (rows, items) = (shape.first ?? 0, max(1, share.items.count))
      guard rows.isMultiple(of: items) else {
        throw .shapeMismatch(expected: "equally many rows of \(items) items", found: shape)
      }
      let numbersOfItem = shape.reduce(1, *) / items
      before = share.items.lowerBound * numbersOfItem
      after = (share.batch - share.items.upperBound) * numbersOfItem
    }
    generator.skip(before)
    defer { generator.skip(after) }
    return try Tensor(
      shape: shape,
      filledBy: { scalars in
        for index in scalars.indices { scalars[index] = scalar(generator.next()) }
      })
  }
}
