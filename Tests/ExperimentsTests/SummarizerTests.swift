import CombinatorialLosses
import DifferentiableTensor
import NeuralLayers
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct SummarizerTests {
  /// Reversed words of few letters: enough to tell whether a model learns.
  static let corpus: TextCorpus = {
    let letters = ["a", "b", "c", "d", "e"]
    let pairs = (0..<400).map { index -> TextPair in
      let word = (0..<2 + index % 3).map { letters[(index / (1 + $0 * 3) + $0) % 5] }
      return TextPair(source: word, target: word.reversed().map { $0.uppercased() })
    }
    return TextCorpus(parts: [
      .train: pairs, .valid: Array(pairs.prefix(40)), .test: Array(pairs.suffix(60)),
    ])
  }()

  static func options(_ change: (inout SummarizerOptions) -> Void = { _ in }) -> SummarizerOptions {
    var options = SummarizerOptions()
    (options.hidden, options.embedding, options.batchSize) = (24, 12, 20)
    (options.epochs, options.learningRate, options.dropout) = (2, 0.01, 0.1)
    change(&options)
    return options
  }

  @Test func learns() throws {
    let training = try SummarizerTraining(
      options: Self.options { $0.epochs = 12 }, corpus: Self.corpus)
    var last: SummarizerEpoch?
    #expect(
      try training.run(evaluatesEveryEpoch: false) {
        if case .epoch(let report) = $0 { last = report }
      })
    let errors = try #require(last?.best?.test.phonemeErrorRate)
    #expect(errors < 0.2)
    let sources = Self.corpus.test.prefix(5).map(\.source)
    let greedy = try training.summarizer.predictions(Array(sources))
    let wide = try training.summarizer.predictions(Array(sources), decoding: .beam(width: 3))
    #expect(greedy.count == 5 && wide.count == 5)
    let read = try training.summarizer.predictions(Array(sources), decoding: .distribution)
    #expect(read.allSatisfy { !$0.contains("</s>") })
  }

  /// A run that was stopped, saved and resumed ends with the same parameters, bit for bit.
  @Test(arguments: [SummarizerOptions.FeedbackKind.teacher, .gumbel])
  func resumes(_ feedback: SummarizerOptions.FeedbackKind) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let options = Self.options { $0.feedback = feedback }
    let whole = try SummarizerTraining(options: options, corpus: Self.corpus)
    try whole.run()
    let first = try SummarizerTraining(options: options, corpus: Self.corpus)
    var steps = 0
    let isComplete = try first.run(checkpoint: file) {
      if case .step = $0 { steps += 1 }
    } shouldStop: {
      steps == 27
    }
    #expect(!isComplete)
    let second = try SummarizerTraining(
      options: options, corpus: Self.corpus, start: .resume(checkpoint: file))
    #expect(second.plan.stepsTaken == 27)
    #expect(try second.run())
    for (one, other) in zip(
      whole.summarizer.model.parameters, second.summarizer.model.parameters)
    {
      #expect(one.value.scalars == other.value.scalars)
    }
    let difference = "hidden: expected 24, found 25"
    #expect(throws: TrainingError.differentRun(file: file, option: difference)) {
      try SummarizerTraining(
        options: Self.options { ($0.feedback, $0.hidden) = (feedback, 25) }, corpus: Self.corpus,
        start: .resume(checkpoint: file))
    }
    _ = try SummarizerTraining(
      options: Self.options { $0.feedback = .softmax }, corpus: Self.corpus,
      start: .model(checkpoint: file))
    #expect(try Summarizer(checkpoint: file).options == options)
  }

  @Test func copiesWordsOutsideTheVocabulary() throws {
    let folder = try TemporaryFolder()
    let options = Self.options {
      ($0.data, $0.copying) = (.gigaword(folder: folder.path), .pointer)
      ($0.minimumCount, $0.epochs, $0.learningRate) = (8, 8, 0.02)
    }
    // The title is the word after "of", which mostly occurs nowhere else.
    let pairs = (0..<200).map { index in
      TextPair(
        source: ["the", "tale", "of", "name\(index % 100)", "told"],
        target: ["name\(index % 100)"])
    }
    let corpus = TextCorpus(parts: [.train: pairs, .valid: pairs, .test: pairs])
    let training = try SummarizerTraining(options: options, corpus: corpus)
    #expect(training.summarizer.sourceVocabulary["name1"] == nil)
    try training.run(evaluatesEveryEpoch: false)
    let said = try training.summarizer.titles(["the tale of somebody told", ""], beamWidth: 1)
    #expect(said == ["somebody", ""])
  }

  @Test func noiseChangesOneTokenOfItsShare() throws {
    let noisy = try Summarizer(
      options: Self.options { $0.targetNoise = 0.5 }, pairs: Self.corpus.train
    ).batches(of: Self.corpus.train).items
    let clean = try Summarizer(options: Self.options(), pairs: Self.corpus.train)
      .batches(of: Self.corpus.train).items
    let changed = zip(noisy, clean).filter { $0.target != $1.target }
    #expect((150...250).contains(changed.count))
    #expect(changed.allSatisfy { abs($0.target.count - $1.target.count) == 1 })
  }

  @Test func anEpochHasEveryPairOnce() {
    let items = (0..<205).map { index in
      PairBatches.Item(source: [Int32](repeating: 3, count: 1 + index % 7), target: [3, 2])
    }
    let batches = PairBatches(items: items, batchSize: 10, seed: 3)
    let epoch = batches.epoch(0)
    #expect(epoch.count == batches.batchesPerEpoch)
    #expect(epoch.flatMap { $0 }.sorted() == Array(0..<205))
    #expect(epoch == batches.epoch(0) && epoch != batches.epoch(1))
  }

  @Test func refusesBadOptions() {
    #expect(Self.options { $0.copying = .pointer }.fault?.contains("copy") == true)
    #expect(Self.options { $0.dropout = 1 }.fault?.contains("dropout") == true)
    #expect(Self.options { $0.hidden = 0 }.fault?.contains("hidden") == true)
    #expect(throws: TrainingError.noPairs) {
      try SummarizerTraining(options: Self.options(), corpus: TextCorpus(parts: [:]))
    }
  }
}

