internal import CombinatorialKernels

/// Sparse assignment as a loss: dz*/dcosts is 1 at the matched entries and 0 elsewhere.
extension SparseAssignment: PrimalProblem {
  /// One problem's costs are a list of entries.
  public var costRank: Int { 1 }
}

/// Semi-assignment as a loss: dz*/dcosts is 1 at the matched pairs and 0 elsewhere.
extension SemiAssignment: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }
}

/// The sum of the k least values as a loss: dz*/dcosts is the sum of the assignments' indicators.
extension RankedAssignment: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }

  /// The values of the k best assignments, each by itself, as a differentiable result.
  ///
  /// The gradient of each is the indicator of its assignment; see ``RankedAssignment`` for what that is at
  /// ties. A soft minimum over them is the log-sum-exp of their negatives.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - lengths: What each problem of a ragged batch uses; the rest is padding: never read, gradient 0.
  /// - Returns: `[k]` or `[batch, k]`, ascending; +infinity, with gradient 0, where there are no more.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func rankedValues(_ costs: Tensor, lengths: Lengths? = nil) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let solutions = try solutions(of: items, lengths: lengths)
    let output = try Tensor(
      solutions.rankedValues.map { Float($0) }, shape: items.batchShape + [count])
    return Tensor.recorded("rankedValues", inputs: [costs], output: output) { cotangent in
      let weights = cotangent.scalars
      let gradient = try Tensor(shape: items.shape) { gradient in
        gradient.update(repeating: 0)
        for item in solutions.indices {
          let first = item * items.itemCount
          for rank in 0..<solutions.counts[item] {
            solutions.forEachPair(of: item, rank: rank) {
              gradient[first + $0] += weights[item * count + rank]
            }
          }
        }
      }
      return [gradient]
    }
  }
}

extension BottleneckAssignment {
  /// The least greatest matched cost as a differentiable loss. It is no linear program, hence no
  /// ``PrimalProblem``.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - lengths: What each problem of a ragged batch uses; the rest is padding: never read, gradient 0.
  /// - Returns: z*, of shape `[]` or `[batch]`. Its gradient is 1 at the critical pair, 0 elsewhere.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(_ costs: Tensor, lengths: Lengths? = nil) throws -> Tensor {
    try recordedValue("bottleneckAssignment", costs, rank: 2, lengths: lengths)
  }
}
