internal import CombinatorialKernels
internal import DifferentiableTensor

/// Where the scalars of one channel lie in a batch [batch, channels, …]: one run for each item.
struct ChannelLayout: Sendable {
  let batch, channels: Int
  /// Scalars of one channel of one item.
  let planeCount: Int

  /// - Throws: `TensorError.shapeMismatch` below rank 2.
  init(_ input: Tensor) throws(TensorError) {
    guard input.rank >= 2 else {
      throw .shapeMismatch(expected: "a batch [batch, channels, …]", found: input.shape)
    }
    batch = input.shape[0]
    channels = input.shape[1]
    planeCount = input.shape.dropFirst(2).reduce(1, *)
  }

  /// Scalars of one channel in the whole batch.
  var channelCount: Int { batch * planeCount }

  /// Calls `body` with each channel, on several threads at a time.
  func forEachChannel(_ body: @Sendable (Int) -> Void) {
    let minimumSlice = max(1, (1 << 14) / max(1, channelCount))
    Parallel.forEachSlice(of: channels, minimumSlice: minimumSlice) { slice in
      for channel in slice { body(channel) }
    }
  }

  /// Calls `body` with the start of each run of a channel.
  @inline(__always)
  func forEachPlane(of channel: Int, _ body: (Int) -> Void) {
    for item in 0..<batch { body((item * channels + channel) * planeCount) }
  }
}
