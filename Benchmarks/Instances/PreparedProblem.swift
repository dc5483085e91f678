import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor
import Experiments

/// A problem kind that is timed on arrays from files.
///
/// A new kind adds a case here and a function in `PreparedProblem`.
enum ProblemKind: String, CaseIterable {
  /// `[rows, columns]` or `[batch, rows, columns]` costs.
  case assignment

  /// The kind that a file `PROBLEM-anything.npy` is named after.
  init(fileName: String) throws {
    let kind = Self.allCases.first { fileName.hasPrefix("\($0.rawValue)-") }
    guard let kind else {
      throw BenchmarksError.badInstance(
        file: fileName,
        reason: "expected PROBLEM-anything.npy, PROBLEM one of "
          + Self.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self = kind
  }

  /// Checks the arrays and gets a problem ready to be solved again and again.
  ///
  /// - Parameters:
  ///   - inputs: the arrays, in the order of the kind.
  ///   - threads: the most threads a run may use.
  func prepared(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    switch self {
    case .assignment: try .assignment(inputs, threads: threads)
    }
  }
}

/// Work on given arrays that can be repeated.
struct PreparedProblem {
  /// Problems that one run solves.
  let instances: Int
  let run: () throws -> Void
  /// Throws unless the latest run's result is right.
  let check: () throws -> Void
  /// The latest run's result.
  let results: () throws -> [NumPyArray]
}

extension PreparedProblem {
  static func assignment(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    guard inputs.count == 1, [2, 3].contains(inputs[0].shape.count), !inputs[0].shape.contains(0)
    else {
      throw BenchmarksError.badRequest(
        "expected one array [rows, columns] or [batch, rows, columns] without empty axes, found "
          + inputs.map { "\($0.shape)" }.joined(separator: " and "))
    }
    let extents = ([1] + inputs[0].shape).suffix(3).map { $0 }
    switch inputs[0].elements {
    case .float(let costs):
      return assignment(
        AssignmentProblems(
          batch: extents[0], rows: extents[1], columns: extents[2], costs: costs), threads: threads)
    case .double(let costs):
      return assignment(
        AssignmentProblems(
          batch: extents[0], rows: extents[1], columns: extents[2], costs: costs), threads: threads)
    }
  }

  private static func assignment<Scalar>(
    _ problems: AssignmentProblems<Scalar>, threads: Int
  ) -> PreparedProblem {
    let outcome = Outcome<AssignmentOutput>()
    let solver = Assignment(maxThreads: threads)
    return PreparedProblem(
      instances: problems.shape.batch,
      run: {
        outcome.value = try problems.costs.withUnsafeBufferPointer {
          try solver.solve($0, shape: problems.shape)
        }
      },
      check: { if let output = outcome.value { try problems.checkOptimality(of: output) } },
      results: {
        guard let output = outcome.value else { return [] }
        return [
          try NumPyArray(shape: [output.values.count], elements: .double(output.values)),
          try NumPyArray(
            shape: [problems.shape.batch, problems.shape.rows],
            elements: .double(output.columnOfRow.map(Double.init))),
        ]
      })
  }
}
