internal import CombinatorialKernels
internal import Dispatch
public import DifferentiableTensor
public import NeuralLayers

/// Training one model on several processes: each has the model and computes its share of every batch; gradients are
/// summed, and every process takes the same step.
///
/// ```swift
/// let processes = DataParallel(communicator)
/// try processes.broadcast(model)
/// for batch in batches {
///   let share = processes.share(of: batch.shape[0])
///   let loss = try withTraining(share) { try meanLoss(model(batch.sliced(share.items))) }
///   let mean = try processes.meanGradients(
///     of: loss, over: share.items.count, by: model.parameters, share: share)
///   try optimizer.step(model.parameters, along: mean.gradients)
/// }
/// ```
///
/// A run ends with the same parameters on any number of processes, but for the order in which sums are rounded: a
/// batch is the same one however it is shared, dropout and noise are drawn for the whole of it, and a mean is
/// that over all its items, not the mean of means. Batch normalization alone has statistics of its own on each
/// process, unless it is synchronized.
///
/// Not `Sendable`: a process trains on one thread. No two threads make calls of its communicator at a time.
public final class DataParallel {
  /// The processes.
  public let communicator: any Communicator
  /// Whether batch normalization takes its statistics from the whole batch, with two sums in every layer and step.
  public let synchronizesNormalization: Bool
  /// The time spent waiting for calls of the communicator so far, and for other processes in them.
  public var communicationSeconds: Double { calls.seconds }

  private let calls = CommunicatorCalls()
  private var buffer = FlatBuffer(count: 0)
  /// What sums gradients beside the backward pass.
  private let queue: DispatchQueue?

  /// Training on the processes of a communicator.
  ///
  /// - Parameters:
  ///   - communicator: The processes.
  ///   - synchronizesNormalization: Whether batch normalization takes its statistics from the whole batch.
  ///   - overlapsSums: Whether gradients are summed, on a thread of their own, while those of earlier layers are still
  ///     computed: it hides the time of a slow network, but takes some of a core's where waiting does. Not with
  ///     synchronized normalization, which has sums of its own in the backward pass.
  public init(
    _ communicator: any Communicator, synchronizesNormalization: Bool = false,
    overlapsSums: Bool = false
  ) {
    (self.communicator, self.synchronizesNormalization) = (communicator, synchronizesNormalization)
    let overlaps = overlapsSums && !synchronizesNormalization && communicator.size > 1
    queue = overlaps ? DispatchQueue(label: "combinatorial-losses.sums") : nil
  }

  /// Training on one process.
  public convenience init() { self.init(SingleProcess()) }

  /// This process's number.
  public var rank: Int { communicator.rank }
  /// How many processes there are.
  public var size: Int { communicator.size }
  /// Whether this is the process that writes logs and checkpoints: rank 0.
  public var isLeader: Bool { rank == 0 }

  // MARK: Shares

  /// This process's items of a batch: equally many on each, or one more on the first ones.
  ///
  /// With fewer items than processes, the last ones compute the first item without being counted.
  public func share(of batch: Int) -> BatchShare {
    let sum = synchronizesNormalization && size > 1 ? sumOfStatistics : nil
    // Rounded up, so that what a small batch has goes to the first ranks.
    func start(_ rank: Int) -> Int { (rank * batch + size - 1) / size }
    let items = start(rank)..<start(rank + 1)
    guard items.isEmpty, batch > 0 else { return BatchShare(items: items, of: batch, sum: sum) }
    return BatchShare(items: 0..<1, of: batch, counts: false, sum: sum)
  }

  /// What layers sum statistics with. It cannot throw: a failure is thrown by the sum of gradients that follows.
  private var sumOfStatistics: @Sendable (inout [Double]) -> Void {
    let (communicator, calls) = (communicator, calls)
    return { numbers in
      try? calls.timed { () throws(CommunicatorError) in
        let result = numbers.withUnsafeMutableBufferPointer { numbers in
          Swift.Result { () throws(CommunicatorError) in try communicator.sum(numbers) }
        }
        try result.get()
      }
    }
  }

  // MARK: Gradients

