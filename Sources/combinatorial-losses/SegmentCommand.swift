import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment",
    abstract: "Tell objects from background in pictures, with a learned minimum cut.",
    subcommands: [SegmentDemoCommand.self])
}

struct SegmentDemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Learn coins on the upper half of a photograph; print scores of the lower as JSON.",
    discussion: """
      A classifier of single pixels, and the same one with a cut whose borders' prices are learned with \
      it. Downloads PyPI's package scikit-image with pip (14 MB) for the photograph where it is not there \
      yet; the truth is an ellipse around each coin. Or learns on a photograph of your own.
      """)

  @Option(help: .value("file.png", "Write photograph, classifier and cut side by side."))
  var figure = "coins-cut.png"

  @Option(help: .count("Steps of gradient descent, for each of the two.")) var steps = 200

  @Option(help: .value("file.png", "Another photograph: PNG or JPEG, colors become gray."))
  var photograph: String?

  @Option(help: .value("file.png", "White where that has objects, black elsewhere."))
  var truth: String?

  @OptionGroup var dataOptions: DataOptions

  func validate() throws {
    if (photograph == nil) != (truth == nil) {
      throw ValidationError("--photograph and --truth: expected both or none")
    }
    if steps < 1 { throw ValidationError("--steps: expected at least 1, found \(steps)") }
  }

  func run() throws {
    try reportingErrors {
      var demo = SegmentationDemo(folders: dataOptions.folders)
      demo.steps = steps
      if let photograph, let truth { demo.files = (photograph, truth) }
      try StandardOutput.write(
        line: JSON.line(demo.run(picture: figure) { StandardError.write("\($0)\n") }))
    }
  }
}
