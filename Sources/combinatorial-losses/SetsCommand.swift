import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct SetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sets",
    abstract: "List what a picture shows, in no order, with a set prediction loss.",
    subcommands: [SetsDemoCommand.self])
}

struct SetsDemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train on handwritten digits here and there; print scores as JSON, a line each.",
    discussion: """
      The same network with the exact matching of predictions and digits, and with the digits in reading \
      order. Each line has recall (digits that are listed with their class in a box that overlaps by \
      half), precision and meanOverlap on pictures with the digits of other hands, before and after.
      """)

  @Option(help: ArgumentHelp("Pictures to train on, each seen once.", valueName: "n"))
  var pictures = SetsDemo().pictures

  @Option(help: ArgumentHelp("Pictures to test on.", valueName: "n"))
  var testPictures = SetsDemo().testPictures

  @Option(help: ArgumentHelp("Determines pictures and parameters.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Write test pictures with what is listed: above with the matching, below in reading order.",
      valueName: "file.png"))
  var picture = "sets.png"

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    for (name, value) in [("pictures", pictures), ("test-pictures", testPictures)]
    where !(1...1_000_000).contains(value) {
      throw ValidationError("--\(name): expected 1 to 1000000, found \(value)")
    }
  }

  func run() throws {
    var demo = SetsDemo()
    (demo.pictures, demo.testPictures, demo.seed) = (pictures, testPictures, seed)
    try reportingErrors {
      try threads.limit {
        let rows = try demo.run(picture: picture) { matching, step, loss in
          guard step % 100 == 0 else { return }
          StandardError.write("\(matching.rawValue), step \(step): loss \(loss)\n")
        }
        for row in rows { try StandardOutput.write(line: JSON.line(row)) }
      }
    }
  }
}
