import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct SummarizeEvaluateCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well a trained model does on the test part, and show samples.",
    discussion: """
      Pronunciations are judged by phoneme and word error rate, titles by ROUGE-1, -2 and -L. A sample \
      shows what the model said beside the truth, token by token; a dot is a gap.
      """)

  @OptionGroup var trained: TrainedSummarizerOptions

  @Option(help: .count("Judge by the first n pairs.")) var pairs = 2_000

  @Option(help: .count("Beginnings kept in the search; 1 is greedy.")) var beamWidth = 1

  @Flag(
    help: "Let the decoder read the distribution of the step before instead of a chosen token.")
  var fromDistribution = false

  @Option(help: .count("Samples shown.")) var samples = 5

  @Flag(help: "Print one JSON object on one line and no samples.") var json = false

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try expectAtLeastOne(["pairs": pairs, "beam-width": beamWidth])
  }

  func compute() throws {
    let (summarizer, all) = try trained.load(from: dataOptions.folders)
    let test = Array(all.prefix(pairs))
    let (evaluation, predictions) = try summarizer.evaluate(
      on: test, decoding: fromDistribution ? .distribution : .beam(width: beamWidth))
    guard !json else { return try StandardOutput.write(line: JSON.line(evaluation)) }
    try StandardOutput.write(line: evaluation)
    try writeSamples(samples, of: test, predictions)
  }
}
