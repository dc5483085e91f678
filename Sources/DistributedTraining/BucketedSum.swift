internal import Dispatch
internal import DifferentiableTensor

/// The sums of tensors over all processes, taken in buckets of one flat buffer.
///
/// The last tensor lies first, as gradients come from the last layer on. Buckets are summed in the order in which they
/// lie there, on every process alike, whatever the order in which tensors are added on it; with a queue, each as soon
/// as it is full.
final class BucketedSum {
  private let communicator: any Communicator
  private let calls: CommunicatorCalls
  private let queue: DispatchQueue?
  private let buffer: FlatBuffer
  /// Where each tensor begins.
  private let starts: [Int]
  private let count: Int
  /// Scalars that each bucket waits for.
  private var missing: [Int]
  private var bucketsOnQueue = 0

  private let bucketCount: Int

  /// - Parameters:
  ///   - counts: The scalars of each tensor.
  ///   - buffer: Holds as many in all, and is this sum's until it ends.
  ///   - queue: What sums buckets while tensors are still added: a serial one. Nil: all are summed at the end.
  ///   - bucketCount: Scalars of a bucket. 4 MB are long enough for the rate of a network, and summed while they are in
  ///     a cache.
  init(
    counts: [Int], buffer: FlatBuffer, communicator: any Communicator, calls: CommunicatorCalls,
    queue: DispatchQueue?, bucketCount: Int = 1 << 20
  ) {
    (self.communicator, self.calls) = (communicator, calls)
    (self.buffer, self.queue, self.bucketCount) = (buffer, queue, bucketCount)
    var starts = [Int](repeating: 0, count: counts.count)
    var count = 0
    for index in counts.indices.reversed() {
      starts[index] = count
      count += counts[index]
    }
    (self.starts, self.count) = (starts, count)
    missing = stride(from: 0, to: count, by: bucketCount).map { [count] start in
      min(bucketCount, count - start)
    }
  }

  private func scalars(ofBucket bucket: Int) -> Range<Int> {
    bucket * bucketCount..<min(count, (bucket + 1) * bucketCount)
  }

  /// Adds a tensor, once.
  func add(_ tensor: Tensor, at index: Int) {
    let (start, end) = (starts[index], starts[index] + tensor.count)
    tensor.withUnsafeScalars { scalars in
      guard let scalars = scalars.baseAddress else { return }
      (buffer.base + start).update(from: scalars, count: tensor.count)
    }
    guard start < end else { return }
    for bucket in start / bucketCount...(end - 1) / bucketCount {
      missing[bucket] -= scalars(ofBucket: bucket).clamped(to: start..<end).count
    }
    guard let queue else { return }
    while bucketsOnQueue < missing.count, missing[bucketsOnQueue] == 0 {
      let scalars = scalars(ofBucket: bucketsOnQueue)
      bucketsOnQueue += 1
      queue.async { [communicator, calls, buffer] in
        // The next call throws what this one did.
        try? calls.make { () throws(CommunicatorError) in try communicator.sum(buffer[scalars]) }
      }
    }
  }

  /// Sums what is left, when all tensors have been added; returns when everything is summed.
  func finish() throws(CommunicatorError) {
    queue?.sync {}
    try calls.make { () throws(CommunicatorError) in
      for bucket in bucketsOnQueue..<missing.count {
        try communicator.sum(buffer[scalars(ofBucket: bucket)])
      }
    }
  }

  /// Replaces the tensors by their sums.
  func take(into tensors: inout [Tensor]) {
    for index in tensors.indices {
      let (start, count) = (starts[index], tensors[index].count)
      tensors[index].withUnsafeMutableScalars { scalars in
        scalars.baseAddress?.update(from: buffer.base + start, count: count)
      }
    }
  }
}

/// Scalars that several tensors lie in. Who writes where is for its users to see to.
final class FlatBuffer: @unchecked Sendable {
  let count: Int
  let base: UnsafeMutablePointer<Float>

  init(count: Int) {
    self.count = count
    base = .allocate(capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { base.deallocate() }

  subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
  }
}
