import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Solve combinatorial problems from files.",
    subcommands: [
      SolveAssignmentCommand.self, SolveAlignmentCommand.self, SolveLinearProgramCommand.self,
      SolveTransportCommand.self,
      SolveShortestPathCommand.self, SolveSpanningTreeCommand.self,
      SolveMaximumFlowCommand.self,
    ])
}

extension ArgumentHelp {
  /// Of costs, of which +inf forbids something.
  static func costs(forbidding part: String) -> ArgumentHelp {
    ArgumentHelp(
      "Costs [rows, columns] or [batch, rows, columns] as NumPy's .npy; - is standard input.",
      discussion: """
        float32, float64, integers or booleans, C or Fortran order. +inf forbids a \(part). float32 is \
        solved as float32, integers as float64.
        """,
      valueName: "costs.npy")
  }
}

struct SolveAssignmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assignment",
    abstract: "Match rows to columns at the least total cost; print one JSON object on one line.",
    discussion: """
      The object has value, columnOfRow and rowOfColumn (-1: unmatched), rowPotentials and \
      columnPotentials (the proof of optimality), dualityGap and isUnique. With --gradient it has the \
      derivative of the value by every cost too. For a batch, arrays of these.
      """)

  @Argument(help: .costs(forbidding: "pair")) var costs: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Leave rows and columns unmatched at this cost each. Default: min(rows, columns) pairs.",
      valueName: "cost"))
  var unmatchedCost: Double?

  @Flag(help: "Print the derivative of the value by the costs too.")
  var gradient = false

  func validate() throws {
    if let unmatchedCost, !unmatchedCost.isFinite {
      throw ValidationError("--unmatched-cost: expected a finite number, found \(unmatchedCost)")
    }
  }

  func run() throws {
    try reportingErrors {
      let report = try AssignmentReport(
        costsAt: costs, problem: Assignment(unmatchedCost: unmatchedCost),
        includesGradient: gradient)
      try StandardOutput.write(line: report.json())
    }
  }
}

struct SolveLinearProgramCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lp",
    abstract: "Solve a linear program; print one JSON object on one line.",
    discussion: """
      The object has status (optimal), value, primal (in the order of the file's columns), dual (in \
      the order of its rows of kind L, G and E: the derivatives of the value by their active bounds), \
      dualityGap and relaxed: how many integer columns were solved for as real numbers. A program \
      that is infeasible or unbounded is bad data.
      """)

  @Argument(
    help: .value("model.mps", "A model in the MPS format, fixed or free; - is standard input."))
  var model: String

  func run() throws {
    try reportingErrors { try StandardOutput.write(line: LinearProgramReport(mps: model).json()) }
  }
}
