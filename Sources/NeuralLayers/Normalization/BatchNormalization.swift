public import DifferentiableTensor

/// Batch normalization of each channel of a batch [batch, channels, …], with a trained scale and
/// offset:
///
///     y = (x - mean) / sqrt(variance + epsilon) * weight + bias
///
/// In training (``withTraining(_:)``) mean and variance are those of the batch, and the running
/// statistics move towards them by `momentum`, the variance without bias. In evaluation the running
/// statistics are used. The batch is what one process computes, or with ``BatchShare/sum`` that of all processes.
/// Members are called as in PyTorch.
///
/// Gradient: with g the cotangent and h the normalized input, dweight = sum g h, dbias = sum g,
/// and dx = weight / sqrt(variance + epsilon) * (g - mean of g - h * mean of g h) in training, the
/// first term alone in evaluation.
///
/// Literature: S. Ioffe, C. Szegedy, Batch normalization, ICML 2015, arXiv:1502.03167.
public final class BatchNormalization: Layer {
  /// The scale of each channel, at first 1.
  public let weight: Parameter
  /// The offset of each channel, at first 0.
  public let bias: Parameter
  /// The running mean of each channel, at first 0.
  public let runningMean: Buffer
  /// The running variance of each channel, at first 1.
  public let runningVariance: Buffer
  /// The share of a new batch in the running statistics, from 0 to 1.
  public let momentum: Float
  /// What is added to variances.
  public let epsilon: Float

  /// A layer for inputs of so many channels.
  ///
  /// - Throws: `TensorError.negativeExtent`.
  public init(channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5) throws(TensorError) {
    weight = Parameter("weight", try .ones([channels]))
    bias = Parameter("bias", try .zeros([channels]))
    runningMean = Buffer("running_mean", try .zeros([channels]))
    runningVariance = Buffer("running_var", try .ones([channels]))
    (self.momentum, self.epsilon) = (momentum, epsilon)
  }

  /// `weight`, `bias`, `running_mean` and `running_var`.
  public var members: [LayerMember] {
    [.parameter(weight), .parameter(bias), .buffer(runningMean), .buffer(runningVariance)]
  }

  /// The normalized batch.
  ///
  /// - Throws: `TensorError.shapeMismatch` for another number of channels, or, in training, if a
  ///   channel has just one scalar in the whole batch.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    try self(input, adding: nil, rectifies: false)
  }

  /// max(0, normalized input + addend) in one pass over memory, which is how a residual block ends.
  ///
  /// - Parameters:
  ///   - input: [batch, channels, height, width].
  ///   - addend: A tensor of the input's shape, or nil.
  ///   - rectifies: Whether the result is cut off below 0. The gradient is 0 where it is.
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(
    _ input: Tensor, adding addend: Tensor?, rectifies: Bool
  ) throws(TensorError) -> Tensor {
    let operation = BatchNormalizationOperation(
      scale: weight.value, offset: bias.value, epsilon: epsilon, addend: addend,
      rectifies: rectifies, share: BatchShare.current)
    guard isTraining else {
      let running = ChannelStatistics(means: runningMean.value, variances: runningVariance.value)
      return try operation(input, statistics: running).output
    }
    let (output, statistics) = try operation(input, statistics: nil)
    try record(statistics)
    return output
  }

  private func record(_ statistics: ChannelStatistics) throws(TensorError) {
    let unbiased = Float(statistics.count) / Float(statistics.count - 1)
    try move(runningMean, to: statistics.means)
    try move(runningVariance, to: statistics.variances.map { $0 * unbiased })
  }

  private func move(_ buffer: Buffer, to batch: [Float]) throws(TensorError) {
    let moved = zip(buffer.value.scalars, batch).map { (1 - momentum) * $0 + momentum * $1 }
    try buffer.assign(Tensor(moved, shape: [moved.count]))
  }
}
