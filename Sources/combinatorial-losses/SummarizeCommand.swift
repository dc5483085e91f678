import ArgumentParser
import CombinatorialExperiments
import NeuralLayers

struct SummarizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Train and test encoder-decoders: words to phonemes, articles to titles.",
    subcommands: [
      SummarizeTrainCommand.self, SummarizeEvaluateCommand.self, SummarizeRunCommand.self,
      SummarizeFigureCommand.self, SummarizeDemoCommand.self,
    ])
}

extension TextSource: ExpressibleByArgument {
  /// One of ``forms``.
  public init?(argument: String) { self.init(argument) }
  /// What the help lists.
  public static var allValueStrings: [String] { forms }
}

extension RecurrentCell: ExpressibleByArgument {}
extension SummarizerOptions.Loss: ExpressibleByArgument {}
extension SummarizerOptions.FeedbackKind: ExpressibleByArgument {}
extension SummarizerOptions.Copying: ExpressibleByArgument {}
