import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Solve combinatorial problems from files.",
    discussion: """
      Prints a JSON object on one line, for a batch a line for each of its problems. It has the status: optimal, \
      infeasible, unbounded, invalid (bad data), or unsolved (iterations ended, or numbers left the range of \
      doubles). Optimal ones have value, the solution, and dualityGap: 0 up to rounding is the proof that none is \
      better; the others have the reason, which goes to standard error too, and the exit status is 65. - in place \
      of a file is standard input.

      mpirun -n 4 combinatorial-losses solve … divides the batch of one file of costs among four processes.
      """,
    subcommands: [
      SolveAssignment.self, SolveSemiAssignment.self, SolveSparseAssignment.self,
      SolveBottleneckAssignment.self, SolveRankedAssignment.self, SolveAlignment.self,
      SolveLetterAlignment.self, SolveSoftAlignment.self, SolveChainLabeling.self,
      SolveShortestPath.self,
      SolveGridShortestPath.self, SolveKnapsack.self, SolveSpanningTree.self,
      SolveSpanningArborescence.self, SolveMatroidBasis.self, SolveMaximumFlow.self,
      SolveGridCut.self, SolveMinimumCostFlow.self, SolveTransport.self, SolveTransportOnLine.self,
      SolveTransportInSpace.self, SolveSinkhorn.self, SolveLinearProgram.self,
    ])
}

/// A command that prints an answer for each problem of its files.
protocol AnsweringCommand: ComputingCommand {
  var answering: AnsweringOptions { get }

  /// Reads the files and solves the problems; what it throws is the answer to all of them.
  func answers() throws -> [Answer]
}

/// What every `solve` command takes.
struct AnsweringOptions: ParsableArguments {
  @Flag(help: "Print the derivative of the value by every cost too, in the shape of the costs.")
  var gradient = false

  @Flag(help: "Look for the greatest value instead of the least; -inf forbids, as +inf does else.")
  var maximize = false

  @OptionGroup var threads: ThreadOptions

  var answer: AnswerOptions { AnswerOptions(includesGradient: gradient, maximizes: maximize) }
}

extension AnsweringCommand {
  var threads: ThreadOptions { answering.threads }

  func compute() throws { try tell { try answers() } }

  /// Prints answers; what is thrown in their place is the answer to all.
  func tell(_ answers: () throws -> [Answer]) throws {
    let told: [Answer]
    do { told = try answers() } catch { told = [try Answer(error)] }
    for answer in told { try StandardOutput.write(line: answer.json) }
    let reasons = told.compactMap(\.reason)
    try Self.end(reasons.first, of: reasons.count)
  }

  /// Fails if problems have no solution, after a line with the reason of the first one, if it is to be told here.
  static func end(_ first: String?, of count: Int) throws {
    if let first {
      StandardError.write(
        line: first + (count > 1 ? " (and \(count - 1) more without a solution)" : ""))
    }
    if count > 0 { throw ExitStatus.badData }
  }
}

/// Costs from a NumPy file.
struct CostFile: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Costs as NumPy's .npy, with one axis more for a batch; - is standard input.",
      discussion: """
        float16, float32, float64, integers or booleans, C or Fortran order. +inf forbids. float32 is solved as \
        float32, integers as float64.
        """,
      valueName: "costs.npy"))
  var costs: String

  func read() throws -> CostArray {
    guard let items = BatchSlice.current else { return try CostArray(contentsOf: costs) }
    return try CostArray(contentsOf: costs, items: items)
  }
}

/// The rows of an array.
func rows<Solution>(
  _ solved: Solved<Solution>, _ rows: Int, _ value: (_ row: Int, _ column: Int, Double) -> Double
) -> NestedNumbers {
  let costs = solved.costs()
  let columns = rows > 0 ? costs.count / rows : 0
  return NestedNumbers(
    costs.enumerated().map { value($0.offset / columns, $0.offset % columns, $0.element) },
    shape: [rows, columns])
}

/// An option that has to be a finite number.
func expectFinite(_ options: KeyValuePairs<String, Double?>) throws {
  for case (let name, let value?) in options where !value.isFinite {
    throw ValidationError("--\(name): expected a finite number, found \(value)")
  }
}

/// Refuses options that are not above 0 and finite.
func expectPositive(_ options: KeyValuePairs<String, Double>) throws {
  for (name, value) in options where !(value > 0 && value.isFinite) {
    throw ValidationError("--\(name): expected a number greater than 0, found \(value)")
  }
}

extension CostArray {
  /// The whole numbers of an array, none of them below 0, for every problem alike.
  static func wholeNumbers(at path: String) throws -> [Int] {
    let array = try CostArray(contentsOf: path)
    guard array.array.shape.count == 1 else { throw array.shapeError("one axis") }
    let numbers: [Int]
    do { numbers = try array.array.integers() } catch {
      throw AnswerError("\(array.file): \(error)")
    }
    if let place = numbers.firstIndex(where: { $0 < 0 }) {
      throw AnswerError(
        "\(array.file): \(place): expected a number of at least 0, found \(numbers[place])")
    }
    return numbers
  }
}
