internal import CombinatorialKernels

extension SoftAlignment {
  /// The smoothed cost of alignment as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: `[predicted, target]` or `[batch, predicted, target]`.
  ///   - lengths: What each problem uses. The rest is padding: never read, gradient 0. nil: all.
  /// - Returns: The smoothed values, of shape `[]` or `[batch]`. The gradient by the costs is the expected
  ///   path, from the same run.
  /// - Throws: ``CombinatorialError``.
  public func value(_ costs: Tensor, lengths: [AlignmentLengths]? = nil) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let shape = AlignmentShape(
      batch: items.count, rows: items.itemShape[0], columns: items.itemShape[1], lengths: lengths)
    let output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, withGradient: true)
    }
    let values = try Tensor(output.values.map { Float($0) }, shape: items.batchShape)
    let path = try Tensor(output.gradient, shape: items.shape)
    return Tensor.recorded("softAlignment", inputs: [costs], output: values) {
      [try items.scaled(path, by: $0)]
    }
  }

  /// The smoothed cost as a differentiable loss of the costs and of the price of every gap, instead of
  /// ``Alignment/Gaps/cost(_:)``.
  ///
  /// - Parameters:
  ///   - costs: `[predicted, target]` or `[batch, predicted, target]`.
  ///   - predictedGaps: `[predicted]` or `[batch, predicted]`; the gradient is the probability of each.
  ///   - targetGaps: `[target]` or `[batch, target]`.
  /// - Returns: The smoothed values, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func value(
    _ costs: Tensor, predictedGaps: Tensor, targetGaps: Tensor
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let shape = AlignmentShape(
      batch: items.count, rows: items.itemShape[0], columns: items.itemShape[1])
    let gapCosts = GapCosts(predicted: predictedGaps.scalars, target: targetGaps.scalars)
    let output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, gapCosts: gapCosts, withGradient: true)
    }
    let values = try Tensor(output.values.map { Float($0) }, shape: items.batchShape)
    let gradients = try zip(
      [costs, predictedGaps, targetGaps],
      [output.gradient, output.rowGradient, output.columnGradient]
    ).map { input, gradient in try Tensor(gradient, shape: input.shape) }
    return Tensor.recorded(
      "softAlignment", inputs: [costs, predictedGaps, targetGaps], output: values
    ) { cotangent in
      try gradients.map { gradient in
        let parts = try BatchedItems(
          gradient, itemRank: gradient.rank - items.batchShape.count, name: "gradient")
        return try parts.scaled(gradient, by: cotangent)
      }
    }
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
  ///   - lengths: Of x (predicted) and y (target) in each problem; nil: all.
  /// - Returns: The divergences, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func divergence(
    cross: Tensor, first: Tensor, second: Tensor, lengths: [AlignmentLengths]? = nil
  ) throws -> Tensor {
    let ofFirst = lengths?.map { AlignmentLengths(predicted: $0.predicted, target: $0.predicted) }
    let ofSecond = lengths?.map { AlignmentLengths(predicted: $0.target, target: $0.target) }
    let own = try value(first, lengths: ofFirst) + value(second, lengths: ofSecond)
    return try value(cross, lengths: lengths) - own * 0.5
  }
}

/// The smoothed cost of aligning predicted token distributions with a target sequence; see
/// ``alignmentLoss(logits:targets:lengths:gapFactor:maxThreads:)`` and ``SoftAlignment``.
///
/// - Parameters:
///   - logits: `[predicted, classes]` or `[batch, predicted, classes]`.
///   - targets: The tokens, sequence after sequence.
///   - lengths: What each sequence uses; nil: all.
///   - alignment: The temperature and the rule.
/// - Returns: The smoothed values, of shape `[]` or `[batch]`.
/// - Throws: ``CombinatorialError``.
public func softAlignmentLoss(
  logits: Tensor, targets: [Int32], lengths: [AlignmentLengths]? = nil, alignment: SoftAlignment
) throws -> Tensor {
  let maxThreads = alignment.alignment.maxThreads
  let tokens = try TargetTokens(
    logits, targets: targets, lengths: lengths, maxThreads: maxThreads)
  let (shape, logSumExp) = (tokens.shape, tokens.logSumExp)
  let output = try tokens.logits.withUnsafeScalars { logits throws(CombinatorialError) in
    try alignment.solve(
      logits, rowStride: tokens.classes, labels: targets, logSumExp: logSumExp, shape: shape,
      withGradient: true)
  }
  let values = try Tensor(output.values.map { Float($0) }, shape: tokens.items.batchShape)
  let expected = output.gradient
  return Tensor.recorded("softAlignmentLoss", inputs: [logits], output: values) { cotangent in
    let gradient = try Tensor(shape: tokens.logits.shape) { gradient in
      tokens.logits.withUnsafeScalars { logits in
        TokenAlignmentKernel.gradient(
          logits, classes: tokens.classes, logSumExp: logSumExp, tokens: targets,
          cotangent: cotangent.scalars, shape: shape, into: gradient, maxThreads: maxThreads
        ) { item in
          (0..<shape.rows * shape.columns).map { cell in
            AlignedPair(
              row: cell / shape.columns, column: cell % shape.columns,
              weight: expected[item * shape.rows * shape.columns + cell])
          }
        }
      }
    }
    return [gradient]
  }
}
