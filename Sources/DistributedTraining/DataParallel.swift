internal import CombinatorialKernels
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
/// Not `Sendable`: a process trains on one thread, which makes all calls of its communicator.
public final class DataParallel {
  /// The processes.
  public let communicator: any Communicator
  /// Whether batch normalization takes its statistics from the whole batch, with two sums in every layer and step.
  public let synchronizesNormalization: Bool
  /// The time spent in calls of the communicator so far, with the waiting for other processes in them.
  public var communicationSeconds: Double { log.withLock { $0.seconds } }

  /// What calls left; layers call too, in a closure that has to be `Sendable`.
  private struct Log {
    var seconds = 0.0
    var failure: CommunicatorError?
  }
  private let log = Lock(Log())
  private var bucket: [Float]

  /// Scalars of a bucket, 4 MB: long enough for the rate of a network, and summed while it is in a cache.
  private static let bucketCount = 1 << 20

  /// Training on the processes of a communicator.
  public init(_ communicator: any Communicator, synchronizesNormalization: Bool = false) {
    (self.communicator, self.synchronizesNormalization) = (communicator, synchronizesNormalization)
    bucket = communicator.size > 1 ? [Float](repeating: 0, count: Self.bucketCount) : []
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
    let (communicator, log) = (communicator, log)
    return { numbers in
      try? Self.timed(log) { () throws(CommunicatorError) in
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
    var gradients = try output.gradients(of: parameters.map(\.value), cotangent: weighted)
    try sum(&gradients)
    return gradients
  }

  /// Sums tensors over all processes, in buckets of one flat buffer.
  public func sum(_ tensors: inout [Tensor]) throws(CommunicatorError) {
    guard size > 1 else { return }
    var filled = 0
    var pieces: [Piece] = []
    for index in tensors.indices {
      var start = 0
      while start < tensors[index].count {
        let count = min(tensors[index].count - start, bucket.count - filled)
        pieces.append(Piece(tensor: index, start: start, bucketStart: filled, count: count))
        start += count
        filled += count
        if filled == bucket.count {
          try sumBucket(filled, pieces, &tensors)
          (filled, pieces) = (0, [])
        }
      }
    }
    if filled > 0 { try sumBucket(filled, pieces, &tensors) }
  }

  /// Consecutive scalars of a tensor, and where they are in the bucket.
  private struct Piece {
    let tensor, start, bucketStart, count: Int
  }

  private func sumBucket(
    _ filled: Int, _ pieces: [Piece], _ tensors: inout [Tensor]
  ) throws(CommunicatorError) {
    for piece in pieces {
      tensors[piece.tensor].withUnsafeScalars { scalars in
        for index in 0..<piece.count {
          bucket[piece.bucketStart + index] = scalars[piece.start + index]
        }
      }
    }
    try timed { () throws(CommunicatorError) in
      let result = bucket.withUnsafeMutableBufferPointer { bucket in
        Swift.Result { () throws(CommunicatorError) in
          try communicator.sum(UnsafeMutableBufferPointer(rebasing: bucket[..<filled]))
        }
      }
      try result.get()
    }
    for piece in pieces {
      tensors[piece.tensor].withUnsafeMutableScalars { scalars in
        for index in 0..<piece.count {
          scalars[piece.start + index] = bucket[piece.bucketStart + index]
        }
      }
    }
  }

  // MARK: Calls

  func gather(_ numbers: [Double]) throws(CommunicatorError) -> [[Double]] {
    guard size > 1 else { return [numbers] }
    return try timed { () throws(CommunicatorError) in try communicator.gather(numbers) }
  }

  func timed<Result>(
    _ body: () throws(CommunicatorError) -> Result
  ) throws(CommunicatorError) -> Result {
    try Self.timed(log, body)
  }

  /// Runs a call of the communicator; after one that has failed there are no others.
  private static func timed<Result>(
    _ log: Lock<Log>, _ body: () throws(CommunicatorError) -> Result
  ) throws(CommunicatorError) -> Result {
    if let failure = log.withLock({ $0.failure }) { throw failure }
    let start = ContinuousClock.now
    do {
      let result = try body()
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      log.withLock { $0.seconds += seconds }
      return result
    } catch {
      log.withLock { $0.failure = error }
      throw error
    }
  }
}
