internal import CCombinatorialKernels

/// A batch of bags: logits `[batch, size, classes]` and labels `[batch, size]`, of which bag b uses its
/// first `sizes[b]` rows and labels. The rest is padding, and never read.
package struct BagShape: Sendable {
  package var batch: Int
  package var size: Int
  package var classes: Int
  package var sizes: [Int]?

  package init(batch: Int, size: Int, classes: Int, sizes: [Int]? = nil) {
    self.batch = batch
    self.size = size
    self.classes = classes
    self.sizes = sizes
  }

  /// Rows of a bag that are in use.
  package func size(of bag: Int) -> Int { sizes?[bag] ?? size }
}

/// Why a bag has no matching; the first one of the batch, whatever the threads did.
package enum BagFailure: Error, Equatable {
  /// The row's log-sum-exp is not finite.
  case invalidLogits(bag: Int, row: Int)
  case infeasible(bag: Int)
  case tooLarge(size: Int)
}

/// Bags matched to their labels; all that the gradient of their value needs.
package struct BagMatchings: Sendable {
  /// `[batch]`: the cost of each matching.
  package var values: [Double]
  /// `[batch, size]`: the label position that each row is matched to, -1 in the padding.
  package var columnOfRow: [Int32]
  /// `[batch, size]`: the label that each row is matched to, 0 in the padding.
  package var labelOfRow: [Int32]
  /// `[batch, size]`: log-sum-exp of each row, 0 in the padding.
  package var logSumExp: [Double]
}

/// Costs and matchings of bags in one go: the logits are read once, and the costs of a bag live only
/// until it is matched.
package enum BagKernel {
  /// Matches every bag. The caller has checked counts and labels.
  package static func match(
    _ logits: UnsafeBufferPointer<Float>, labels: [Int32], shape: BagShape,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) throws(BagFailure) -> BagMatchings {
    let workspaceSize = cl_assignment_workspace_size(shape.size, shape.size)
    guard workspaceSize > 0 else { throw .tooLarge(size: shape.size) }
    let kernel = AssignmentKernel.kernel(
      instructionSet, CL_FLOAT32, longestSide: shape.size)
    let rows = Rows(logits, count: shape.batch * shape.size, columns: shape.classes)
    let count = rows.count
    var matchings = BagMatchings(values: [], columnOfRow: [], labelOfRow: [], logSumExp: [])
    let failures = Lock<[(bag: Int, failure: BagFailure)]>([])
    matchings.values = filledArray(count: shape.batch, of: 0) { values in
      matchings.columnOfRow = filledArray(count: count, of: -1) { columnOfRow in
        matchings.logSumExp = filledArray(count: count, of: 0) { logSumExp in
          let matcher = BagMatcher(
            table: .table(instructionSet), kernel: kernel, rows: rows, labels: labels,
            shape: shape, workspaceSize: workspaceSize, values: values.value,
            columnOfRow: columnOfRow.value, logSumExp: logSumExp.value)
          Parallel.forEachSlice(
            of: shape.batch, minimumSlice: shape.minimumSlice, maxThreads: maxThreads
          ) { bags in
            if let failure = matcher.match(bags) { failures.withLock { $0.append(failure) } }
          }
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.bag < $1.bag } }) { throw first.failure }
    matchings.labelOfRow = (0..<count).map { row in
      let column = matchings.columnOfRow[row]
      return column < 0 ? 0 : labels[row / shape.size * shape.size + Int(column)]
    }
    return matchings
  }

  /// The gradient of the values by the logits: cotangent[b] (softmax(x) - onehot(matched label)) in the
  /// rows of bag b, 0 in the padding.
  package static func gradient(
    _ logits: UnsafeBufferPointer<Float>, matchings: BagMatchings, cotangent: [Float],
    shape: BagShape, into gradient: UnsafeMutableBufferPointer<Float>,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) {
    let rows = Rows(logits, count: shape.batch * shape.size, columns: shape.classes)
    let weights = (0..<rows.count).map { cotangent[$0 / shape.size] }
    let kernels = RowKernels<Float>(instructionSet)
    let gradient = Shared(gradient)
    Parallel.forEachSlice(
      of: shape.batch, minimumSlice: shape.minimumSlice, maxThreads: maxThreads
    ) { bags in
      let bagLength = shape.size * shape.classes
      for run in shape.runs(of: bags) {
        let used = shape.rows(of: run)
        kernels.crossEntropyGradient(
          rows, rows: used, labels: matchings.labelOfRow, logSumExp: matchings.logSumExp,
          weights: weights, into: gradient.value)
        gradient.value[used.upperBound * shape.classes..<run.upperBound * bagLength]
          .update(repeating: 0)
      }
    }
  }
}

