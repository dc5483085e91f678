import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct BagsPredictCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify pictures; print label and probabilities as JSON, a line each.",
    discussion: """
      Pictures are PNG or JPEG files, or the lines {"picture": …} of a manifest, where a picture may be a \
      part of a file: {"file": "group.jpg", "box": [x, y, width, height]}.
      """)

  @Argument(help: .value("picture", "PNG or JPEG files.")) var files: [String] = []

  @OptionGroup var trained: TrainedBagOptions

  @Option(help: .value("manifest.jsonl", "Pictures, one a line; - is standard input."))
  var list: String?

  @Option(help: .count("Print the n most probable classes. Default: all.")) var top: Int?

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try expectAtLeastOne(["top": top])
    if files.isEmpty == (list == nil) {
      throw ValidationError("expected pictures or --list, found \(list == nil ? "none" : "both")")
    }
  }

  func compute() throws {
    let classifier = try trained.classifier
    let pictures: PictureList
    if let list {
      pictures = try classifier.pictures(list, needsLabels: false, trained.lines)
    } else {
      pictures = try PictureList(
        files: files, format: classifier.format, classNames: classifier.classNames,
        skipsBadFiles: trained.lines.skipBad)
      trained.lines.report(pictures.badLines, of: "pictures")
    }
    for record in try classifier.predict(pictures, top: top) {
      try StandardOutput.write(line: JSON.line(record))
    }
  }
}
