internal import CCombinatorialKernels

/// The cost matrices of a batch of bags by themselves. ``BagKernel`` makes and matches them in one go;
/// these are for losses that want the costs, and for measurements.
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
    let costs = Shared(costs)
    return filledArray(count: x.count, of: 0.0) { logSumExp in
      labels.withUnsafeBufferPointer { labels in
        let labels = Shared(labels.baseAddress)
        forEachSlice(of: x, size: size) { bags in
          let first = bags.lowerBound * size
          var fault = cl_fault()
          _ = table.bag_costs(
            x.start(of: first), labels.value.map { $0 + first }, bags.count, size, x.columns,
            x.columns, size, logSumExp.value + first,
            costs.value.baseAddress.map { $0 + first * size }, &fault)
        }
      }
    }
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
    let (dcosts, dx) = (Shared(dcosts), Shared(dx))
    forEachSlice(of: x, size: size) { bags in
      let first = bags.lowerBound * size
      labels.withUnsafeBufferPointer { labels in
        logSumExp.withUnsafeBufferPointer { logSumExp in
          var fault = cl_fault()
          _ = table.bag_costs_backward(
            x.start(of: first), labels.baseAddress.map { $0 + first },
            logSumExp.baseAddress.map { $0 + first },
            dcosts.value.baseAddress.map { $0 + first * size }, bags.count, size, x.columns,
            x.columns, size, x.columns, x.store(streaming),
            dx.value.baseAddress.map { $0 + first * x.columns }, &fault)
        }
      }
    }
  }

  private func forEachSlice(of x: Rows<Scalar>, size: Int, _ body: @Sendable (Range<Int>) -> Void) {
    guard size > 0 else { return }
    Parallel.forEachSlice(
      of: x.count / size, minimumSlice: max(1, x.minimumSlice / size), body)
  }
}
