internal import CombinatorialKernels

/// The minimum cut as a loss: dz*/dcapacities is 1 at the arcs that cross the cut and 0 elsewhere.
extension MaximumFlow: PrimalProblem {
  /// One problem's costs are a list of capacities.
  public var costRank: Int { 1 }

  /// Solves one problem.
  ///
  /// - Parameter capacities: `[arcs]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ capacities: Tensor) throws -> PrimalSolution {
    try solve(batch: capacities.reshaped([1] + capacities.shape))[0]
  }

  /// Solves a batch, slices of it on several threads.
  ///
  /// - Parameter capacities: `[batch, arcs]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(batch capacities: Tensor) throws -> [PrimalSolution] {
    let items = try BatchedItems(capacities.detached, itemRank: 1, name: "capacities")
    guard items.isBatched, items.itemCount == tails.count else {
      throw CombinatorialError.shapeMismatch(
        expected: "capacities [batch, \(tails.count)]", found: "\(capacities.shape)")
    }
    let output = try capacities.withUnsafeScalars { capacities throws(CombinatorialError) in
      try solve(capacities, batch: items.count, withFlow: false)
    }
    return (0..<items.count).map { item in
      let first = item * nodes
      let crossing = tails.indices.filter {
        output.sourceSide[first + Int(tails[$0])] != 0
          && output.sourceSide[first + Int(heads[$0])] == 0
      }
      return PrimalSolution(value: output.values[item], chosen: crossing)
    }
  }
}
