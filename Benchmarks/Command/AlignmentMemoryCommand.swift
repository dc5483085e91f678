import ArgumentParser
import CombinatorialLosses

/// Aligns a prediction with a target of as many tokens, and reports how much memory the process had at
/// most: the costs, a matrix of length x length, never exist, and moves are kept block by block.
struct AlignmentMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alignment-memory",
    abstract: "Aligns two long sequences and prints the peak memory of the process as JSON.")

  @Option(help: "Tokens of the prediction and of the target.")
  var length = 20_000

  @Option(help: "Classes of the tokens.")
  var classes = 64

  @Option(help: "Exit status 1 if the peak exceeds so many MB.")
  var limit: Double?

  func validate() throws {
    guard length > 0, classes > 0 else {
      throw ValidationError("--length and --classes: expected at least 1")
    }
  }

  func run() throws {
    try BenchmarksCommand.prepare()
    var generator = SeededGenerator(seed: 1)
    let logits = try Tensor.random(normal: [length, classes], using: &generator)
    let targets = (0..<length).map { _ in Int32.random(in: 0..<Int32(classes), using: &generator) }
    let start = ContinuousClock.now
    let path = try alignTokens(logits: logits, targets: targets)[0]
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try MemoryReport.write(
      [
        "length": Double(length), "value": path.value, "moves": Double(path.moves.count),
        "seconds": seconds,
      ], limitMegabytes: limit)
  }
}
