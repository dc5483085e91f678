import DifferentiableTensor
import Testing

@testable import NeuralLayers

/// An operation of the module, for the checks in `OperationTests`.
struct Operation: Sendable, CustomTestStringConvertible {
  let name: String
  /// Of the inputs of the gradient check, where every element counts four evaluations.
  let shapes: [[Int]]
  /// Of inputs that are cut into several slices, chunks and tiles; the first axis of the first is the
  /// batch.
  let largeShapes: [[Int]]
  /// Whether elements have to keep apart, because the operation has a kink where two are equal.
  let hasKinks: Bool
  /// Whether an item's output is the same in any batch.
  let treatsItemsAlone: Bool
  /// Whether it is that but for the order of sums, which matrix products choose by their extents: of
  /// convolutions, whose batches `ConvolutionTests` compares with the definition.
  let sumsDependOnBatch: Bool
  let apply: @Sendable ([Tensor]) throws -> Tensor

  init(
    _ name: String, _ shapes: [[Int]], large: [[Int]], hasKinks: Bool = false,
    treatsItemsAlone: Bool = true, sumsDependOnBatch: Bool = false,
    _ apply: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) {
    (self.name, self.shapes, self.largeShapes) = (name, shapes, large)
    (self.hasKinks, self.treatsItemsAlone) = (hasKinks, treatsItemsAlone)
    (self.sumsDependOnBatch, self.apply) = (sumsDependOnBatch, apply)
  }

  var testDescription: String { name }

  func inputs(_ shapes: [[Int]], seed: UInt64) throws -> [Tensor] {
    var generator = SeededGenerator(seed: seed)
    guard hasKinks else {
      return try shapes.map { try .random(normal: $0, using: &generator) }
    }
    return try shapes.map { shape in
      let count = shape.reduce(1, *)
      let values = (0..<count).map { (Float($0) + 0.5) * 0.1 - Float(count) * 0.05 }
      return try Tensor(values.shuffled(using: &generator), shape: shape)
    }
  }

  /// Piecewise linear operations have no truncation error, so a small step can keep clear of kinks.
  var step: Float { hasKinks ? 0x1p-8 : GradientCheck.step }
}

private func convolution(
  stride: Int = 1, padding: Int = 0
) -> @Sendable ([Tensor]) throws -> Tensor {
  { inputs in
    try convolution2D(
      inputs[0], weight: inputs[1], bias: inputs.count > 2 ? inputs[2] : nil, stride: stride,
      padding: padding)
  }
}

/// Batch normalization as a function of the input, the scale and the offset, and perhaps an addend.
private func normalization(
  training: Bool, rectifies: Bool = false
) -> @Sendable ([Tensor]) throws -> Tensor {
  { inputs in
    let channels = (0..<inputs[0].shape[1]).map(Float.init)
    let running = ChannelStatistics(
      means: try Tensor(channels.map { 0.3 * $0 - 0.2 }, shape: [channels.count]),
      variances: try Tensor(channels.map { 0.7 + 0.2 * $0 }, shape: [channels.count]))
    let operation = BatchNormalizationOperation(
      scale: inputs[1], offset: inputs[2], epsilon: 0.01,
      addend: inputs.count > 3 ? inputs[3] : nil, rectifies: rectifies)
    return try operation(inputs[0], statistics: training ? nil : running).output
  }
}

/// Lengths from all steps down to one.
func raggedLengths(_ batch: Int, steps: Int) -> [Int] {
  (0..<batch).map { steps - $0 % max(1, steps) }
}

/// A recurrence as a function of the inputs, the weight, the initial state and perhaps a bias.
private func recurrent(
  _ cell: RecurrentCell, isReversed: Bool = false
) -> @Sendable ([Tensor]) throws -> Tensor {
  { inputs in
    try recurrence(
      cell, inputs: inputs[0], weight: inputs[1],
      candidateBias: inputs.count > 3 ? inputs[3] : nil, initial: inputs[2],
      lengths: raggedLengths(inputs[0].shape[0], steps: inputs[0].shape[1]),
      isReversed: isReversed)
  }
}

