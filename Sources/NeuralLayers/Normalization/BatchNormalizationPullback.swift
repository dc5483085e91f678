internal import DifferentiableTensor

/// The gradients of ``BatchNormalizationOperation``.
struct BatchNormalizationPullback: Sendable {
  let layout: ChannelLayout
  let input: Tensor
  /// The output, if it was rectified.
  let output: Tensor?
  let scales: [Float]
  let means: [Float]
  let inverseDeviations: [Float]
  /// Whether the statistics are the batch's own, so that gradients flow through them.
  let usesBatchStatistics: Bool

  struct Gradients {
    var input: Tensor
    var scale: Tensor
    var offset: Tensor
    /// The cotangent where the output is above 0, which is the gradient by the addend.
    var masked: Tensor
  }

  /// For each channel: the sum of g, and the sum of g (x - mean).
  private typealias Sums = [(cotangent: Double, product: Double)]

  func callAsFunction(_ cotangent: Tensor) throws(TensorError) -> Gradients {
    var sums = Sums(repeating: (0, 0), count: layout.channels)
    let masked = try sums.withUnsafeMutableBufferPointer { sums throws(TensorError) -> Tensor in
      try mask(cotangent, sums: sums)
    }
    let scale = zip(sums, inverseDeviations).map { Float($0.product) * $1 }
    return Gradients(
      input: try inputGradient(masked, sums),
      scale: try Tensor(scale, shape: [layout.channels]),
      offset: try Tensor(sums.map { Float($0.cotangent) }, shape: [layout.channels]),
      masked: masked)
  }

  /// The cotangent where the output is above 0; writes its sums.
  private func mask(
    _ cotangent: Tensor, sums: UnsafeMutableBufferPointer<(cotangent: Double, product: Double)>
  ) throws(TensorError) -> Tensor {
    let loops = ChannelLoops(layout: layout)
    nonisolated(unsafe) let sums = sums
    guard let output else {
      withPointers(to: cotangent, input) { cotangent, input in
        nonisolated(unsafe) let (cotangent, input) = (cotangent, input)
        layout.forEachChannel { channel in
          sums[channel] = loops.cotangentSums(of: channel, cotangent, input, mean: means[channel])
        }
      }
      return cotangent
    }
    return try Tensor(
      shape: input.shape,
      writtenBy: { masked in
        withPointers(to: cotangent, input, output) { cotangent, input, output in
          nonisolated(unsafe) let (cotangent, input) = (cotangent, input)
          nonisolated(unsafe) let (output, masked) = (output, masked)
          layout.forEachChannel { channel in
            sums[channel] = loops.rectifiedCotangentSums(
              of: channel, cotangent, input, mean: means[channel], output: output, masked: masked)
          }
        }
      })
  }

  /// dx = (g - mean of g - h * mean of g h) * scale / deviation, or the first term alone.
  private func inputGradient(_ masked: Tensor, _ sums: Sums) throws(TensorError) -> Tensor {
    let count = Double(max(1, layout.channelCount))
    let weight = usesBatchStatistics ? 1 / count : 0
    return try Tensor(
      shape: input.shape,
      writtenBy: { gradient in
        withPointers(to: masked, input) { cotangent, input in
          nonisolated(unsafe) let (cotangent, input, gradient) = (cotangent, input, gradient)
          layout.forEachChannel { channel in
            let inverse = Double(inverseDeviations[channel])
            let factor = scales[channel] * inverseDeviations[channel]
            let mean = means[channel]
            let shift = Float(sums[channel].cotangent * weight)
            let slope = Float(sums[channel].product * weight * inverse * inverse)
            layout.forEachPlane(of: channel) { plane in
              let (source, term, target) = (cotangent + plane, input + plane, gradient + plane)
              for index in 0..<layout.planeCount {
                target[index] = (source[index] - shift - (term[index] - mean) * slope) * factor
              }
            }
          }
        }
      })
  }
}
