import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

struct SolveKnapsack: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "knapsack",
    abstract: "Choose items of least total cost that a capacity holds.",
    discussion: """
      Costs are [items]; what items are worth is a cost below 0, or --maximize. The words are items (from 0) and \
      isUnique.
      """)

  static let axes = 1
  @OptionGroup var file: CostFile

  @Option(help: .value("npy", "What each item weighs, whole numbers: [items].")) var weights: String

  @Option(help: .count("The most that the items chosen may weigh.")) var capacity: Int

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let problem = Knapsack(weights: try CostArray.wholeNumbers(at: weights), capacity: capacity)
    return try Answer.solving(
      problem, file.read(), answering.answer, words: { ["isUnique": $0.solution.isUnique] })
  }
}

struct SolveMatroidBasis: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "matroid-basis",
    abstract: "Choose as many elements as rules allow, at the least total cost.",
    discussion: """
      Costs are [elements]. The rules are --rank, or --parts with --limits; those of a graph are \
      spanning-tree --forest. The words are elements (from 0), largestViolation (0: the proof) and isUnique.
      """)

  static let axes = 1
  @OptionGroup var file: CostFile

  @Option(help: .count("At most so many elements.")) var rank: Int?

  @Option(help: .value("npy", "The part of each element, from 0: [elements].")) var parts: String?

  @Option(help: .value("npy", "The most elements of each part: [parts].")) var limits: String?

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    guard (parts == nil) == (limits == nil), (rank == nil) != (parts == nil) else {
      throw ValidationError("give --rank, or both of --parts and --limits")
    }
  }

  func answers() throws -> [Answer] {
    let costs = try file.read()
    if let parts, let limits {
      let own = try CostArray.wholeNumbers(at: parts)
      let greatest = try CostArray.wholeNumbers(at: limits)
      if let place = own.firstIndex(where: { $0 >= greatest.count }) {
        throw AnswerError(
          "\(parts): \(place): expected one of \(greatest.count) parts, from 0, found \(own[place])"
        )
      }
      return try answers(of: PartitionMatroid(parts: own, limits: greatest), costs)
    }
    let count = try costs.split(["elements"]).item[0]
    return try answers(of: UniformMatroid(elementCount: count, rank: rank ?? 0), costs)
  }

  private func answers(of matroid: some Matroid, _ costs: CostArray) throws -> [Answer] {
    try Answer.solving(
      MatroidBasis(matroid), costs, answering.answer,
      words: {
        [
          "largestViolation": $0.solution.largestViolation, "isUnique": $0.solution.isUnique,
        ]
      })
  }
}

struct SolveLinearProgram: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "lp",
    abstract: "Solve linear programs.",
    discussion: """
      The words are primal and reducedCosts (in the order of columnNames), dual (in that of rowNames, the file's \
      rows of kind L, G and E), and relaxed: how many integer columns were solved for as real numbers. dual and \
      reducedCosts are derivatives of the value by the active bounds. --maximize goes before what the file says.
      """)

  @Argument(
    help: .value(
      "model.mps",
      "Models in the MPS format, fixed or free, a line of output for each; - is standard input."))
  var models: [String]

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    try models.map { model in
      do {
        return try Answer.solvingProgram(mps: model, answering.answer)
      } catch { return try Answer(error) }
    }
  }
}
