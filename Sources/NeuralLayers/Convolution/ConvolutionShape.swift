internal import DifferentiableTensor

/// The extents of one convolution, checked.
struct ConvolutionShape: Sendable {
  let batch, inputChannels, outputChannels: Int
  let window: SlidingWindow

  /// - Throws: `TensorError.shapeMismatch`.
  init(
    input: Tensor, weight: Tensor, bias: Tensor?, stride: Int, padding: Int
  ) throws(TensorError) {
    try input.checkRank(4, as: "images [batch, channels, height, width]")
    try weight.checkRank(4, as: "a weight [outputs, inputs, height, width]")
    guard input.shape[1] == weight.shape[1] else {
      throw .shapeMismatch(
        expected: "images of \(weight.shape[1]) channels for a weight \(weight.shape)",
        found: input.shape)
    }
    try bias?.checkShape([weight.shape[0]], as: "a bias for each output channel")
    batch = input.shape[0]
    inputChannels = weight.shape[1]
    outputChannels = weight.shape[0]
    window = try SlidingWindow(
      input: (input.shape[2], input.shape[3]), kernel: (weight.shape[2], weight.shape[3]),
      stride: stride, padding: (padding, padding))
  }

  var inputShape: [Int] { [batch, inputChannels, window.inputHeight, window.inputWidth] }
  var outputShape: [Int] { [batch, outputChannels, window.outputHeight, window.outputWidth] }
  var weightShape: [Int] {
    [outputChannels, inputChannels, window.kernelHeight, window.kernelWidth]
  }
  var weightCount: Int { outputChannels * inputChannels * window.kernelCount }

  /// The fast algorithm, for the windows that have one.
  var winograd: WinogradConvolution? {
    WinogradConvolution(
      window: window, batch: batch, inputs: inputChannels, outputs: outputChannels)
  }

  /// The same for the convolution that takes a cotangent back to the input.
  var reversedWinograd: WinogradConvolution? {
    guard winograd != nil, let window = try? window.reversed() else { return nil }
    return WinogradConvolution(
      window: window, batch: batch, inputs: outputChannels, outputs: inputChannels)
  }

  /// The windows of the input as columns.
  var inputTiles: ColumnTiles {
    ColumnTiles(ImageColumns(window: window, channels: inputChannels), batch: batch)
  }
}
