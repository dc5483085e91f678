import CombinatorialSolvers
import ProblemFiles

extension PreparedProblem {
  /// Values of transport problems `[rows, columns]`, or of a batch; one solver call for each run.
  static func transport(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    let (problems, _) = try transportProblems(inputs)
    let outcome = Outcome<[TransportSolution]>()
    let solver = Transport(maxThreads: threads)
    return PreparedProblem(
      instances: problems.count,
      run: {
        outcome.value = try problems.map {
          try solver.solve($0.costs, supply: $0.supply, demand: $0.demand)
        }
      },
      check: {
        for (problem, solution) in zip(problems, outcome.value ?? []) {
          try problem.checkOptimality(of: solution)
        }
      },
      results: { [try values((outcome.value ?? []).map(\.value))] })
  }

  /// Values of entropic problems; the temperature is the fourth array, the tolerance the fifth.
  static func sinkhorn(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    let (problems, extra) = try transportProblems(inputs)
    guard extra.count == 2, let temperature = extra[0].first, let tolerance = extra[1].first else {
      throw BenchmarksError.badRequest("expected a temperature and a tolerance after the demand")
    }
    let outcome = Outcome<[SinkhornSolution]>()
    let solver = Sinkhorn(temperature: temperature, tolerance: tolerance, maxThreads: threads)
    return PreparedProblem(
      instances: problems.count,
      run: {
        outcome.value = try problems.map {
          try solver.solve($0.costs, supply: $0.supply, demand: $0.demand)
        }
      },
      check: {}, results: { [try values((outcome.value ?? []).map(\.transportCost))] })
  }

  private static func values(_ values: [Double]) throws -> NumPyArray {
    try NumPyArray(shape: [values.count], elements: .double(values))
  }

  private static func transportProblems(
    _ inputs: [NumPyArray]
  ) throws -> (problems: [TransportProblem], extra: [[Double]]) {
    let arrays = inputs.map(\.numbers)
    guard inputs.count >= 3, inputs[0].shape.count == 3, !inputs[0].shape.contains(0),
      inputs[1].shape == Array(inputs[0].shape[..<2]),
      inputs[2].shape == [inputs[0].shape[0], inputs[0].shape[2]]
    else {
      throw BenchmarksError.expected(
        "costs [batch, rows, columns], supply [batch, rows] and demand [batch, columns]",
        found: inputs)
    }
    let (rows, columns) = (inputs[0].shape[1], inputs[0].shape[2])
    let problems = (0..<inputs[0].shape[0]).map { item in
      TransportProblem(
        costs: Array(arrays[0][item * rows * columns..<(item + 1) * rows * columns]),
        supply: Array(arrays[1][item * rows..<(item + 1) * rows]),
        demand: Array(arrays[2][item * columns..<(item + 1) * columns]))
    }
    return (problems, Array(arrays.dropFirst(3)))
  }
}
