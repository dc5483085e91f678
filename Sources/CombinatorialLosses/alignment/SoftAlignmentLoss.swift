extension SoftAlignment {
  /// The smoothed cost of alignment as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: `[predicted, target]` or `[batch, predicted, target]`.
  ///   - lengths: What each problem uses. The rest is padding: never read, gradient 0. nil: all.
  /// - Returns: The smoothed values, of shape `[]` or `[batch]`. The gradient by the costs is the expected
  ///   path, from the same run.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func value(_ costs: Tensor, lengths: Lengths? = nil) throws -> Tensor {
    try recordedValue("softAlignment", costs, rank: 2, lengths: lengths)
  }

  /// The smoothed cost as a differentiable loss of the costs and of the price of every gap, instead of
  /// ``/CombinatorialSolvers/Alignment/Gaps/cost(_:)``.
  ///
  /// - Parameters:
  ///   - costs: `[predicted, target]` or `[batch, predicted, target]`.
  ///   - predictedGaps: `[predicted]` or `[batch, predicted]`; the gradient is the probability of each.
  ///   - targetGaps: `[target]` or `[batch, target]`.
  ///   - lengths: What each problem uses; nil: all.
  /// - Returns: The smoothed values, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func value(
    _ costs: Tensor, predictedGaps: Tensor, targetGaps: Tensor, lengths: Lengths? = nil
  ) throws -> Tensor {
    try pricedValue(costs, predictedGaps, targetGaps, lengths: lengths)
  }

  /// The soft alignment divergence of two sequences x and y: the smoothed cost between them, less the
  /// mean of their own.
  ///
  ///     value(cross) - (value(first) + value(second)) / 2
  ///
  /// With time warping over a squared distance it is 0 for equal sequences, and positive otherwise where
  /// the kernel exp(-cost/t) is positive definite. (M. Blondel, A. Mensch, J.-P. Vert, AISTATS 2021,
  /// arXiv:2010.08354.)
  ///
  /// - Parameters:
  ///   - cross: Costs between x and y, `[m, n]` or `[batch, m, n]`.
  ///   - first: Costs between x and x, `[m, m]` or `[batch, m, m]`.
  ///   - second: Costs between y and y, `[n, n]` or `[batch, n, n]`.
  ///   - lengths: Of x (rows) and y (columns) in each problem; nil: all.
  /// - Returns: The divergences, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func divergence(
    cross: Tensor, first: Tensor, second: Tensor, lengths: Lengths? = nil
  ) throws -> Tensor {
    let ofFirst = lengths.map { Lengths(rows: $0.rows, columns: $0.rows) }
    let ofSecond = lengths.map { Lengths(rows: $0.columns, columns: $0.columns) }
    let own = try value(first, lengths: ofFirst) + value(second, lengths: ofSecond)
    return try value(cross, lengths: lengths) - own * 0.5
  }
}
