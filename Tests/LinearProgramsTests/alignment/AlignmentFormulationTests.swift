import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on the alignment problem: the linear program over the shortest-path polytope has the same
/// value, and its solution is an element of the same generalized gradient as the path.
struct AlignmentFormulationTests {
  private let rules: [Alignment] = [
    Alignment(), Alignment(gapFactor: 0.5), Alignment(gapCost: 1), .timeWarping(band: 1),
  ]

  @Test(arguments: [AlignmentFamily.uniform, .ties, .forbidden], [(1, 1), (3, 3), (2, 6), (7, 4)])
  func theLinearProgramHasTheValueOfThePath(
    family: AlignmentFamily, size: (Int, Int)
  ) throws {
    var random = SeededRandom(seed: 1)
    let (rows, columns) = size
    for trial in 0..<5 {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      for problem in rules {
        let note: Comment = "\(family) \(size) \(problem.gaps), trial \(trial)"
        let model = try problem.linearModel(costs, rows: rows, columns: columns)
        let path: AlignmentSolution
        do throws(CombinatorialError) {
          path = try problem.solve(costs, rows: rows, columns: columns)
        } catch {
          #expect(error == CombinatorialError(.infeasible, item: 0))
          #expect(throws: LinearProgramError.infeasible(batch: 0), note) {
            try LinearProgram().solve(model)
          }
          continue
        }
        let solution = try LinearProgram().solve(model)
        solution.expectCertificate("\(family) \(size) \(problem.gaps), trial \(trial)")
        #expect(isClose(solution.value, path.value), note)
        expectSameSubdifferential(path, solution, model, rows, columns, note)
      }
    }
  }

  /// The path uses moves of reduced cost 0, and the flow uses moves that the potentials make tight.
  private func expectSameSubdifferential(
    _ path: AlignmentSolution, _ solution: LinearProgramSolution, _ model: LinearModel,
    _ rows: Int, _ columns: Int, _ note: Comment
  ) {
    let potentials = path.potentials
    for (variable, edge) in edges(rows, columns).enumerated() {
      let next = edge.node.moved(by: edge.move)
      if zip(path.moves, path.path).contains(where: { $0 == edge.move && $1 == edge.node }) {
        #expect(abs(solution.reducedCosts[variable]) <= clpTolerance, note)
      }
      if solution.primal[variable] > 0.5 {
        let drop =
          potentials[edge.node.row * (columns + 1) + edge.node.column]
          - potentials[next.row * (columns + 1) + next.column]
        #expect(isClose(drop, model.costs[variable], 1e-9), note)
      }
    }
  }

  /// The order of the variables, as the documentation has it.
  private func edges(_ rows: Int, _ columns: Int) -> [(move: AlignmentMove, node: AlignmentNode)] {
    let extents: [(AlignmentMove, Int, Int)] = [
      (.diagonal, rows, columns), (.horizontal, rows + 1, columns), (.vertical, rows, columns + 1),
    ]
    return extents.flatMap { move, rows, columns in
      (0..<rows * columns).map {
        (move, AlignmentNode(row: $0 / columns, column: $0 % columns))
      }
    }
  }

  @Test func wrongCountsAreRefused() {
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "4 costs for shape [1, 2, 2]", found: "3")
    ) { try Alignment().linearModel([1, 2, 3], rows: 2, columns: 2) }
    #expect(
      throws: CombinatorialError(
        .invalidOption("gap factor", value: -1, expected: "a number greater than 0"))
    ) { try Alignment(gapFactor: -1).linearModel([1], rows: 1, columns: 1) }
  }
}
