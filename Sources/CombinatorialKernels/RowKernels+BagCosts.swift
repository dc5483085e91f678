internal import CCombinatorialKernels

/// The cost matrices of a batch of bags. Matching makes and uses them group by group; whole batches are for losses
/// that want the costs, and for measurements.
extension RowKernels {
  /// costs[b][j][k] = logSumExp(x[b][j]) - x[b][j][labels[b][k]], and the log-sum-exps.
  ///
  /// - Parameters:
  ///   - x: `[bags * size, columns]`.
  ///   - labels: `[bags * size]`; the caller has checked them.
  ///   - costs: `[bags, size, size]`.
  package func bagCosts(
    _ x: Rows<Scalar>, labels: [Int32], size: Int,
    into costs: UnsafeMutableBufferPointer<Scalar>
  ) -> [Double] {
    let costs = SharedOutput(costs.baseAddress)
    var logSumExp = [Double](repeating: 0, count: x.count)
    labels.withSharedInput { labels in
      logSumExp.withSharedOutput { logSumExp in
        forEachSlice(of: x, size: size) { first, bags in
          bagCostsHere(
            x, labels: labels, firstRow: first, bags: bags, size: size, costsStride: size,
            logSumExp: logSumExp, into: costs.from(first * size))
        }
      }
    }
    return logSumExp
  }

  /// The costs of consecutive bags of one size, on this thread.
  ///
  /// - Parameters:
  ///   - labels: Those of all rows.
  ///   - logSumExp: Those of all rows.
  ///   - costs: `[bags, size, costsStride]`, of these bags alone; with a stride beyond the size, of one.
  package func bagCostsHere(
    _ x: Rows<Scalar>, labels: SharedInput<Int32>, firstRow: Int, bags: Int, size: Int,
    costsStride: Int, logSumExp: SharedOutput<Double>, into costs: UnsafeMutablePointer<Scalar>?
  ) {
    var fault = cl_fault()
    _ = table.bag_costs(
      x.start(of: firstRow), labels.from(firstRow), bags, size, x.columns, x.columns, costsStride,
      logSumExp.from(firstRow), costs, nil, nil, &fault)
  }

  /// The pullback of the costs: dx[b][j] = softmax(x[b][j]) sum_k dcosts[b][j][k]
  /// - sum_k dcosts[b][j][k] onehot(labels[b][k]).
  ///
  /// - Parameter streaming: Whether to write past the caches; nil: if the gradient exceeds them.
  package func bagCostsGradient(
    _ x: Rows<Scalar>, labels: [Int32], size: Int, logSumExp: [Double],
    cotangent dcosts: UnsafeBufferPointer<Scalar>, streaming: Bool? = nil,
    into dx: UnsafeMutableBufferPointer<Scalar>
  ) {
    let (dcosts, dx) = (SharedInput(dcosts.baseAddress), SharedOutput(dx.baseAddress))
    labels.withSharedInput { labels in
      logSumExp.withSharedInput { logSumExp in
        forEachSlice(of: x, size: size) { first, bags in
          bagCostsGradientHere(
            x, labels: labels, firstRow: first, bags: bags, size: size, costsStride: size,
            logSumExp: logSumExp, cotangent: dcosts.from(first * size), streaming: streaming,
            into: dx)
        }
      }
    }
  }

  /// The pullback of the costs of consecutive bags of one size, on this thread.
  ///
  /// - Parameters:
  ///   - dcosts: As the costs of ``bagCostsHere(_:labels:firstRow:bags:size:costsStride:logSumExp:into:)``.
  ///   - dx: That of all rows.
  package func bagCostsGradientHere(
    _ x: Rows<Scalar>, labels: SharedInput<Int32>, firstRow: Int, bags: Int, size: Int,
    costsStride: Int, logSumExp: SharedInput<Double>, cotangent dcosts: UnsafePointer<Scalar>?,
    streaming: Bool? = nil, into dx: SharedOutput<Scalar>
  ) {
    var fault = cl_fault()
    _ = table.bag_costs_backward(
      x.start(of: firstRow), labels.from(firstRow), logSumExp.from(firstRow), dcosts, bags, size,
      x.columns, x.columns, costsStride, x.columns, x.store(streaming),
      dx.from(firstRow * x.columns), &fault)
  }

  private func forEachSlice(
    of x: Rows<Scalar>, size: Int, _ body: @Sendable (_ firstRow: Int, _ bags: Int) -> Void
  ) {
    guard size > 0 else { return }
    Parallel.forEachSlice(
      of: x.count / size, minimumSlice: max(1, x.minimumSlice / size)
    ) { body($0.lowerBound * size, $0.count) }
  }
}
