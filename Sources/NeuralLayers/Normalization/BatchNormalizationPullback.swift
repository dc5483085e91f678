internal import DifferentiableTensor

/// The gradients of ``BatchNormalizationOperation``.
struct BatchNormalizationPullback: Sendable {
  let layout: ChannelLayout
  let input: Tensor
  /// The output, if it was rectified.
  let output: Tensor?
  let hasAddend: Bool
  let scales, means, inverseDeviations: [Float]
  /// Scalars of each channel of the batch that the statistics are of, so that gradients flow through them; nil:
  /// they are given.
  let batchCount: Int?
  /// Sums numbers over the processes that each have a share of that batch; nil: the input is the batch.
  var sum: (@Sendable (_ numbers: inout [Double]) -> Void)?

  struct Gradients {
    var input, scale, offset: Tensor
    /// The cotangent where the output is above 0: the gradient by the addend, if there is one.
    var masked: Tensor?
  }

  /// For a channel: the sum of g, and the sum of g (x - mean).
  typealias Sums = (cotangent: Double, product: Double)

  func callAsFunction(_ cotangent: Tensor) throws(TensorError) -> Gradients {
    var sums = [Sums](repeating: (0, 0), count: layout.channels)
    let writesMasked = output != nil && hasAddend
    var masked = try Tensor(shape: writesMasked ? input.shape : [0], writtenBy: { _ in })
    let gradient = try Tensor(
      shape: input.shape,
      writtenBy: { gradient in
        sums.withUnsafeMutableBufferPointer { sums in
          masked.withUnsafeMutableScalars { masked in
            run(
              cotangent, sums: sums, masked: writesMasked ? masked.baseAddress : nil,
              gradient: gradient)
          }
        }
      })
    let scale = zip(sums, inverseDeviations).map { Float($0.product) * $1 }
    return Gradients(
      input: gradient, scale: try Tensor(scale, shape: [layout.channels]),
      offset: try Tensor(sums.map { Float($0.cotangent) }, shape: [layout.channels]),
      masked: !hasAddend ? nil : writesMasked ? masked : cotangent)
  }

  /// Two passes over each channel, the second of which finds it in a cache: the sums, then the gradient. Between
  /// them the sums are those of all processes, where they have shares.
  private func run(
    _ cotangent: Tensor, sums: UnsafeMutableBufferPointer<Sums>,
    masked: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>
  ) {
    let loops = ChannelLoops(layout: layout)
    let isRectified = output != nil
    withPointers(to: cotangent, input, output ?? input) { cotangent, input, output in
      nonisolated(unsafe) let (cotangent, input, output) = (cotangent, input, output)
      nonisolated(unsafe) let (sums, masked, gradient) = (sums, masked, gradient)
      let write: @Sendable (Int, Sums) -> Void = { channel, sums in
        let line = line(of: channel, sums)
        layout.forEachPlane(of: channel) { plane in
          let (term, target) = (input + plane, gradient + plane)
          if isRectified, masked == nil {
            line.write(
              layout.planeCount, cotangent + plane, where: output + plane, term, into: target)
          } else {
            let source = masked.map { UnsafePointer($0) } ?? cotangent
            line.write(layout.planeCount, source + plane, term, into: target)
          }
        }
      }
      layout.forEachChannel { channel in
        let mean = means[channel]
        if !isRectified {
          sums[channel] = loops.cotangentSums(of: channel, cotangent, input, mean: mean)
        } else {
          sums[channel] = loops.rectifiedCotangentSums(
            of: channel, cotangent, input, mean: mean, output: output, masked: masked)
        }
        if sum == nil { write(channel, sums[channel]) }
      }
      guard let sum else { return }
      var numbers = sums.flatMap { [$0.cotangent, $0.product] }
      sum(&numbers)
      let totals = numbers
      layout.forEachChannel { write($0, (totals[2 * $0], totals[2 * $0 + 1])) }
    }
  }

  /// dx = (g - mean of g - h * mean of g h) * scale / deviation, or the first term alone.
  private func line(of channel: Int, _ sums: Sums) -> GradientLine {
    let inverse = Double(inverseDeviations[channel])
    let weight = batchCount.map { 1 / Double(max(1, $0)) } ?? 0
    return GradientLine(
      mean: means[channel], factor: scales[channel] * inverseDeviations[channel],
      shift: Float(sums.cotangent * weight),
      slope: Float(sums.product * weight * inverse * inverse))
  }
}

/// (g - shift - (x - mean) slope) factor over one run of scalars.
private struct GradientLine {
  let mean, factor, shift, slope: Float

  @inline(__always)
  func write(
    _ count: Int, _ cotangent: UnsafePointer<Float>, _ input: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      gradient[index] = (cotangent[index] - shift - (input[index] - mean) * slope) * factor
    }
  }

  /// The same with g = 0 where the output is not above 0.
  @inline(__always)
  func write(
    _ count: Int, _ cotangent: UnsafePointer<Float>, where output: UnsafePointer<Float>,
    _ input: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      // Read in any case, or the loop would branch.
      let read = cotangent[index]
      let value = output[index] <= 0 ? 0 : read
      gradient[index] = (value - shift - (input[index] - mean) * slope) * factor
    }
  }
}
