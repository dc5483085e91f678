import ArgumentParser
import CombinatorialExperiments

struct SummarizeDemoCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train a small model to pronounce words; show what it says for words it never saw.",
    discussion: """
      Every word is shown with the phonemes that the model says, aligned with the true ones; a dot is a \
      gap. Makes the data set pronunciations first where it is not there yet.
      """)

  @Option(help: .count("Train on the first n words.")) var pairs = 30_000

  @Option(help: .count("Epochs.")) var epochs = 10

  @Option(help: .count("Words shown.")) var samples = 10

  @Option(help: .count("Determines parameters and the order of words.")) var seed: UInt64 = 1

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions

  private var options: SummarizerOptions {
    var options = SummarizerOptions()
    (options.pairs, options.epochs, options.seed) = (pairs, epochs, seed)
    (options.hidden, options.embedding) = (128, 64)
    (options.dropout, options.learningRate) = (0.1, 0.003)
    return options
  }

  func validate() throws { try options.validate() }

  func compute() throws {
    _ = try PronunciationBuilder(folders: dataOptions.folders)
      .run { StandardError.write("\($0)\n") }
    let corpus = try TextSource.pronunciations.load(from: dataOptions.folders)
    let training = try SummarizerTraining(options: options, corpus: corpus)
    let watch = TrainingWatch()
    try watch.end(
      isComplete: training.run(
        evaluatesEveryEpoch: false, report: watch.show, shouldStop: watch.shouldStop))
    let test = Array(corpus.test.prefix(1_000))
    let (evaluation, predictions) = try training.summarizer.evaluate(on: test)
    try StandardOutput.write(line: "\(test.count) words that it never saw: \(evaluation)")
    try writeSamples(samples, of: test, predictions)
  }
}
