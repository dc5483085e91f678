/// Minimum-cost flow as a loss: with supplies and capacities of its own a primal problem, dz*/dcosts = x, and
/// primal-dual where these are parameters too.
extension MinimumCostFlow: PrimalProblem {
  /// One problem's costs are a list, one for each arc.
  public var costRank: Int { 1 }

  /// The cost of the cheapest flow as a differentiable loss of costs, supplies and capacities.
  ///
  ///     dz*/dcosts = x        dz*/dsupplies = y        dz*/dcapacities = w <= 0
  ///
  /// The potentials y hold along changes that keep the sum of the supplies 0, and only together: any
  /// constant may be added to all of them. Here their sum is 0, so that a step along the gradient keeps
  /// the sum of the supplies. The prices w are the reduced costs of arcs that are full, 0 elsewhere.
  ///
  /// Each tensor may have a batch axis first; one without is shared by the whole batch, and gets the sum
  /// of the gradients.
  ///
  /// - Parameters:
  ///   - costs: `[arcs]` or `[batch, arcs]`, of a unit of flow; `+infinity` forbids an arc.
  ///   - supplies: `[nodes]` or `[batch, nodes]`, with sum 0 up to rounding.
  ///   - capacities: `[arcs]` or `[batch, arcs]`; `+infinity` is none. nil: none at all.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(
    costs: Tensor, supplies: Tensor, capacities: Tensor? = nil
  ) throws -> Tensor {
    let inputs = [costs, supplies] + (capacities.map { [$0] } ?? [])
    let names = ["costs", "supplies", "capacities"]
    let parts = try zip(inputs, names).map { try BatchedItems($0, itemRank: 1, name: $1) }
    let batchShape = try BatchedItems.batchShape(of: parts)
    let count = batchShape.first ?? 1
    let numbers = parts.map { $0.repeated(count) }
    let (values, gradient) = try valuesAndGradient(
      costs: numbers[0], supplies: numbers[1], capacities: numbers.count > 2 ? numbers[2] : nil,
      batch: count)
    let gradients = [gradient.costs, gradient.supplies, gradient.capacities]
    return Tensor.recorded(
      "minimumCostFlow", inputs: inputs,
      output: try Tensor(values.map { Float($0) }, shape: batchShape)
    ) { cotangent in
      try zip(parts, gradients).map { part, gradient in
        let vectors = (0..<count).map {
          Array(gradient[$0 * part.itemCount..<($0 + 1) * part.itemCount])
        }
        return try part.gradient(of: vectors, cotangent: cotangent.scalars)
      }
    }
  }
}
