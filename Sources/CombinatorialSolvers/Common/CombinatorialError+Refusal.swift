internal import CCombinatorialKernels
internal import CombinatorialKernels

extension StopFlag? {
  /// Ends a call that is to end: for what Swift computes between kernels.
  func check() throws(CombinatorialError) {
    if let self, self.isSet { throw CombinatorialError(.cancelled) }
  }
}

extension CombinatorialError {
  /// The public form of a kernel's refusal.
  ///
  /// - Parameters:
  ///   - size: What was too large, as in "an assignment problem of 2 rows".
  ///   - cost: The reason of a cost that is none, from where it stands.
  init(
    _ refusal: KernelRefusal, size: @autoclosure () -> String, cost: (KernelRefusal) -> Reason
  ) {
    switch refusal.status {
    case CL_STATUS_INVALID_COST: self.init(cost(refusal), item: refusal.item)
    case CL_STATUS_INFEASIBLE: self.init(.infeasible, item: refusal.item)
    case CL_STATUS_UNBOUNDED: self.init(.unboundedFlow, item: refusal.item)
    case CL_STATUS_OUT_OF_RANGE: self.init(.valueOutOfRange, item: refusal.item)
    case CL_STATUS_STOPPED: self.init(.cancelled)
    default: self = .sizeOverflow(size())
    }
  }

  /// The refusal of a matrix.
  init(
    _ refusal: KernelRefusal, costs: CostInput, shape: BatchShape,
    named name: String
  ) {
    self.init(
      refusal, size: "\(name) of \(shape.rows) rows and \(shape.columns) columns"
    ) { refusal in
      let index = (refusal.item * shape.rows + refusal.row) * shape.columns + refusal.column
      return .invalidCost(
        row: refusal.row, column: refusal.column, value: costs[index])
    }
  }

  /// The refusal of a list.
  init(
    _ refusal: KernelRefusal, costs: CostInput, shape: BatchShape,
    size: @autoclosure () -> String
  ) {
    self.init(refusal, size: size()) { refusal in
      .invalidCostAt(
        position: refusal.column,
        value: costs[refusal.item * shape.columns + refusal.column])
    }
  }
}