  /// The mean loss of a batch of which each process has computed its share, and the gradients of that mean.
  ///
  /// - Parameters:
  ///   - loss: A scalar, the mean over this share's items; NaN and infinities go to all processes.
  ///   - count: How many items, or tokens, that mean is over: they may be others on every process.
  ///   - parameters: What the gradients are by.
  ///   - share: The share that the loss was computed from, for whether it counts.
  /// - Throws: ``CommunicatorError``; `TensorError`.
  public func meanGradients(
    of loss: Tensor, over count: Int, by parameters: [Parameter], share: BatchShare
  ) throws -> (loss: Double, gradients: [Tensor]) {
    let part = try part(ofLoss: Double(try loss.item()), over: count, share: share)
    let gradients = try self.gradients(
      of: loss, cotangent: Tensor(1), part: part, by: parameters)
    return (part.meanLoss, gradients)
  }

  /// What this process's share is of the whole batch.
  public struct Part: Sendable, Equatable {
    /// The mean loss of the whole batch.
    public let meanLoss: Double
    /// The share of this process in that mean, from 0 to 1.
    public let weight: Double
    /// Items of the whole batch.
    public let items: Int
  }

  /// The mean loss of a batch from those of the shares.
  ///
  /// - Parameters:
  ///   - loss: The mean over this share's items.
  ///   - count: How many items, or tokens, that mean is over.
  ///   - items: How many items this share has; nil: as many as the mean is over.
  ///   - share: Whose loss it is.
  public func part(
    ofLoss loss: Double, over count: Int, items: Int? = nil, share: BatchShare
  ) throws(CommunicatorError) -> Part {
    let items = items ?? count
    guard size > 1 else { return Part(meanLoss: loss, weight: 1, items: items) }
    let own = [Double(count), loss * Double(count), Double(items)]
    let totals = try totals(share.counts ? own : [0, 0, 0])
    let total = max(1, totals[0])
    return Part(
      meanLoss: totals[1] / total, weight: share.counts ? own[0] / total : 0,
      items: Int(totals[2]))
  }

  /// The gradients of the batch's mean loss, summed over all processes.
  ///
  /// - Parameters:
  ///   - output: What this share's loss was computed from, on the tape of the parameters.
  ///   - cotangent: The gradient of this share's loss by that.
  ///   - part: This share's part of the batch.
  ///   - parameters: What the gradients are by.
  public func gradients(
    of output: Tensor, cotangent: Tensor, part: Part, by parameters: [Parameter]
  ) throws -> [Tensor] {
    let weighted =
      switch part.weight {
      case 1: cotangent
      // Not 0 times what may be NaN.
      case 0: Tensor(zerosLike: cotangent)
      default: cotangent * Float(part.weight)
      }
    let values = parameters.map(\.value)
    let sums = size > 1 ? sums(of: values) : nil
    var gradients = try output.gradients(of: values, cotangent: weighted) { sums?.add($1, at: $0) }
    if let sums { try finish(sums, into: &gradients) }
    return gradients
  }

  /// Sums tensors over all processes, in buckets of one flat buffer.
  public func sum(_ tensors: inout [Tensor]) throws(CommunicatorError) {
    guard size > 1 else { return }
    let sums = sums(of: tensors)
    for (index, tensor) in tensors.enumerated() { sums.add(tensor, at: index) }
    try finish(sums, into: &tensors)
  }

  private func sums(of tensors: [Tensor]) -> BucketedSum {
    let counts = tensors.map(\.count)
    let count = counts.reduce(0, +)
    // One that failed may still be summed into.
    if buffer.count < count || !isKnownUniquelyReferenced(&buffer) {
      buffer = FlatBuffer(count: count)
    }
    return BucketedSum(
      counts: counts, buffer: buffer, communicator: communicator, calls: calls, queue: queue)
  }

  private func finish(
    _ sums: BucketedSum, into tensors: inout [Tensor]
  ) throws(CommunicatorError) {
    try timed { () throws(CommunicatorError) in try sums.finish() }
    sums.take(into: &tensors)
  }

  // MARK: Calls

  func gather(_ numbers: [Double]) throws(CommunicatorError) -> [[Double]] {
    guard size > 1 else { return [numbers] }
    return try timed { () throws(CommunicatorError) in try communicator.gather(numbers) }
  }

  func timed<Result>(
    _ body: () throws(CommunicatorError) -> Result
  ) throws(CommunicatorError) -> Result {
    try calls.timed(body)
  }
}
