#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Of every problem over a list: the same bits as the solver's and the tape's, alone and in batches.
  struct ListProblemTests {
    private func check<Problem: ListProblem>(
      _ problem: Problem, count: Int, tape: (Tensor) throws -> Tensor
    ) throws {
      var random = SeededRandom(seed: 52)
      let (costs, weights) = (random.numbers(3 * count, in: 0...4), random.numbers(3, in: -2...2))
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs) {
          problem.optimalValues($0, batch: 3, errors: errors)
        }
        return (values, pullback(.init(weights)).base)
      }
      let expected = try Outcome.onTape([Tensor(costs, shape: [3, count])], weights: weights) {
        try tape($0[0])
      }
      #expect(Outcome(values: values, gradients: [gradient]) == expected)
      #expect(gradient.contains { $0 != 0 })

      let item = costs[..<count].map(Double.init)
      let one = try throwingErrors { errors in
        valueWithGradient(at: item) { problem.optimalValue($0, errors: errors) }
      }
      let solved = try problem.valueAndGradient(item)
      #expect(one.value == solved.value && one.gradient.base == solved.gradient)
    }

    /// 0 -> 1 -> … -> 5, and arcs over one node.
    private static func graph() throws -> DirectedGraph {
      let arcs = (0..<5).map { ($0, $0 + 1) } + (0..<4).map { ($0, $0 + 2) }
      return try DirectedGraph(nodeCount: 6, arcs: arcs)
    }

    @Test func pathsAndTrees() throws {
      let graph = try Self.graph()
      let path = ShortestPath(graph, from: 0, to: 5)
      try check(path, count: 9, tape: path.optimalValue(_:))
      let arborescence = SpanningArborescence(graph, root: 0)
      try check(arborescence, count: 9, tape: arborescence.optimalValue(_:))
      let grid = try UndirectedGraph.grid(rows: 3, columns: 4)
      let tree = SpanningTree(grid)
      try check(tree, count: grid.edgeCount, tape: tree.optimalValue(_:))
      let basis = MatroidBasis(GraphicMatroid(grid))
      try check(basis, count: grid.edgeCount, tape: basis.optimalValue(_:))
      let knapsack = Knapsack(weights: [3, 1, 4, 1, 5], capacity: 7).maximum
      try check(knapsack, count: 5) { try knapsack.optimalValue($0) }
    }

    @Test func matchingsAndFlows() throws {
      let sparse = try SparseAssignment(
        rows: 3, columns: 3, rowOffsets: [0, 2, 4, 6], columnIndices: [0, 1, 1, 2, 0, 2])
      try check(sparse, count: 6, tape: sparse.optimalValue(_:))
      let graph = try Self.graph()
      let cut = MaximumFlow(graph, from: 0, to: 5)
      try check(cut, count: 9, tape: cut.optimalValue(_:))
      let flow = MinimumCostFlow(graph, supplies: [2, 0, 1, 0, 0, -3])
      try check(flow, count: 9) { try flow.optimalValue($0) }
    }
  }
#endif
