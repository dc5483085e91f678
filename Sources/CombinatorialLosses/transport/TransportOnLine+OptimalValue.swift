internal import CombinatorialKernels

/// Transport on the line as a loss of positions and masses.
extension TransportOnLine {
  /// The cost of the optimal plan as a differentiable loss.
  ///
  ///     dz*/dsources[i] = sum over j of plan[i, j] d|x - y|^p/dx        dz*/dsupply = u
  ///     dz*/dtargets[j] = sum over i of plan[i, j] d|x - y|^p/dy        dz*/ddemand = v
  ///
  /// By the positions it is the chain rule through the costs, whose gradient is the plan; with power 1 a
  /// source on its target gets 0. By the masses it holds as for ``Transport``: along changes that keep the
  /// totals equal, in the gauge supply . u = demand . v.
  ///
  /// Each tensor may have a batch axis first; one without is shared by the whole batch, and gets the sum
  /// of the gradients.
  ///
  /// - Parameters:
  ///   - sources: `[rows]` or `[batch, rows]`: positions of the supply.
  ///   - targets: `[columns]` or `[batch, columns]`: positions of the demand.
  ///   - supply: `[rows]` or `[batch, rows]`.
  ///   - demand: `[columns]` or `[batch, columns]`.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  /// - Complexity: O(n log n) of each problem: no matrix of costs exists.
  public func optimalValue(
    sources: Tensor, targets: Tensor, supply: Tensor, demand: Tensor
  ) throws -> Tensor {
    let inputs = [sources, targets, supply, demand]
    let names = ["sources", "targets", "supply", "demand"]
    let parts = try zip(inputs, names).map { try BatchedItems($0, itemRank: 1, name: $1) }
    let batchShape = try BatchedItems.batchShape(of: parts)
    let (rows, columns) = (parts[0].itemCount, parts[1].itemCount)
    guard parts[2].itemCount == rows, parts[3].itemCount == columns else {
      throw CombinatorialError.shapeMismatch(
        expected: "\(rows) supplies and \(columns) demands",
        found: "\(parts[2].itemCount) and \(parts[3].itemCount)")
    }
    let count = batchShape.first ?? 1
    let (values, gradient) = try valuesAndGradient(
      sources: parts[0].repeated(count), targets: parts[1].repeated(count),
      supply: parts[2].repeated(count), demand: parts[3].repeated(count), batch: count)
    let output = try Tensor(values.map { Float($0) }, shape: batchShape)
    return Tensor.recorded("transportOnLine", inputs: inputs, output: output) { cotangent in
      let byPart = [gradient.sources, gradient.targets, gradient.supply, gradient.demand]
      return try zip(parts, byPart).map { part, gradient in
        try part.gradient(
          of: (0..<count).map { Array(gradient[part.range(of: $0)]) }, cotangent: cotangent.scalars)
      }
    }
  }
}
