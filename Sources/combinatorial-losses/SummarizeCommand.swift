import ArgumentParser
import CombinatorialExperiments

struct SummarizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Train and test encoder-decoders: words to phonemes, articles to titles.",
    subcommands: [
      SummarizeTrainCommand.self, SummarizeEvaluateCommand.self, SummarizeRunCommand.self,
      SummarizeFigureCommand.self, SummarizeDemoCommand.self,
    ])
}

/// A trained model, and the text that it is tested on.
struct TrainedSummarizerOptions: ParsableArguments {
  @Option(help: .value("file", "The model: a checkpoint of summarize train."))
  var checkpoint: String

  @Option(help: .value(TextSource.formsAsValue, "The text. Default: that of the checkpoint."))
  var data: TextSource?

  func load(from folders: DataFolders) throws -> (summarizer: Summarizer, test: [TextPair]) {
    let summarizer = try Summarizer(checkpoint: checkpoint)
    return (summarizer, try (data ?? summarizer.options.data).load(from: folders).test)
  }
}

/// Prints what a model said beside the truth.
func writeSamples(_ count: Int, of pairs: [TextPair], _ predictions: [[String]]) throws {
  for (pair, prediction) in zip(pairs, predictions).prefix(max(0, count)) {
    try StandardOutput.write(line: "\n\(TextSample(pair, prediction: prediction))")
  }
}
