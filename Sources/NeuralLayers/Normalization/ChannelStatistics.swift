internal import DifferentiableTensor

/// A mean and a biased variance for each channel.
struct ChannelStatistics: Sendable {
  var means: [Float]
  var variances: [Float]

  init(means: Tensor, variances: Tensor) {
    self.means = means.scalars
    self.variances = variances.scalars
  }

  /// The statistics of a batch.
  ///
  /// - Throws: `TensorError.shapeMismatch` if a channel has just one scalar: its variance says nothing.
  init(of input: Tensor, _ layout: ChannelLayout) throws(TensorError) {
    guard layout.channelCount > 1 || layout.channels == 0 else {
      throw .shapeMismatch(
        expected: "more than one scalar in each channel for batch statistics", found: input.shape)
    }
    means = [Float](repeating: 0, count: layout.channels)
    variances = means
    let loops = ChannelLoops(layout: layout)
    means.withUnsafeMutableBufferPointer { means in
      variances.withUnsafeMutableBufferPointer { variances in
        withPointer(to: input) { input in
          nonisolated(unsafe) let (means, variances, input) = (means, variances, input)
          layout.forEachChannel { channel in
            let moments = loops.moments(of: channel, input)
            means[channel] = Float(moments.mean)
            variances[channel] = Float(moments.variance)
          }
        }
      }
    }
  }

  /// 1 / sqrt(variance + epsilon) of each channel.
  func inverseDeviations(epsilon: Float) -> [Float] {
    variances.map { 1 / ($0 + epsilon).squareRoot() }
  }
}