@Suite struct SummarizerLossTests {
  private static func objective(
    _ loss: SummarizerOptions.Loss, copying: Bool = false, feedback: Feedback = .softmax
  ) throws -> (loss: Double, gradient: Tensor, output: Tensor) {
    var extents = EncoderDecoderOptions(sourceVocabulary: 6, targetVocabulary: 6)
    (extents.embedding, extents.hidden, extents.dropout) = (5, 6, 0)
    (extents.copies, extents.sharesEmbedding) = (copying, copying)
    let model = try EncoderDecoder(extents, seed: 81)
    let source = TokenBatch([[3, 4, 5], [5], [4, 4, 3, 3]])
    let targets = TokenBatch([[3, 4, 2], [5, 2], [4, 3, 3, 2]])
    var options = SummarizerOptions()
    (options.loss, options.copying) = (loss, copying ? .pointer : .none)
    (options.smoothing, options.softTemperature) = (1e-3, 0.01)
    let objective = try SummarizerLoss(options: options).objective(
      model.decode(model.encode(source), targets: targets, feedback: feedback), targets: targets)
    let (value, gradient) = try objective.evaluate()
    return (value, gradient, objective.output)
  }

  /// A path is one of the alignments, so the best one costs no more than the diagonal.
  @Test(arguments: [false, true])
  func theBestAlignmentIsAtMostThePositions(copying: Bool) throws {
    let positions = try Self.objective(.mle, copying: copying)
    let alignment = try Self.objective(.alignment, copying: copying)
    #expect(alignment.loss <= positions.loss + 1e-5 && alignment.loss > 0)
    #expect(alignment.gradient.shape == alignment.output.shape)
  }

  /// The costs along the interpolated path have the value and the gradient of the optimal value; so,
  /// nearly, has the linear program.
  @Test(arguments: [SummarizerOptions.Loss.interpolated, .linearProgram], [false, true])
  func baselinesAgree(loss: SummarizerOptions.Loss, copying: Bool) throws {
    let exact = try Self.objective(.alignment, copying: copying)
    let baseline = try Self.objective(loss, copying: copying)
    #expect(abs(exact.loss - baseline.loss) < 1e-3)
    let pairs = zip(exact.gradient.scalars, baseline.gradient.scalars)
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-3 })
  }

  /// A soft minimum is below the minimum, and near it at a low temperature.
  @Test(arguments: [false, true])
  func theSoftValueTendsToTheHardOne(copying: Bool) throws {
    let exact = try Self.objective(.alignment, copying: copying)
    let soft = try Self.objective(.soft, copying: copying)
    #expect(soft.loss <= exact.loss + 1e-6 && soft.loss > exact.loss - 0.05)
  }

  /// Steps after an item's end cost nothing and change nothing.
  @Test(arguments: [SummarizerOptions.Loss.mle, .alignment])
  func paddingHasNoGradient(loss: SummarizerOptions.Loss) throws {
    let objective = try Self.objective(loss, copying: true)
    let second = try objective.gradient.sliced(1..<2)
    #expect(try second.sliced(0..<2, axis: 1).scalars.contains { $0 != 0 })
    #expect(try second.sliced(2..<4, axis: 1).scalars.allSatisfy { $0 == 0 })
  }
}
