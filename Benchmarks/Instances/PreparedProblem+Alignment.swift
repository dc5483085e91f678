import CombinatorialSolvers
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

extension PreparedProblem {
  /// The value and the numbers of matched pairs of letters.
  static func letterAlignment(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let numbers = inputs.map { input in
      switch input.elements {
      case .float(let values): values.map { Double($0) }
      case .double(let values): values
      }
    }
    guard inputs.map(\.shape.count) == [1, 1, 2, 1], inputs[3].shape == [1],
      inputs[2].shape[0] == inputs[2].shape[1]
    else {
      throw BenchmarksError.expected(
        "two sequences of letters, costs [letters, letters] and the price [1] of a gap",
        found: inputs)
    }
    let letters = numbers.prefix(2).map { $0.map { UInt8(clamping: Int($0)) } }
    let problem = LetterProblem(
      letters[0], letters[1],
      costs: LetterCosts(
        substitutions: numbers[2].map { Float($0) }, letters: inputs[2].shape[0],
        gap: Float(numbers[3][0])))
    return PreparedProblem(
      instances: 1, run: { try problem.solve(.current) },
      check: { try problem.checkOptimality() },
      results: {
        [
          try NumPyArray(shape: [1], elements: .double([problem.value])),
          try NumPyArray(
            shape: inputs[2].shape, elements: .float(problem.gradient.substitutions)),
        ]
      })
  }
}
