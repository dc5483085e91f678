import CombinatorialKernels
import CombinatorialLosses
import DifferentiableTensor
import NeuralLayers
import ProblemFiles

/// Whole training steps: network, cross-entropy, gradients and stochastic gradient descent with momentum.
///
/// Their results are the loss of the first step and the parameters after it, so that whoever asks can
/// see that another package's step does the same work.
extension PreparedProblem {
  /// Images, labels, blocks and widths of the stages `[2, stages]`, and all parameters in one array.
  static func residualNetwork(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    let arrays = try TrainingInputs(inputs, count: 4)
    let (images, labels) = (try arrays.tensor(0), try arrays.integers(1).map(Int32.init))
    let stages = try arrays.integers(2)
    let parameters = try arrays.tensor(3)
    let classes = (labels.max() ?? 0) + 1
    var generator = SeededGenerator(seed: 1)
    let network = try ResNet(
      blocks: Array(stages.prefix(stages.count / 2)),
      widths: Array(stages.suffix(stages.count / 2)), inputChannels: images.shape[1],
      classes: Int(classes), using: &generator)
    return try trainingStep(of: network, from: parameters, threads: threads) {
      try CombinatorialLosses.crossEntropy(logits: network(images), labels: labels).mean()
    }
  }

  /// Source tokens, the decoder's input and its targets, `[batch, steps]` each; the vocabulary and the
  /// hidden units `[2]`; and all parameters in one array.
  static func encoderDecoder(
    _ cell: RecurrentCell, _ inputs: [NumPyArray], threads: Int
  ) throws -> PreparedProblem {
    let arrays = try TrainingInputs(inputs, count: 5)
    let (source, target) = (try arrays.tokens(0), try arrays.tokens(1))
    let labels = try arrays.integers(2).map(Int32.init)
    let extents = try arrays.integers(3)
    let network = try SequenceNetwork(cell, vocabulary: extents[0], hidden: extents[1])
    return try trainingStep(of: network, from: arrays.tensor(4), threads: threads) {
      try CombinatorialLosses.crossEntropy(
        logits: network(source, decoding: target), labels: labels
      ).mean()
    }
  }

  private static func trainingStep(
    of network: any Model, from start: Tensor, threads: Int, loss: @escaping () throws -> Tensor
  ) throws -> PreparedProblem {
    let parameters = network.parameters
    guard start.count == network.parameterCount else {
      throw BenchmarksError.badRequest(
        "expected \(network.parameterCount) parameters, found \(start.count)")
    }
    func lossAndGradients() throws -> (loss: Tensor, gradients: [Tensor]) {
      let loss = try withTraining(loss)
      return (loss.detached, try loss.gradients(of: parameters))
    }
    func step(_ optimizer: SGD) throws -> Tensor {
      try withMaxThreads(threads) {
        // The tape is gone by now, or the optimizer would have to copy what it holds.
        let (loss, gradients) = try lossAndGradients()
        try optimizer.step(parameters, along: gradients)
        return loss
      }
    }
    func reset() throws {
      var position = 0
      for parameter in parameters {
        let end = position + parameter.value.count
        try parameter.assign(
          Tensor(Array(start.scalars[position..<end]), shape: parameter.value.shape))
        position = end
      }
    }
    try reset()
    let optimizer = SGD(learningRate: 0.01, momentum: 0.9)
    return PreparedProblem(
      instances: 1, run: { _ = try step(optimizer) }, check: {},
      results: {
        try reset()
        let loss = try step(SGD(learningRate: 0.01, momentum: 0.9))
        let stepped = parameters.flatMap(\.value.scalars)
        return [
          try NumPyArray(shape: [1], elements: .float(loss.scalars)),
          try NumPyArray(shape: [stepped.count], elements: .float(stepped)),
        ]
      })
  }
}

/// A recurrent encoder-decoder whose decoder reads the targets in one pass and attends to the encoder's
/// states afterwards: all steps of every layer are one operation, as in other packages' fastest form.
private final class SequenceNetwork: Model {
  private let (sourceEmbedding, targetEmbedding): (Embedding, Embedding)
  private let encoder: BidirectionalEncoder
  private let decoder: RecurrentLayer
  private let (memory, combination, output): (Linear, Linear, Linear)

  init(_ cell: RecurrentCell, vocabulary: Int, hidden: Int) throws {
    var generator = SeededGenerator(seed: 1)
    sourceEmbedding = try Embedding(vocabulary: vocabulary, features: hidden, using: &generator)
    targetEmbedding = try Embedding(vocabulary: vocabulary, features: hidden, using: &generator)
    encoder = try BidirectionalEncoder(cell, inputs: hidden, hidden: hidden, using: &generator)
    memory = try Linear(inputs: 2 * hidden, outputs: hidden, using: &generator)
    decoder = try RecurrentLayer(cell, inputs: hidden, hidden: hidden, using: &generator)
    combination = try Linear(inputs: 2 * hidden, outputs: hidden, using: &generator)
    output = try Linear(inputs: hidden, outputs: vocabulary, using: &generator)
  }

  var members: [LayerMember] {
    [
      .layer("source_embedding", sourceEmbedding), .layer("target_embedding", targetEmbedding),
      .layer("encoder", encoder), .layer("memory", memory), .layer("decoder", decoder),
      .layer("combination", combination), .layer("output", output),
    ]
  }

  /// Logits, [batch * steps, vocabulary].
  func callAsFunction(_ source: TokenBatch, decoding target: TokenBatch) throws -> Tensor {
    let encoded = try encoder(sourceEmbedding(source), lengths: source.lengths).outputs
    let queries = try decoder(targetEmbedding(target))
    let hidden = decoder.hidden
    let context = try attention(queries, memory: memory(encoded), lengths: source.lengths)
      .sliced(0..<hidden, axis: 2)
    let vectors = try combination(Tensor.concatenated([context, queries], axis: 2)).tanh()
    return try output(vectors.reshaped([target.count * target.steps, hidden]))
  }
}

/// The arrays of a training step, checked.
struct TrainingInputs {
  private let arrays: [NumPyArray]

  init(_ arrays: [NumPyArray], count: Int) throws {
    guard arrays.count == count else {
      throw BenchmarksError.badRequest("expected \(count) arrays, found \(arrays.count)")
    }
    self.arrays = arrays
  }

  func tensor(_ index: Int) throws -> Tensor {
    guard case .float(let scalars) = arrays[index].elements else {
      throw BenchmarksError.badRequest("expected float32 numbers in array \(index)")
    }
    return try Tensor(scalars, shape: arrays[index].shape)
  }

  func numbers(_ index: Int) -> [Double] { arrays[index].numbers }

  func integers(_ index: Int) throws -> [Int] {
    guard case .double(let numbers) = arrays[index].elements else {
      throw BenchmarksError.badRequest("expected integers in array \(index)")
    }
    return try numbers.map { number in
      guard let integer = Int32(exactly: number), integer >= 0 else {
        throw BenchmarksError.badRequest("expected counts or indices in array \(index)")
      }
      return Int(integer)
    }
  }

  func tokens(_ index: Int) throws -> TokenBatch {
    let tokens = try integers(index).map(Int32.init)
    let steps = arrays[index].shape.last ?? 0
    return TokenBatch(
      stride(from: 0, to: tokens.count, by: max(1, steps)).map {
        Array(tokens[$0..<$0 + steps])
      })
  }
}