/// Adding an operation takes its own file and a line here.
let operations: [Operation] = [
  .init(
    "convolution 3x3", [[2, 2, 4, 3], [3, 2, 3, 3], [3]],
    large: [[9, 8, 30, 30], [6, 8, 3, 3], [6]], sumsDependOnBatch: true,
    convolution(padding: 1)),
  .init(
    "convolution 3x3, small images", [[3, 1, 2, 2], [2, 1, 3, 3]],
    large: [[37, 8, 4, 4], [16, 8, 3, 3]], sumsDependOnBatch: true, convolution(padding: 1)),
  .init(
    "convolution 3x3, stride 2", [[2, 2, 5, 4], [2, 2, 3, 3]],
    large: [[5, 8, 31, 30], [7, 8, 3, 3]], sumsDependOnBatch: true,
    convolution(stride: 2, padding: 1)),
  .init(
    "convolution 1x1", [[2, 3, 2, 3], [2, 3, 1, 1]], large: [[9, 8, 16, 16], [9, 8, 1, 1]],
    sumsDependOnBatch: true, convolution()),
  .init(
    "convolution 1x1, stride 2", [[2, 2, 3, 4], [2, 2, 1, 1], [2]],
    large: [[9, 8, 17, 16], [9, 8, 1, 1], [9]], sumsDependOnBatch: true, convolution(stride: 2)),
  .init(
    "convolution 2x3 without padding", [[1, 2, 4, 4], [2, 2, 2, 3], [2]],
    large: [[9, 4, 16, 17], [5, 4, 2, 3], [5]], sumsDependOnBatch: true, convolution()),
  .init(
    "convolution 5x5, stride 3", [[1, 1, 6, 5], [2, 1, 5, 5]],
    large: [[9, 4, 33, 31], [5, 4, 5, 5]], sumsDependOnBatch: true,
    convolution(stride: 3, padding: 2)),
  .init(
    "max pool 2", [[2, 2, 4, 5]], large: [[9, 5, 32, 31]], hasKinks: true
  ) { try maxPool2D($0[0], kernelSize: 2) },
  .init(
    "max pool 3, stride 2, padded", [[1, 2, 5, 4]], large: [[9, 5, 32, 31]], hasKinks: true
  ) { try maxPool2D($0[0], kernelSize: 3, stride: 2, padding: 1) },
  .init("average pool 2", [[2, 2, 4, 5]], large: [[9, 5, 32, 31]]) {
    try averagePool2D($0[0], kernelSize: 2)
  },
  .init("average pool 3, stride 2", [[1, 2, 5, 6]], large: [[9, 5, 32, 31]]) {
    try averagePool2D($0[0], kernelSize: 3, stride: 2)
  },
  .init("global average pool", [[2, 3, 2, 3]], large: [[9, 5, 32, 31]]) {
    try GlobalAveragePool()($0[0])
  },
  .init(
    "batch normalization, training", [[2, 3, 2, 3], [3], [3]], large: [[9, 8, 20, 21], [8], [8]],
    treatsItemsAlone: false, normalization(training: true)),
  .init(
    "batch normalization, evaluation", [[2, 3, 2, 3], [3], [3]],
    large: [[9, 8, 20, 21], [8], [8]], normalization(training: false)),
  .init(
    "batch normalization of vectors", [[5, 3], [3], [3]], large: [[4096, 24], [24], [24]],
    treatsItemsAlone: false, normalization(training: true)),
  .init(
    "batch normalization and sum", [[2, 2, 2, 3], [2], [2], [2, 2, 2, 3]],
    large: [[9, 8, 20, 21], [8], [8], [9, 8, 20, 21]], treatsItemsAlone: false,
    normalization(training: true)),
  .init(
    "LSTM", [[3, 3, 8], [8, 2], [3, 4]], large: [[70, 9, 64], [64, 16], [70, 32]],
    treatsItemsAlone: false, recurrent(.lstm)),
  .init(
    "LSTM, reversed", [[3, 3, 8], [8, 2], [3, 4]], large: [[70, 9, 64], [64, 16], [70, 32]],
    treatsItemsAlone: false, recurrent(.lstm, isReversed: true)),
  .init(
    "GRU", [[3, 3, 6], [6, 2], [3, 2], [2]], large: [[70, 9, 48], [48, 16], [70, 16], [16]],
    treatsItemsAlone: false, recurrent(.gru)),
  .init(
    "GRU, reversed", [[3, 3, 6], [6, 2], [3, 2], [2]],
    large: [[70, 9, 48], [48, 16], [70, 16], [16]], treatsItemsAlone: false,
    recurrent(.gru, isReversed: true)),
  .init(
    "attention", [[3, 2, 3], [3, 4, 3]], large: [[70, 5, 32], [70, 30, 32]],
    treatsItemsAlone: false
  ) {
    try attention(
      $0[0], memory: $0[1], lengths: raggedLengths($0[1].shape[0], steps: $0[1].shape[1]))
  },
  .init("row probabilities", [[3, 4]], large: [[300, 200]]) { try rowProbabilities($0[0]) },
  .init(
    "copy mixture", [[3, 4], [3, 3], [3, 1]], large: [[300, 200], [300, 20], [300, 1]],
    treatsItemsAlone: false
  ) { inputs in
    let (rows, extent) = (inputs[0].shape[0], inputs[0].shape[1] + 2)
    return try copyMixture(
      probabilities: inputs[0], weights: inputs[1], gates: inputs[2],
      tokens: (0..<rows).map { row in
        (0...row % inputs[1].shape[1]).map { Int32((3 * row + 5 * $0) % extent) }[...]
      }, extent: extent)
  },
]
