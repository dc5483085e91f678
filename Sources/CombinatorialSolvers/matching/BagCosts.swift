package import CombinatorialKernels

/// The costs of bags by themselves, for losses that want them: ``BagMatching`` makes and matches them in one go.
extension BagShape {
  /// costs[b][j][k] = -log softmax(logits[b][j])[labels[b][k]], 0 in the padding.
  ///
  /// - Parameter costs: `[bags, largest, largest]`.
  /// - Returns: `[pictures]`: log-sum-exp of each row of logits, 0 in the padding, for the gradient.
  /// - Throws: ``CombinatorialError``: a label that is no class, a logit that is not a number, a wrong shape.
  package func costs<Scalar: CostScalar>(
    _ logits: UnsafeBufferPointer<Scalar>, labels: [Int32],
    into costs: UnsafeMutableBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let rows = Rows(
      logits, count: pictureCount,
      columns: try validate(logitCount: logits.count, labels: labels))
    var logSumExp = [Double](repeating: 0, count: pictureCount)
    let (kernels, output) = (RowKernels<Scalar>(), SharedOutput(costs.baseAddress))
    if sizes != nil { costs.update(repeating: 0) }
    labels.withSharedInput { labels in
      logSumExp.withSharedOutput { logSumExp in
        forEachRun(classes: rows.columns) { run, size in
          kernels.bagCostsHere(
            rows, labels: labels, firstRow: start(of: run.lowerBound), bags: run.count, size: size,
            costsStride: largest, logSumExp: logSumExp,
            into: output.from(run.lowerBound * largest * largest))
        }
      }
    }
    for bag in 0..<count {
      let pictures = pictures(of: bag)
      if let row = pictures.first(where: { !logSumExp[$0].isFinite }) {
        throw invalidLogit(bag: bag, row: row - pictures.lowerBound, in: rows)
      }
    }
    return logSumExp
  }

  /// The pullback of the costs.
  ///
  /// - Parameters:
  ///   - cotangent: `[bags, largest, largest]`; padding is never read.
  ///   - gradient: `[pictures, classes]`, 0 in the padding.
  package func costsGradient<Scalar: CostScalar>(
    _ logits: UnsafeBufferPointer<Scalar>, labels: [Int32], logSumExp: [Double],
    cotangent: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    let classes = pictureCount == 0 ? 0 : logits.count / pictureCount
    let rows = Rows(logits, count: pictureCount, columns: classes)
    let (kernels, cotangent) = (RowKernels<Scalar>(), SharedInput(cotangent.baseAddress))
    let output = SharedOutput(gradient.baseAddress)
    if sizes != nil, step != nil { gradient.update(repeating: 0) }
    labels.withSharedInput { labels in
      logSumExp.withSharedInput { logSumExp in
        forEachRun(classes: classes) { run, size in
          kernels.bagCostsGradientHere(
            rows, labels: labels, firstRow: start(of: run.lowerBound), bags: run.count, size: size,
            costsStride: largest, logSumExp: logSumExp,
            cotangent: cotangent.from(run.lowerBound * largest * largest), into: output)
        }
      }
    }
  }

  /// Calls `body` with bags of one size that lie one behind the other, on several threads.
  private func forEachRun(
    classes: Int, _ body: @Sendable (_ run: Range<Int>, _ size: Int) -> Void
  ) {
    Parallel.forEachSlice(of: count, minimumSlice: minimumSlice(classes: classes)) { slice in
      for run in equalRuns(of: slice) { body(run, pictures(of: run.lowerBound).count) }
    }
  }

  /// Bags of one size that lie one behind the other, as far as that is known.
  func equalRuns(of bags: Range<Int>) -> [Range<Int>] {
    sizes == nil ? [bags] : bags.map { $0..<$0 + 1 }
  }

  /// The error of a row whose log-sum-exp is not finite.
  func invalidLogit<Scalar: CostScalar>(
    bag: Int, row: Int, in logits: Rows<Scalar>
  ) -> CombinatorialError {
    let pictures = pictures(of: bag)
    let own = logits.scalars[
      pictures.lowerBound * logits.columns..<pictures.upperBound * logits.columns]
    let rows = Rows(
      UnsafeBufferPointer(rebasing: own), count: pictures.count, columns: logits.columns)
    return CombinatorialError(CombinatorialError(invalidLogitOf: row, in: rows).reason, item: bag)
  }
}
