import DifferentiableTensor
import NeuralLayers
import Testing

/// The examples that the module's page opens with, compiled and run.
struct DocumentationTests {
  @Test func aTrainedModelIsRestored() throws {
    try withTemporaryFolder { try train(2, to: $0 + "/model.safetensors") }
  }

  private func train(_ steps: Int, to path: String) throws {
    var generator = SeededGenerator(seed: 2)
    let images = try Tensor.random(uniform: [4, 1, 8, 8], in: 0...1, using: &generator)
    func lossOf(_ logits: Tensor) -> Tensor { logits.pow(2).mean() }

    var random = SeededGenerator(seed: 1)
    let model = try ResNet(depth: 8, inputChannels: 1, classes: 10, using: &random)
    let optimizer = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
    let schedule = LearningRateSchedule.oneCycle(peak: 0.1, steps: steps)

    for step in 0..<steps {
      let loss = try withTraining { try lossOf(model(images)) }
      optimizer.learningRate = schedule.rate(atStep: step)
      try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
    }
    try Checkpoint.save(model, optimizer: optimizer, metadata: ["step": "\(steps)"], to: path)
    let logits = try withoutGradient { try model(images) }

    let again = try ResNet(depth: 8, inputChannels: 1, classes: 10, using: &random)
    #expect(try Checkpoint.restore(again, from: path)["step"] == "\(steps)")
    #expect(try again(images).scalars == logits.scalars && logits.shape == [4, 10])
  }

  @Test func sequencesAreDecoded() throws {
    let (words, phonemes): ([[Int32]], [[Int32]]) = ([[3, 4, 5], [6]], [[7, 8, 2], [9, 2]])
    let model = try EncoderDecoder(
      EncoderDecoderOptions(sourceVocabulary: 29, targetVocabulary: 42), seed: 1)
    let source = try model.encode(TokenBatch(words))
    let decoding = try model.decode(source, targets: TokenBatch(phonemes), feedback: .softmax)
    let logits = try decoding.logits()  // [batch, steps, vocabulary]
    let found = try BeamSearch(width: 4, maximumLength: 20)(model, TokenBatch(words))
    #expect(logits.shape == [2, 3, 42] && found.count == 2)
  }
}
