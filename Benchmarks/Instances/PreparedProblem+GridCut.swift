import CombinatorialKernels
import CombinatorialSolvers
import ProblemFiles

extension PreparedProblem {
  /// Values and sides of the cuts, which is what a loss needs: no flow is made, but by the check.
  static func gridCut(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    guard inputs.count == 1, inputs[0].shape.count == 4, [6, 10].contains(inputs[0].shape[1]),
      !inputs[0].shape.contains(0), case .double(let costs) = inputs[0].elements
    else {
      throw BenchmarksError.expected(
        "float64 costs [batch, 6 or 10, rows, columns] without empty axes", found: inputs)
    }
    let extents = inputs[0].shape
    let shape = BatchShape(
      batch: extents[0], channels: extents[1], rows: extents[2], columns: extents[3])
    let problems = GridCutProblems(shape: shape, costs: costs)
    return PreparedProblem(
      instances: shape.batch, run: { try problems.solve(threads: threads) },
      check: { try problems.checkOptimality() },
      results: {
        guard let output = problems.outcome.value else { return [] }
        return [
          try NumPyArray(shape: [shape.batch], elements: .double(output.values)),
          try NumPyArray(
            shape: [shape.batch, shape.rows, shape.columns],
            elements: .double(output.isOnSourceSide.map { $0 ? 1 : 0 })),
        ]
      })
  }
}

/// Grids to be cut again and again.
struct GridCutProblems {
  let shape: BatchShape
  let costs: [Double]
  let outcome = Outcome<GridCutBatch>()

  func solve(threads: Int) throws {
    outcome.value = try costs.withUnsafeBufferPointer {
      try cut(threads: threads).solveInPlace($0, shape: shape)
    }
  }

  /// A flow as large as each cut, which no cut can be below.
  func checkOptimality() throws {
    for (item, value) in (outcome.value?.values ?? []).enumerated() {
      let part = Array(costs[item * shape.itemCount..<(item + 1) * shape.itemCount])
      let solution = try cut(threads: 1).solve(part, rows: shape.rows, columns: shape.columns)
      let tolerance = 1e-9 * max(1, abs(value))
      guard solution.value == value, abs(solution.dualityGap) <= tolerance,
        solution.infeasibility <= tolerance
      else {
        throw BenchmarksError.wrongResult("cut \(item) is not proved by a flow: \(value)")
      }
    }
  }

  private func cut(threads: Int) -> GridCut {
    GridCut(neighbors: shape.channels == 6 ? .four : .eight, maxThreads: threads)
  }
}
