import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct BagsMatchCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Tell which label belongs to which picture of each bag, as JSON, a line each.",
    discussion: """
      Each line has the bag's line in the manifest, its pictures with label and probability, the labels that \
      belong to no picture, and the cost. The labels must be those that the classifier was trained on.
      """)

  @OptionGroup var trained: TrainedBagOptions

  @Option(help: .value("bags:MANIFEST.jsonl", "The bags. Default: those of the checkpoint."))
  var data: DataSource?

  @Option(
    help: .value(
      "number",
      "The price of each picture and each label that stays unmatched. Default: that of the checkpoint."
    ))
  var unmatchedCost: Double?

  @Option(
    help: .value(
      "dir", "Draw each bag with its names into this folder: bag-LINE.png (needs gnuplot)."))
  var draw: String?

  @Option(help: .count("Match the first n bags.")) var limit: Int?

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try expectAtLeastOne(["limit": limit])
    try expectUnmatchedCost(unmatchedCost)
    if let data, data.manifest == nil {
      throw ValidationError("--data: expected bags:MANIFEST.jsonl, found \(data)")
    }
  }

  func compute() throws {
    let classifier = try trained.classifier
    guard let manifest = (data ?? classifier.options.data).manifest else {
      throw ValidationError(
        "--data: expected bags:MANIFEST.jsonl, as the checkpoint's data are "
          + "\(classifier.options.data)")
    }
    let bags = try classifier.bags(manifest, trained.lines)
    let matched = try classifier.match(bags, unmatchedCost: unmatchedCost)
    if let draw { try Folder.make(draw) }
    for bag in matched.prefix(limit ?? matched.count) {
      let record = MatchRecord(bag, of: bags)
      try StandardOutput.write(line: JSON.line(record))
      if let draw {
        try MatchedBagFigure(bag, of: bags).write(to: "\(draw)/bag-\(record.line).png")
      }
    }
    if let draw { StandardError.write("\(draw): written\n") }
  }
}

/// Refuses a price that is none.
func expectUnmatchedCost(_ cost: Double?) throws {
  if let cost, !(cost >= 0 && cost < 1e6) {
    throw ValidationError("--unmatched-cost: expected 0 to 1e6, found \(cost)")
  }
}
