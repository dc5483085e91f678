internal import CombinatorialKernels

/// Optimal transport as a loss: primal-dual, as its parameters are costs and right-hand sides.
extension Transport {
  /// The cost of the optimal plan as a differentiable loss of costs and masses.
  ///
  ///     dz*/dcosts = plan        dz*/dsupply = u        dz*/ddemand = v
  ///
  /// Unless the imbalance is priced, the gradients by the masses hold along changes that keep both totals
  /// equal, and only together: a constant k may be added to u if it is taken from v. Here they are in the
  /// gauge supply . u = demand . v. A softmax in front of the masses removes the constant by itself; who
  /// steps along the masses themselves subtracts the mean of each gradient first.
  ///
  /// Each tensor may have a batch axis first; one without is shared by the whole batch, and gets the sum
  /// of the gradients.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - supply: `[rows]` or `[batch, rows]`.
  ///   - demand: `[columns]` or `[batch, columns]`.
  ///   - rowCounts: Rows in use, for each problem. The rest is padding: never read, gradient 0.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(
    costs: Tensor, supply: Tensor, demand: Tensor, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil
  ) throws -> Tensor {
    try recorded("transport", costs, supply, demand, rowCounts, columnCounts)
  }

  /// The cost of the optimal plan as a differentiable loss of costs, masses and the prices of an
  /// imbalance, instead of ``/CombinatorialSolvers/Transport/imbalance``.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - supply: `[rows]` or `[batch, rows]`.
  ///   - demand: `[columns]` or `[batch, columns]`.
  ///   - surplusCost: Of a unit of supply that stays: `[]` for all, or `[batch]`. Its gradient is what
  ///     stays.
  ///   - shortageCost: Of a unit of demand that is not met; likewise.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(
    costs: Tensor, supply: Tensor, demand: Tensor, surplusCost: Tensor, shortageCost: Tensor,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws -> Tensor {
    let items = try TransportItems(
      costs, supply, demand, rowCounts, columnCounts, prices: [surplusCost, shortageCost])
    let surplus = try BatchedItems(surplusCost, itemRank: 0, name: "surplus cost")
    let shortage = try BatchedItems(shortageCost, itemRank: 0, name: "shortage cost")
    let prices = (0..<items.shape.batch).map { item in
      ImbalancePrices(
        surplus: Double(surplusCost.scalars[surplus.isBatched ? item : 0]),
        shortage: Double(shortageCost.scalars[shortage.isBatched ? item : 0]))
    }
    let output = try items.solve {
      try solveInPlace($0, supply: $1, demand: $2, shape: items.shape, prices: prices)
    }
    return Tensor.recorded(
      "transport", inputs: [costs, supply, demand, surplusCost, shortageCost],
      output: try items.values(of: output)
    ) { cotangent in
      let left = output.imbalances
      return try items.gradients(of: output, cotangent: cotangent.scalars) + [
        surplus.gradient(of: left.surplus.map { [Float($0)] }, cotangent: cotangent.scalars),
        shortage.gradient(of: left.shortage.map { [Float($0)] }, cotangent: cotangent.scalars),
      ]
    }
  }
}

extension TransportProblem {
  /// The value as a loss of costs and masses.
  func recorded(
    _ name: StaticString, _ costs: Tensor, _ supply: Tensor, _ demand: Tensor, _ rowCounts: [Int]?,
    _ columnCounts: [Int]?
  ) throws -> Tensor {
    let items = try TransportItems(costs, supply, demand, rowCounts, columnCounts)
    let output = try items.solve {
      try solveInPlace($0, supply: $1, demand: $2, shape: items.shape)
    }
    return Tensor.recorded(
      name, inputs: [costs, supply, demand], output: try items.values(of: output)
    ) { try items.gradients(of: output, cotangent: $0.scalars) }
  }
}

/// Transport problems of a batch, whose parts may be shared.
struct TransportItems: Sendable {
  let costs, supply, demand: BatchedItems
  let shape: BatchShape
  private let batchShape: [Int]

  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``: shapes that do not fit together.
  init(
    _ costs: Tensor, _ supply: Tensor, _ demand: Tensor, _ rowCounts: [Int]?,
    _ columnCounts: [Int]?, prices: [Tensor] = []
  ) throws(CombinatorialError) {
    self.costs = try BatchedItems(costs, itemRank: 2, name: "costs")
    self.supply = try BatchedItems(supply, itemRank: 1, name: "supply")
    self.demand = try BatchedItems(demand, itemRank: 1, name: "demand")
    let counts =
      [self.costs, self.supply, self.demand].filter(\.isBatched).map(\.count)
      + prices.filter { $0.rank > 0 }.map { $0.shape[0] }
    let batch = counts.first ?? 1
    let matrix = self.costs.itemShape
    guard counts.allSatisfy({ $0 == batch }), self.supply.itemShape == [matrix[0]],
      self.demand.itemShape == [matrix[1]], prices.allSatisfy({ $0.rank <= 1 })
    else {
      throw .shapeMismatch(
        expected: "costs [.., rows, columns], supply [.., rows], demand [.., columns]",
        found: ([costs, supply, demand] + prices).map { "\($0.shape)" }.joined(separator: ", "))
    }
    batchShape = counts.isEmpty ? [] : [batch]
    shape = BatchShape(
      batch: batch, rows: matrix[0], columns: matrix[1], rowCounts: rowCounts,
      columnCounts: columnCounts)
  }

  /// Calls a solver with the costs, supply and demand of every problem.
  func solve<Solutions>(
    _ solver: (UnsafeBufferPointer<Float>, _ supply: [Float], _ demand: [Float]) throws -> Solutions
  ) rethrows -> Solutions {
    try costs.repeated(shape.batch).withUnsafeBufferPointer {
      try solver($0, supply.repeated(shape.batch), demand.repeated(shape.batch))
    }
  }

  func values(of output: some TransportSolutions) throws -> Tensor {
    try Tensor(output.values.map { Float($0) }, shape: batchShape)
  }

  /// By costs, supply and demand, each of which all problems may share.
  func gradients(of output: some TransportSolutions, cotangent: [Float]) throws -> [Tensor] {
    func split(_ potentials: [Double], _ count: Int) -> [[Float]] {
      (0..<shape.batch).map { item in
        potentials[item * count..<(item + 1) * count].map { Float($0) }
      }
    }
    let byCosts = try Tensor(shape: costs.shape) { gradient in
      gradient.update(repeating: 0)
      for item in output.indices {
        let start = costs.range(of: costs.isBatched ? item : 0).lowerBound
        output.forEachGradientEntry(of: item) {
          gradient[start + $0] += cotangent[item] * Float($1)
        }
      }
    }
    return [
      byCosts,
      try supply.gradient(of: split(output.rowPotentials, shape.rows), cotangent: cotangent),
      try demand.gradient(of: split(output.columnPotentials, shape.columns), cotangent: cotangent),
    ]
  }
}
