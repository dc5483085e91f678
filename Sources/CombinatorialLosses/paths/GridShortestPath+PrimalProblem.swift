internal import CombinatorialKernels

/// The shortest path over a grid as a loss: dz*/dcosts is 1 at the cells of the path and 0 elsewhere.
extension GridShortestPath: PrimalProblem {
  /// One problem's costs are a grid.
  public var costRank: Int { 2 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[rows, columns]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    let solutions = try solve(batch: costs.reshaped([1] + costs.shape))
    return solutions[0]
  }

  /// Solves a batch, slices of it on several threads.
  ///
  /// - Parameter costs: `[batch, rows, columns]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    let paths = try SolvedGrids(self, costs, itemEnds: nil)
    return (0..<paths.shape.batch).map { item in
      let path = paths.output.path(of: item, shape: paths.shape)
      return PrimalSolution(value: paths.output.values[item], chosen: path.map(Int.init))
    }
  }

  /// The cost of the cheapest path as a differentiable loss.
  ///
  /// - Parameter costs: `[rows, columns]` or `[batch, rows, columns]`.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(_ costs: Tensor) throws -> Tensor {
    try optimalValue(costs, itemEnds: nil)
  }

  /// The cost of the cheapest paths between given cells as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - itemEnds: Where each path starts and ends; nil: ``GridShortestPath/ends``.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(_ costs: Tensor, itemEnds: [GridEnds]?) throws -> Tensor {
    let paths = try SolvedGrids(self, costs, itemEnds: itemEnds)
    return Tensor.recorded("gridShortestPath", inputs: [costs], output: try paths.values) {
      [try paths.gradient(cotangent: $0.scalars)]
    }
  }
}

/// A solved batch: all that its gradient needs are the paths.
private struct SolvedGrids: Sendable {
  let items: BatchedItems
  let shape: GridShape
  let output: GridPathOutput<Float>

  init(_ problem: GridShortestPath, _ costs: Tensor, itemEnds: [GridEnds]?) throws {
    items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let shape = try problem.shape(
      batch: items.count, rows: items.itemShape[0], columns: items.itemShape[1],
      itemEnds: itemEnds)
    self.shape = shape
    output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try problem.solve(costs, shape: shape)
    }
  }

  /// z* of each problem.
  var values: Tensor {
    get throws { try Tensor(output.values.map { Float($0) }, shape: items.batchShape) }
  }

  func gradient(cotangent: [Float]) throws -> Tensor {
    try Tensor(shape: items.shape) { gradient in
      gradient.update(repeating: 0)
      for item in 0..<shape.batch {
        for cell in output.path(of: item, shape: shape) {
          gradient[item * shape.cells + Int(cell)] = cotangent[item]
        }
      }
    }
  }
}
