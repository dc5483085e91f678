/// The minimum cut of a grid as a loss: dz*/dcosts is 1 at the costs in the cut and 0 elsewhere.
extension GridCut: PrimalProblem {
  /// One grid's costs are channels of rows and columns.
  public var costRank: Int { 3 }

  /// The minimum cut of a grid, or of each of a batch, as a picture.
  ///
  /// - Parameter costs: `[2 + neighbors, rows, columns]` or `[batch, 2 + neighbors, rows, columns]`.
  /// - Returns: 1 where a cell lies on the source's side, else 0: `[rows, columns]`, with the batch
  ///   first if there is one. Off the tape.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func mask(_ costs: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let mask = try solutions(of: items, lengths: nil).isOnSourceSide.map { $0 ? Float(1) : 0 }
    return try Tensor(mask, shape: items.batchShape + items.itemShape.suffix(2))
  }

  /// The costs of a segmentation, to be cut or to be compared with a mask.
  ///
  ///     E(mask) = sum of logits outside the mask + sum of arcs that lead out of it,  up to a constant
  ///
  /// - Parameters:
  ///   - logits: `[rows, columns]` or `[batch, rows, columns]`: how much dearer it is to leave a cell out of
  ///     the mask than to take it in. Negative for cells that should stay out.
  ///   - arcs: At least 0: `[neighbors, rows, columns]`, with the batch first if the logits have one.
  /// - Returns: `[2 + neighbors, rows, columns]`, with the batch first if there is one; on the tape.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``.
  public func costs(logits: Tensor, arcs: Tensor) throws -> Tensor {
    let items = try BatchedItems(logits, itemRank: 2, name: "logits")
    let expected = items.batchShape + [neighbors.rawValue] + items.itemShape
    guard arcs.shape == expected else {
      throw CombinatorialError.shapeMismatch(
        expected: "arcs of shape \(expected)", found: "\(arcs.shape)")
    }
    let channel = try logits.reshaped(items.batchShape + [1] + items.itemShape)
    let axis = items.isBatched ? 1 : 0
    return try .concatenated([channel, .zeros(channel.shape), arcs], axis: axis)
  }

  /// The cut around a mask as a solution u: a target for
  /// ``PrimalProblem/structuredPerceptronLoss(_:target:)``, which then is E(mask) - min E.
  ///
  /// - Parameter mask: 1 on the source's side and 0 on the sink's: `[rows, columns]` or
  ///   `[batch, rows, columns]`.
  /// - Returns: `[2 + neighbors, rows, columns]`, with the batch first if there is one: 1 at the costs in
  ///   the cut.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``: a mask that is neither 0 nor 1 somewhere.
  public func cut(around mask: Tensor) throws -> Tensor {
    let items = try BatchedItems(mask, itemRank: 2, name: "mask")
    let (rows, columns) = (items.itemShape[0], items.itemShape[1])
    let arcs = GridArcs(neighbors: neighbors, rows: rows, columns: columns)
    let sides = mask.scalars
    if let cell = sides.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw CombinatorialError(
        .invalidOption(
          "cell \(cell % items.itemCount) of the mask", value: Double(sides[cell]),
          expected: "0 or 1"), item: cell / items.itemCount)
    }
    let isOnSourceSide = sides.map { $0 != 0 }
    return try Tensor(shape: items.batchShape + [channels, rows, columns]) { cut in
      cut.update(repeating: 0)
      for item in 0..<items.count {
        let first = item * channels * arcs.cells
        for position in arcs.cut(isOnSourceSide: isOnSourceSide[items.range(of: item)]) {
          cut[first + position] = 1
        }
      }
    }
  }

  /// The structured hinge loss of a segmentation: E(mask) less the least of E(other) less a margin for
  /// each cell in which the other differs.
  ///
  ///     loss = max over masks m of  E(mask) - E(m) + margin |m - mask|_1
  ///     dloss/dcosts = cut(around: mask) - cut(around: m'),  m' the maximizer
  ///
  /// It is ``PrimalProblem/structuredHingeLoss(_:target:augmentation:)`` with the margin at the cells: one on
  /// the arcs could make them negative, which no cut could minimize.
  ///
  /// - Parameters:
  ///   - costs: `[2 + neighbors, rows, columns]`, with the batch first if there is one.
  ///   - mask: The truth, 0 or 1; no gradient flows to it.
  ///   - margin: Greater than 0, in the unit of the costs.
  /// - Returns: `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``, ``SolutionGradientError``.
  public func hingeLoss(_ costs: Tensor, mask: Tensor, margin: Float = 1) throws -> Tensor {
    let margin = try SolutionGradientError.check(positive: margin, "margin")
    let items = try BatchedItems(mask, itemRank: 2, name: "mask")
    let channelShape = items.batchShape + [1] + items.itemShape
    let truth = try mask.detached.reshaped(channelShape)
    let arcs = try Tensor.zeros(items.batchShape + [neighbors.rawValue] + items.itemShape)
    let augmentation = try Tensor.concatenated(
      [truth * margin, (1 - truth) * margin, arcs], axis: items.isBatched ? 1 : 0)
    return try structuredHingeLoss(
      costs, target: try cut(around: mask), augmentation: augmentation)
  }
}
