import ArgumentParser
import CombinatorialLosses

/// The bag loss and its gradient on large bags, and how much memory the process had at most: beside the
/// logits and their gradient nothing of that size may exist.
struct BagMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bag-memory",
    abstract: "Takes a bag-loss step and prints the peak memory of the process as JSON.")

  @Option(help: "Bags.")
  var bags = 64

  @Option(help: "Items of a bag.")
  var size = 32

  @Option(help: "Classes.")
  var classes = 30_000

  @Option(help: "Exit status 1 if the peak exceeds so many times the logits and their gradient.")
  var limit: Double?

  func validate() throws {
    guard bags > 0, size > 0, classes > 0 else {
      throw ValidationError("--bags, --size and --classes: expected at least 1")
    }
  }

  func run() throws {
    var generator = SeededGenerator(seed: 1)
    let logits = try Tensor.random(normal: [bags, size, classes], using: &generator)
      .requiringGradient()
    let labels = (0..<bags * size).map { _ in
      Int32.random(in: 0..<Int32(classes), using: &generator)
    }
    let loss = try bagLoss(logits: logits, labels: labels).mean()
    let gradient = try loss.gradients(of: [logits])[0]
    let needed = Double(4 * (logits.count + gradient.count)) / 1_000_000
    try MemoryReport.write(
      ["loss": Double(try loss.item()), "logitsAndGradientMegabytes": needed],
      limitMegabytes: limit.map { $0 * needed })
  }
}
