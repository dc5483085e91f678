import ProblemFiles

extension PreparedProblem {
  /// Values and their gradient by the costs.
  static func alignment(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    guard inputs.count == 1, inputs[0].shape.count == 3, !inputs[0].shape.contains(0),
      case .float(let costs) = inputs[0].elements
    else {
      throw BenchmarksError.expected(
        "float32 costs [batch, rows, columns] without empty axes", found: inputs)
    }
    let shape = inputs[0].shape
    let problems = try AlignmentProblems(
      batch: shape[0], rows: shape[1], columns: shape[2], costs: costs)
    return PreparedProblem(
      instances: shape[0], run: { try problems.solve(.current, threads: threads) },
      check: { try problems.checkOptimality() },
      results: {
        [
          try NumPyArray(shape: [shape[0]], elements: .double(problems.values)),
          try NumPyArray(shape: shape, elements: .float(problems.gradients)),
        ]
      })
  }
}
