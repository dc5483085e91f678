import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

/// What moves of an alignment cost.
struct GapOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .value("factor", "What a gap costs, as a multiple of the diagonal move. Default: 1.5."))
  var gapFactor: Double?

  @Option(
    parsing: .unconditional,
    help: .value("cost", "What every gap costs, instead of a factor."))
  var gapCost: Double?

  @Flag(help: "Dynamic time warping: every move costs the cell that it leaves.")
  var timeWarping = false

  @Option(
    help: .value(
      "columns", "With --time-warping: the most columns outside of the corners' diagonals."))
  var band: Int?

  func validate() throws {
    guard [gapFactor != nil, gapCost != nil, timeWarping].count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --gap-factor, --gap-cost and --time-warping")
    }
    if let gapFactor, !(gapFactor > 0 && gapFactor.isFinite) {
      throw ValidationError("--gap-factor: expected a number greater than 0, found \(gapFactor)")
    }
    try expectFinite(["gap-cost": gapCost])
    if let band, band < 0 || !timeWarping {
      throw ValidationError("--band: expected at least 0, and --time-warping")
    }
  }

  var alignment: Alignment {
    Alignment(
      timeWarping
        ? .timeWarping(band: band) : gapCost.map { .cost($0) } ?? .factor(gapFactor ?? 1.5))
  }
}

struct SolveAlignment: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "alignment",
    abstract: "Align rows with columns by the cheapest path.",
    discussion: """
      Costs are [rows, columns]. The words are moves, where D matches a row with a column, H skips a column and V \
      skips a row, and isUnique.
      """)

  @OptionGroup var file: CostFile
  @OptionGroup var gaps: GapOptions
  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    try Answer.solving(gaps.alignment, file.read(), answering.answer) {
      ["isUnique": $0.solution.isUnique]
    }
  }
}

struct SolveLetterAlignment: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "letter-alignment",
    abstract: "Align texts line by line, by what pairs of letters and gaps cost.",
    discussion: """
      Line by line of both files there is an answer. The words are moves, where D matches two letters, H skips one of \
      the target and V one of the first text. With --gradient they are gradient, how often each pair of letters is \
      matched, and gapGradient, how many gaps either side has. With --maximize prices are scores.
      """)

  @Argument(help: .value("predicted.txt", "Texts, one a line."))
  var predicted: String

  @Argument(help: .value("target.txt", "What each is aligned with, one a line."))
  var target: String

  @Option(
    help: .value("letters", "All letters, in the order of --costs. Default: those of the files."))
  var alphabet: String?

  @Option(help: .value("npy", "What matching two letters costs: [letters, letters]."))
  var costs: String?

  @Option(parsing: .unconditional, help: .value("cost", "Without --costs: of two equal letters."))
  var equal = 0.0

  @Option(parsing: .unconditional, help: .value("cost", "Without --costs: of two others."))
  var different = 1.0

  @Option(parsing: .unconditional, help: .value("cost", "What every gap costs."))
  var gap = 1.0

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    try expectFinite(["equal": equal, "different": different, "gap": gap])
    if costs != nil, alphabet == nil {
      throw ValidationError("--costs needs --alphabet, which says whose costs they are")
    }
  }

  func answers() throws -> [Answer] {
    let lines = try LetterFiles(predicted: predicted, target: target, alphabet: alphabet)
    var prices = LetterCosts(letters: lines.letters, equal: equal, different: different, gap: gap)
    let table = try costs.map { try CostArray(contentsOf: $0) }
    if let table {
      prices.substitutions = try table.split(
        ["letters", "letters"], item: [lines.letters, lines.letters], batch: nil)(0)
    }
    return try Answer.solving(
      LetterAlignment(), lines, costs: prices, from: table?.file,
      answering.answer)
  }
}

struct SolveSoftAlignment: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "soft-alignment",
    abstract: "Align rows with columns by all paths, cheap ones above all.",
    discussion: """
      Costs are [rows, columns]. The value is the smoothed minimum, -t log sum exp(-cost / t) over the paths; the \
      words are gradient, the expected path, and gapGradient.
      """)

  @OptionGroup var file: CostFile

  @Option(help: .value("t", "The temperature t, greater than 0.")) var temperature: Double

  @OptionGroup var gaps: GapOptions
  @OptionGroup var answering: AnsweringOptions

  func validate() throws { try expectPositive(["temperature": temperature]) }

  func answers() throws -> [Answer] {
    let problem = SoftAlignment(temperature: temperature, alignment: gaps.alignment)
    let costs = try file.read()
    let item = try costs.split(["rows", "columns"]).item
    return try Answer.solving(problem, costs, answering.answer) {
      ["gradient": NestedNumbers($0.solution.gradient, shape: item)]
    }
  }
}

struct SolveChainLabeling: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain-labeling",
    abstract: "Label positions one after another at the least cost of labels and steps.",
    discussion: """
      Costs are [positions, labels], or a batch of these, solved as float64. The words are labels and potentials \
      (the least cost up to each label: the proof). With --gradient, stepGradient is by the costs of the steps.
      """)

  @OptionGroup var file: CostFile

  @Option(
    help: .value(
      "npy",
      "What a step from a label (row) to the next (column) costs: [labels, labels], or a matrix for each step."
    ))
  var steps: String

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let (costs, steps) = (try file.read(), try CostArray(contentsOf: steps))
    return try Answer.solvingChains(unary: costs, steps: steps, answering.answer)
  }
}
