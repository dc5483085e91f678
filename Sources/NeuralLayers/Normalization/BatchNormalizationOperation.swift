internal import DifferentiableTensor

/// Batch normalization, and the sum and the rectification that follow it in a residual network, in one
/// pass over memory:
///
///     y = max(0, (x - mean) / sqrt(variance + epsilon) * scale + offset + addend)
///
/// Gradient: with g the cotangent where y > 0 and h = (x - mean) / sqrt(variance + epsilon),
/// doffset = sum g, dscale = sum g h, daddend = g, and dx = scale / sqrt(variance + epsilon) *
/// (g - mean of g - h * mean of g h) with the batch's own statistics, the first term alone with
/// given ones.
///
/// Literature: S. Ioffe, C. Szegedy, Batch normalization, ICML 2015, arXiv:1502.03167.
struct BatchNormalizationOperation {
  let scale, offset: Tensor
  let epsilon: Float
  var addend: Tensor?
  var rectifies = false
  var share: BatchShare?

  /// Normalizes with the statistics given, or with the batch's own.
  ///
  /// - Returns: The output, on the tape, and the statistics that were used.
  func callAsFunction(
    _ input: Tensor, statistics given: ChannelStatistics?
  ) throws(TensorError) -> (output: Tensor, statistics: ChannelStatistics) {
    let layout = try ChannelLayout(input)
    try scale.checkShape([layout.channels], as: "a scale for each channel of \(input.shape)")
    try offset.checkShape([layout.channels], as: "an offset for each channel of \(input.shape)")
    try addend?.checkShape(input.shape, as: "an addend of the input's shape")
    let shared = given == nil ? sharedStatistics(input, layout) : nil
    if given == nil {
      guard (shared?.count ?? layout.channelCount) > 1 || layout.channels == 0 else {
        throw .shapeMismatch(
          expected: "more than one scalar in each channel for batch statistics",
          found: input.shape)
      }
    }
    let (output, statistics) = try normalized(input, layout, given: given ?? shared)
    let pullback = BatchNormalizationPullback(
      layout: layout, input: input.detached, output: rectifies ? output : nil,
      hasAddend: addend != nil,
      scales: scale.scalars, means: statistics.means,
      inverseDeviations: statistics.inverseDeviations(epsilon: epsilon),
      batchCount: given == nil ? statistics.count : nil, sum: shared == nil ? nil : share?.sum)
    let hasAddend = addend != nil
    let recorded = Tensor.recorded(
      "batchNormalization", inputs: [input, scale, offset] + (addend.map { [$0] } ?? []),
      output: output
    ) { cotangent in
      let gradients = try pullback(cotangent)
      let own: [Tensor?] = [gradients.input, gradients.scale, gradients.offset]
      return hasAddend ? own + [gradients.masked] : own
    }
    return (recorded, statistics)
  }

  /// The statistics of the batch of which this is a share; nil where the input is all that they are taken from.
  private func sharedStatistics(_ input: Tensor, _ layout: ChannelLayout) -> ChannelStatistics? {
    guard let share, let sum = share.sum else { return nil }
    let loops = ChannelLoops(layout: layout)
    var moments = [(mean: Double, variance: Double)](repeating: (0, 0), count: layout.channels)
    let count = share.counts ? layout.channelCount : 0
    if count > 0 {
      moments.withUnsafeMutableBufferPointer { moments in
        withPointer(to: input) { input in
          nonisolated(unsafe) let (moments, input) = (moments, input)
          layout.forEachChannel { moments[$0] = loops.moments(of: $0, input) }
        }
      }
    }
    return ChannelStatistics(moments, count: count, sum: sum)
  }

  /// The output and the statistics: those given, or the batch's own, which are taken channel by channel
  /// while the channel is in a cache.
  private func normalized(
    _ input: Tensor, _ layout: ChannelLayout, given: ChannelStatistics?
  ) throws(TensorError) -> (Tensor, ChannelStatistics) {
    var statistics =
      given ?? ChannelStatistics(channels: layout.channels, count: layout.channelCount)
    let loops = ChannelLoops(layout: layout)
    let computes = given == nil
    let output = try Tensor(
      shape: input.shape,
      writtenBy: { output in
        statistics.withMutablePointers { means, variances in
          withPointers(to: input, addend ?? input) { input, addend in
            nonisolated(unsafe) let (means, variances) = (means, variances)
            nonisolated(unsafe) let (input, addend, output) = (input, addend, output)
            layout.forEachChannel { channel in
              if computes {
                let moments = loops.moments(of: channel, input)
                (means[channel], variances[channel]) =
                  (Float(moments.mean), Float(moments.variance))
              }
              write(
                layout, channel, input, addend, mean: means[channel],
                variance: variances[channel], into: output)
            }
          }
        }
      })
    return (output, statistics)
  }

  private func write(
    _ layout: ChannelLayout, _ channel: Int, _ input: UnsafePointer<Float>,
    _ addend: UnsafePointer<Float>, mean: Float, variance: Float,
    into output: UnsafeMutablePointer<Float>
  ) {
    let deviation = ChannelStatistics.inverseDeviation(variance, epsilon: epsilon)
    let transform = withPointers(to: scale, offset) { scale, offset in
      PlaneTransform(mean: mean, factor: scale[channel] * deviation, offset: offset[channel])
    }
    layout.forEachPlane(of: channel) { plane in
      if self.addend == nil {
        transform.write(layout.planeCount, input + plane, rectifies, into: output + plane)
      } else {
        transform.write(
          layout.planeCount, input + plane, plus: addend + plane, rectifies,
          into: output + plane)
      }
    }
  }
}

/// (x - mean) * factor + offset over one run of scalars. The difference is taken first: with a mean
/// far from 0, mean * factor would cost the digits that matter.
private struct PlaneTransform {
  let mean, factor, offset: Float

  @inline(__always)
  func write(
    _ count: Int, _ input: UnsafePointer<Float>, _ rectifies: Bool,
    into output: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      let value = (input[index] - mean) * factor + offset
      output[index] = rectifies && value <= 0 ? 0 : value
    }
  }

  @inline(__always)
  func write(
    _ count: Int, _ input: UnsafePointer<Float>, plus addend: UnsafePointer<Float>,
    _ rectifies: Bool, into output: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      let value = (input[index] - mean) * factor + offset + addend[index]
      output[index] = rectifies && value <= 0 ? 0 : value
    }
  }
}
