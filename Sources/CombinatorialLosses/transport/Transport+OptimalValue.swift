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
    let items = try TransportItems(costs, supply, demand, rowCounts, columnCounts)
    let output = try items.solve(self, prices: nil)
    return Tensor.recorded(
      "transport", inputs: [costs, supply, demand], output: try items.values(of: output)
    ) { try items.gradients(of: output, cotangent: $0.scalars) }
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
    let output = try items.solve(self, prices: prices)
    return Tensor.recorded(
      "transport", inputs: [costs, supply, demand, surplusCost, shortageCost],
      output: try items.values(of: output)
    ) { cotangent in
      let left = items.imbalances(of: output)
      return try items.gradients(of: output, cotangent: cotangent.scalars) + [
        surplus.gradient(of: left.map { [$0.surplus] }, cotangent: cotangent.scalars),
        shortage.gradient(of: left.map { [$0.shortage] }, cotangent: cotangent.scalars),
      ]
    }
  }
}

/// Transport problems of a batch, whose parts may be shared.
struct TransportItems: Sendable {
  let costs, supply, demand: BatchedItems
  let shape: BatchShape
  let masses: TransportMasses
  private let batchShape: [Int]
  private let costScalars: [Float]

  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``: shapes that do not fit together, masses that are none.
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
    costScalars = self.costs.repeated(batch)
    masses = try TransportMasses(
      self.supply.repeated(batch), self.demand.repeated(batch), shape: shape)
  }

  func solve(_ problem: Transport, prices: [ImbalancePrices]?) throws -> TransportBatch {
    try costScalars.withUnsafeBufferPointer {
      try problem.solveInPlace($0, masses: masses, shape: shape, prices: prices)
    }
  }

  func withCosts<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try costScalars.withUnsafeBufferPointer(body)
  }

  func values(of output: TransportBatch) throws -> Tensor { try values(output.values) }

  func values(_ values: [Double]) throws -> Tensor {
    try Tensor(values.map { Float($0) }, shape: batchShape)
  }

  /// By costs, supply and demand.
  func gradients(of output: TransportBatch, cotangent: [Float]) throws -> [Tensor] {
    [try costGradient(of: output, cotangent: cotangent)]
      + (try massGradients(output.rowPotentials, output.columnPotentials, cotangent: cotangent))
  }

  /// By costs, which all problems may share.
  func costGradient(of solutions: some SolutionBatch, cotangent: [Float]) throws -> Tensor {
    try Tensor(shape: costs.shape) { gradient in
      gradient.update(repeating: 0)
      for item in solutions.indices {
        let start = costs.range(of: costs.isBatched ? item : 0).lowerBound
        solutions.forEachGradientEntry(of: item) {
          gradient[start + $0] += cotangent[item] * Float($1)
        }
      }
    }
  }

  /// By supply and demand, from potentials `[batch, rows]` and `[batch, columns]`.
  func massGradients(
    _ rowPotentials: [Double], _ columnPotentials: [Double], cotangent: [Float]
  ) throws -> [Tensor] {
    func split(_ potentials: [Double], _ count: Int) -> [[Float]] {
      (0..<shape.batch).map { item in
        potentials[item * count..<(item + 1) * count].map { Float($0) }
      }
    }
    return [
      try supply.gradient(of: split(rowPotentials, shape.rows), cotangent: cotangent),
      try demand.gradient(of: split(columnPotentials, shape.columns), cotangent: cotangent),
    ]
  }

  /// What each plan leaves, and what it does not meet.
  func imbalances(of output: TransportBatch) -> [(surplus: Float, shortage: Float)] {
    (0..<shape.batch).map { item in
      var moved = 0.0
      output.forEachGradientEntry(of: item) { moved += $1 }
      let supplied = masses.supply[item * shape.rows..<(item + 1) * shape.rows].reduce(0, +)
      let wanted = masses.demand[item * shape.columns..<(item + 1) * shape.columns].reduce(0, +)
      return (Float(supplied - moved), Float(wanted - moved))
    }
  }
}
