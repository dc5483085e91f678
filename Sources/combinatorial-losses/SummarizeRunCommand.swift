import ArgumentParser
import CombinatorialExperiments

struct SummarizeRunCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Read sources from standard input, a line each; print what the model says to each.")

  @Option(help: .value("file", "The model: a checkpoint of summarize train."))
  var checkpoint: String

  @Option(help: .count("Beginnings kept in the search; 1 is greedy.")) var beamWidth = 4

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try expectAtLeastOne(["beam-width": beamWidth])
  }

  func compute() throws {
    let summarizer = try Summarizer(checkpoint: checkpoint)
    var lines: [String] = []
    while let line = readLine() { lines.append(line) }
    for title in try summarizer.titles(lines, beamWidth: beamWidth) {
      try StandardOutput.write(line: title)
    }
  }
}
