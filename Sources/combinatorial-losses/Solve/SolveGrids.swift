import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

/// A cell of a grid, `ROW,COLUMN` from 0.
struct CellArgument: ExpressibleByArgument {
  let cell: GridCell

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let row = numbers[0], let column = numbers[1] else { return nil }
    cell = GridCell(row: row, column: column)
  }
}

extension GridNeighbors: ExpressibleByArgument {
  /// `4` or `8`.
  public init?(argument: String) {
    guard let count = Int(argument), let neighbors = Self(rawValue: count) else { return nil }
    self = neighbors
  }
  /// What the help lists.
  public static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
  /// The number of neighbors.
  public var defaultValueDescription: String { "\(rawValue)" }
}

struct SolveGridShortestPath: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid-shortest-path",
    abstract: "Find the path through a grid whose cells cost least.",
    discussion: """
      Costs are [rows, columns], at least 0; +inf is a wall. The words are cells (row and column from 0) and \
      isUnique.
      """)

  @OptionGroup var file: CostFile

  @Option(help: "How many cells are beside each: 4 by sides, 8 by corners too.")
  var neighbors = GridNeighbors.eight

  @Option(help: .value("row,column", "Where the path starts. Default: the first cell."))
  var from: CellArgument?

  @Option(help: .value("row,column", "Where the path ends. Default: the last cell."))
  var to: CellArgument?

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let costs = try file.read()
    let item = try costs.split(["rows", "columns"]).item
    let start = from?.cell ?? GridCell(row: 0, column: 0)
    let end = to?.cell ?? GridCell(row: item[0] - 1, column: item[1] - 1)
    let isWhole = from == nil && to == nil
    let problem = GridShortestPath(
      neighbors: neighbors, ends: isWhole ? nil : GridEnds(from: start, to: end))
    return try Answer.solving(problem, costs, answering.answer) {
      ["isUnique": $0.solution.isUnique]
    }
  }
}

struct SolveGridCut: BatchCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid-cut",
    abstract: "Cut a grid into two parts at the least cost, as segmentations do.",
    discussion: """
      Costs are [2 + neighbors, rows, columns]: what cells cost on the sink's side, what they cost on the source's, \
      and what it costs, at least 0, that a cell is on the source's side and its neighbor is not, for the neighbors \
      right, down, left and up, and of 8 down-right, down-left, up-left and up-right. The words are isOnSourceSide \
      (of each cell, row by row), cutCosts (their positions among the costs) and flow (the proof).
      """)

  static let axes = 3
  @OptionGroup var file: CostFile

  @Option(help: "How many cells are beside each: 4 by sides, 8 by corners too.")
  var neighbors = GridNeighbors.four

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    try Answer.solving(GridCut(neighbors: neighbors), file.read(), answering.answer)
  }
}
