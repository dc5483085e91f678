import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

struct SolveAlignmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alignment",
    abstract: "Align rows with columns by the cheapest path; print one JSON object on one line.",
    discussion: """
      The object has value and moves: D matches a row with a column, H skips a column, V skips a row. \
      With --gradient it has the derivative of the value by every cost too. For a batch, arrays of these.
      """)

  @Argument(help: .costs(forbidding: "cell")) var costs: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What a gap costs, as a multiple of the diagonal move. Default: 1.5.", valueName: "factor"))
  var gapFactor: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What every gap costs, instead of a factor.", valueName: "cost"))
  var gapCost: Double?

  @Flag(help: "Dynamic time warping: every move costs the cell that it leaves.")
  var timeWarping = false

  @Option(
    help: .value(
      "columns", "With --time-warping: the most columns outside of the corners' diagonals."))
  var band: Int?

  @Flag(help: "Print the derivative of the value by the costs too.")
  var gradient = false

  func validate() throws {
    guard [gapFactor != nil, gapCost != nil, timeWarping].count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --gap-factor, --gap-cost and --time-warping")
    }
    if let gapFactor, !(gapFactor > 0 && gapFactor.isFinite) {
      throw ValidationError("--gap-factor: expected a number greater than 0, found \(gapFactor)")
    }
    if let gapCost, !gapCost.isFinite {
      throw ValidationError("--gap-cost: expected a finite number, found \(gapCost)")
    }
    if let band, band < 0 || !timeWarping {
      throw ValidationError("--band: expected at least 0, and --time-warping")
    }
  }

  func run() throws {
    let rule: Alignment.Gaps =
      timeWarping
      ? .timeWarping(band: band) : gapCost.map { .cost($0) } ?? .factor(gapFactor ?? 1.5)
    try reportingErrors {
      let report = try AlignmentReport(
        costsAt: costs, problem: Alignment(rule), includesGradient: gradient)
      try StandardOutput.write(line: report.json())
    }
  }
}
