import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

struct SolveAssignment: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "assignment",
    abstract: "Match rows to columns at the least total cost.",
    discussion: """
      Costs are [rows, columns]. The words are columnOfRow and rowOfColumn (-1: unmatched), rowPotentials and \
      columnPotentials (the proof), and isUnique.
      """)

  @OptionGroup var file: CostFile

  @Option(
    parsing: .unconditional,
    help: .value(
      "cost",
      "Leave rows and columns unmatched at this cost each. Default: min(rows, columns) pairs."))
  var unmatchedCost: Double?

  @Flag(help: "Print costs less both potentials too: at least 0, and 0 where rows are matched.")
  var reducedCosts = false

  @OptionGroup var answering: AnsweringOptions

  func validate() throws { try expectFinite(["unmatched-cost": unmatchedCost]) }

  func answers() throws -> [Answer] {
    try Answer.solving(
      Assignment(unmatchedCost: unmatchedCost), file.read(), answering.answer
    ) { solved in
      let solution = solved.solution
      let words: Words = ["isUnique": solution.isUnique]
      guard reducedCosts else { return words }
      let sign = answering.maximize ? -1.0 : 1
      let reduced = rows(solved, solution.columnOfRow.count) {
        sign * $2 - solution.rowPotentials[$0] - solution.columnPotentials[$1]
      }
      return words + ["reducedCosts": reduced]
    }
  }
}

struct SolveSemiAssignment: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "semi-assignment",
    abstract: "Match rows to columns that take several, at the least total cost.",
    discussion: """
      Costs are [rows, columns]. The words are columnOfRow, rowPotentials and columnPotentials (the proof).
      """)

  @OptionGroup var file: CostFile

  @Option(help: .value("npy", "How many rows each column takes at most: [columns]."))
  var capacities: String

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let problem = SemiAssignment(capacities: try CostArray.wholeNumbers(at: capacities))
    return try Answer.solving(problem, file.read(), answering.answer)
  }
}

struct SolveBottleneckAssignment: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "bottleneck-assignment",
    abstract: "Match rows to columns so that the greatest cost of a pair is least.",
    discussion: """
      Costs are [rows, columns]. The words are columnOfRow, rowOfColumn, criticalRow (the row of the dearest \
      pair), blockRows and blockColumns (where no pair is cheaper: the proof).
      """)

  @OptionGroup var file: CostFile
  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    try Answer.solving(BottleneckAssignment(), file.read(), answering.answer)
  }
}

struct SolveRankedAssignment: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranked-assignment",
    abstract: "Find the cheapest assignments, one after the other.",
    discussion: """
      Costs are [rows, columns]. The words are values and columnOfRow, of each assignment; value is the sum of \
      values, the gradient that of all.
      """)

  @OptionGroup var file: CostFile

  @Option(help: .count("How many assignments.")) var count: Int

  @Option(
    parsing: .unconditional,
    help: .value("cost", "Leave rows and columns unmatched at this cost each."))
  var unmatchedCost: Double?

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    try expectAtLeastOne(["count": count])
    try expectFinite(["unmatched-cost": unmatchedCost])
  }

  func answers() throws -> [Answer] {
    try Answer.solving(
      RankedAssignment(count: count, unmatchedCost: unmatchedCost), file.read(), answering.answer)
  }
}

struct SolveSparseAssignment: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "sparse-assignment",
    abstract: "Match rows to columns among the pairs that a sparse matrix has.",
    discussion: """
      The words are columnOfRow, rowOfColumn and entryOfRow (-1: unmatched), rowPotentials and columnPotentials \
      (the proof). The gradient is by the entries, in their order.
      """)

  @Argument(
    help: .value(
      "costs.npz",
      "A matrix in compressed rows as scipy.sparse.save_npz writes it; - is standard input."))
  var costs: String

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let matrix = try SparseMatrixFile(contentsOf: costs)
    let problem = try SparseAssignment(
      rows: matrix.rows, columns: matrix.columns, rowOffsets: matrix.rowOffsets,
      columnIndices: matrix.columnIndices)
    return try Answer.solving(problem, matrix.entries, answering.answer)
  }
}