extension BagShape {
  /// Bags that are worth a thread of their own: about 20 microseconds of work.
  fileprivate var minimumSlice: Int { max(1, 16384 / max(1, size * (classes + 4 * size))) }

  /// Bags with no padding between them: all, or one at a time where there are sizes.
  fileprivate func runs(of bags: Range<Int>) -> [Range<Int>] {
    sizes == nil ? [bags] : bags.map { $0..<$0 + 1 }
  }

  /// The rows of a run, which is not empty, without the padding at its end.
  fileprivate func rows(of run: Range<Int>) -> Range<Int> {
    let last = run.upperBound - 1
    return run.lowerBound * size..<last * size + size(of: last)
  }
}

/// The work of one batch, as its slices share it.
private struct BagMatcher: @unchecked Sendable {
  let table: RowTable<Float>
  let kernel: AssignmentKernel.Solve
  let rows: Rows<Float>
  let labels: [Int32]
  let shape: BagShape
  let workspaceSize: Int
  let values: UnsafeMutablePointer<Double>
  let columnOfRow: UnsafeMutablePointer<Int32>
  let logSumExp: UnsafeMutablePointer<Double>

  /// Bags that are matched together: their costs are in the cache when they are needed.
  private var group: Int { max(1, Int(cl_assignment_group_size(shape.size, shape.size))) }

  /// Matches bags up to the first that fails.
  func match(_ bags: Range<Int>) -> (bag: Int, failure: BagFailure)? {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    let costs = UnsafeMutablePointer<Float>.allocate(
      capacity: max(1, group * shape.size * shape.size))
    let potentials = UnsafeMutablePointer<Double>.allocate(
      capacity: max(1, 2 * group * shape.size))
    let rowOfColumn = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, group * shape.size))
    defer {
      workspace.deallocate()
      costs.deallocate()
      potentials.deallocate()
      rowOfColumn.deallocate()
    }
    for first in stride(from: bags.lowerBound, to: bags.upperBound, by: group) {
      let together = first..<min(first + group, bags.upperBound)
      let invalid = makeCosts(of: together, costs)
      // Bags before an invalid one come first, and may be infeasible.
      let matched = first..<(invalid?.bag ?? together.upperBound)
      var output = cl_assignment_output(
        values: values + first, column_of_row: columnOfRow + first * shape.size,
        row_of_column: rowOfColumn, row_potentials: potentials,
        column_potentials: potentials + group * shape.size)
      if let infeasible = solve(matched, costs, workspace, &output) {
        return (infeasible, .infeasible(bag: infeasible))
      }
      if let (bag, row) = invalid { return (bag, .invalidLogits(bag: bag, row: row)) }
    }
    return nil
  }

  /// Costs `[bags, size, size]`, up to the first bag with a row whose log-sum-exp is not finite.
  private func makeCosts(
    of bags: Range<Int>, _ costs: UnsafeMutablePointer<Float>
  ) -> (bag: Int, row: Int)? {
    let origin = bags.lowerBound * shape.size
    for run in shape.runs(of: bags) {
      let used = shape.rows(of: run)
      let first = used.lowerBound
      var labelFault = cl_fault()
      labels.withUnsafeBufferPointer { labels in
        _ = table.bagCosts(
          rows.start(of: first), labels.baseAddress.map { $0 + first }, run.count,
          used.count / run.count, rows.columns, rows.columns, shape.size, logSumExp + first,
          costs + (first - origin) * shape.size, &labelFault)
      }
      if let row = used.first(where: { !logSumExp[$0].isFinite }) {
        return (row / shape.size, row % shape.size)
      }
    }
    return nil
  }

  /// The first of the bags that has no matching.
  private func solve(
    _ bags: Range<Int>, _ costs: UnsafePointer<Float>, _ workspace: UnsafeMutableRawPointer,
    _ output: inout cl_assignment_output
  ) -> Int? {
    var fault = cl_fault()
    let status = (shape.sizes ?? []).withUnsafeBufferPointer { sizes in
      let sizes = shape.sizes == nil ? nil : sizes.baseAddress.map { $0 + bags.lowerBound }
      var batch = cl_assignment_batch(
        count: bags.count, rows: shape.size, columns: shape.size, row_counts: sizes,
        column_counts: sizes, column_potentials: nil)
      return kernel(costs, &batch, workspace, &output, &fault)
    }
    return status == CL_STATUS_OK ? nil : bags.lowerBound + fault.item
  }
}
