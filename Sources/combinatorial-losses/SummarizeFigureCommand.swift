import ArgumentParser
import CombinatorialExperiments

struct SummarizeFigureCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure",
    abstract: "Draw how a trained model's prediction for a test pair aligns with its target.",
    discussion: """
      The model decodes as many steps as the target has tokens with the feedback that it was trained \
      with, or, if that was the target itself, the distribution that it predicts. The figure shows every \
      move of the alignment, the probability of each target token in each step, and the optimal path \
      with its costs. Needs gnuplot.
      """)

  @OptionGroup var trained: TrainedSummarizerOptions

  @Option(help: .count("The test pair, counted from 1.")) var pair = 1

  @Option(help: .value("factor", "What a gap costs, in diagonal moves.")) var gapFactor = 1.5

  @Option(help: .value("file.png|file.svg", "Where the figure goes.")) var figure = "alignment.png"

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if !(gapFactor > 0 && gapFactor.isFinite) {
      throw ValidationError("--gap-factor: expected a positive number, found \(gapFactor)")
    }
  }

  func compute() throws {
    let (summarizer, test) = try trained.load(from: dataOptions.folders)
    guard (1...max(1, test.count)).contains(pair), !test.isEmpty else {
      throw ValidationError("--pair: expected 1...\(test.count), found \(pair)")
    }
    try summarizer.alignmentFigure(of: test[pair - 1], gapFactor: gapFactor).write(to: figure)
    StandardError.write("\(figure): written\n")
  }
}
