import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct BagsPredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify pictures; print label and probabilities as JSON, a line each.",
    discussion: """
      Pictures are PNG or JPEG files, or the lines {"picture": …} of a manifest, where a picture may be a \
      part of a file: {"file": "group.jpg", "box": [x, y, width, height]}.
      """)

  @Argument(help: ArgumentHelp("PNG or JPEG files.", valueName: "picture"))
  var files: [String] = []

  @Option(help: ArgumentHelp("The classifier: a checkpoint of bags train.", valueName: "file"))
  var checkpoint: String

  @Option(
    help: ArgumentHelp("Pictures, one a line; - is standard input.", valueName: "manifest.jsonl"))
  var list: String?

  @Option(help: ArgumentHelp("Print the n most probable classes. Default: all.", valueName: "n"))
  var top: Int?

  @OptionGroup var lines: BadLineOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try expectAtLeastOne(["top": top])
    if files.isEmpty == (list == nil) {
      throw ValidationError("expected pictures or --list, found \(list == nil ? "none" : "both")")
    }
  }

  func run() throws {
    try reportingErrors {
      try threads.limit { try predict() }
    }
  }

  private func predict() throws {
    let classifier = try BagClassifier(checkpoint: checkpoint)
    let pictures: PictureList
    if let list {
      pictures = try classifier.pictures(list, needsLabels: false, lines)
    } else {
      pictures = try PictureList(
        files: files, format: classifier.format, classNames: classifier.classNames,
        skipsBadFiles: lines.skipBad)
      lines.report(pictures.badLines, of: "pictures")
    }
    for record in try classifier.predict(pictures, top: top) {
      try StandardOutput.write(line: JSON.line(record))
    }
  }
}
