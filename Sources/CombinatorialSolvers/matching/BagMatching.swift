internal import CCombinatorialKernels
package import CombinatorialKernels

/// How bags were matched to their labels; all that the gradient of their values needs.
public struct BagMatching: Sendable, Equatable {
  /// `[bags]`: the cost of each matching.
  public private(set) var values: [Double]
  /// `[pictures]`: the position, among the labels of its bag, that each picture is matched to; -1 in the padding.
  public private(set) var columnOfRow: [Int32]
  /// `[pictures]`: the label that each picture is matched to; 0 in the padding.
  public private(set) var labelOfRow: [Int32]

  /// `[pictures]`: log-sum-exp of each row of logits, 0 in the padding.
  private var logSumExp: [Double]
  /// `[pictures]`: the sum of each row of exponentials that were kept; empty if none were.
  private var totals: [Double] = []
  private let bags: BagShape

  /// - Parameter bags: Checked.
  init(_ bags: BagShape) {
    self.bags = bags
    values = .init(repeating: 0, count: bags.count)
    columnOfRow = .init(repeating: -1, count: bags.pictureCount)
    labelOfRow = .init(repeating: 0, count: bags.pictureCount)
    logSumExp = .init(repeating: 0, count: bags.pictureCount)
  }

  /// Costs and matchings in one go: the logits are read once, and the costs of a bag live only until it is
  /// matched.
  ///
  /// - Parameter exponentials: `[pictures, classes]`, where those of the logits are kept, in which the gradient
  ///   can be written without any: worth it where the caches hold them. nil: they are not.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package mutating func match<Scalar: CostScalar>(
    _ logits: Rows<Scalar>, labels: [Int32],
    keeping exponentials: UnsafeMutableBufferPointer<Scalar>? = nil,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) throws(CombinatorialError) {
    let bags = bags
    totals = .init(repeating: 0, count: exponentials == nil ? 0 : bags.pictureCount)
    let kept = SharedOutput(exponentials?.baseAddress)
    let run = BatchRun(
      count: bags.count, minimumSlice: bags.minimumSlice(classes: logits.columns),
      workspaceSize: cl_assignment_workspace_size(bags.largest, bags.largest),
      maxThreads: maxThreads)
    let set = Assignment.kernelSet(instructionSet, longestSide: bags.largest)
    let solve = set.found { cl_assignment_solver($0, Scalar.element) }
    do throws(KernelRefusal) {
      try labels.withSharedInput { labels throws(KernelRefusal) in
        try withSharedOutputs(&values, &columnOfRow, &labelOfRow, &logSumExp, &totals) {
          values, columnOfRow, labelOfRow, logSumExp, totals throws(KernelRefusal) in
          let matcher = BagMatcher(
            kernels: RowKernels<Scalar>(instructionSet), solve: solve, logits: logits,
            labels: labels, bags: bags, values: values, columnOfRow: columnOfRow,
            labelOfRow: labelOfRow, logSumExp: logSumExp, exponentials: kept, totals: totals)
          try run { matcher.match($0, $1, &$2) }
        }
      }
    } catch {
      throw CombinatorialError(error, size: "a bag of \(bags.largest)") {
        bags.invalidLogit(bag: $0.item, row: $0.row, in: logits).reason
      }
    }
  }

  /// The gradient of a weighted sum of the values: weights[b] (softmax(x) - onehot(matched label)) in the rows of
  /// bag b, 0 in the padding.
  ///
  /// - Parameters:
  ///   - logits: As they were matched.
  ///   - weights: `[bags]`.
  ///   - holdsExponentials: Whether the memory of the gradient holds what ``match(_:labels:keeping:instructionSet:maxThreads:)``
  ///     kept, so that the logits are not read. The gradient is the same, bit for bit.
  ///   - gradient: `[pictures, classes]`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func gradient<Scalar: CostScalar>(
    _ logits: UnsafeBufferPointer<Scalar>, weights: [Scalar], holdsExponentials: Bool = false,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil,
    into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    let (count, bags) = (bags.pictureCount, bags)
    let classes = count == 0 ? 0 : logits.count / count
    var rowWeights = [Scalar](repeating: 0, count: count)
    for bag in 0..<bags.count {
      for row in bags.pictures(of: bag) { rowWeights[row] = weights[bag] }
    }
    let output = SharedOutput(gradient.baseAddress)
    labelOfRow.withSharedInput { labels in
      logSumExp.withSharedInput { logSumExp in
        totals.withSharedInput { totals in
          rowWeights.withSharedInput { weights in
            let rows = BagGradient(
              table: RowKernels<Scalar>(instructionSet).table,
              logits: Rows(logits, count: count, columns: classes), labels: labels,
              logSumExp: logSumExp, weights: weights,
              comesFromExponentials: Rows<Scalar>.fitCaches(scalarCount: logits.count),
              totals: holdsExponentials && !self.totals.isEmpty ? totals : nil, output: output)
            Parallel.forEachSlice(
              of: bags.count, minimumSlice: bags.minimumSlice(classes: classes),
              maxThreads: maxThreads
            ) { slice in
              for run in bags.runs(of: slice) {
                let end = bags.pictures(of: run.upperBound - 1).upperBound
                rows.write(bags.start(of: run.lowerBound)..<end)
                output.from(end * classes)?.update(
                  repeating: 0, count: (bags.start(of: run.upperBound) - end) * classes)
              }
            }
          }
        }
      }
    }
  }
}

/// The gradient of one batch, as its slices share it.
private struct BagGradient<Scalar: CostScalar>: @unchecked Sendable {
  let table: cl_rows_kernels
  let logits: Rows<Scalar>
  let labels: SharedInput<Int32>
  let logSumExp: SharedInput<Double>
  let weights: SharedInput<Scalar>
  /// False: from the log-sum-exps.
  let comesFromExponentials: Bool
  /// Of the exponentials that the output holds; nil: it holds none.
  let totals: SharedInput<Double>?
  let output: SharedOutput<Scalar>

  func write(_ rows: Range<Int>) {
    let (first, classes) = (rows.lowerBound, logits.columns)
    let (x, gradient) = (
      logits.scalars.baseAddress.map { $0 + first * classes }, output.from(first * classes)
    )
    var fault = cl_fault()
    guard comesFromExponentials else {
      _ = table.cross_entropy_backward(
        x, labels.from(first), logSumExp.from(first), weights.from(first), rows.count, classes,
        classes, 1, classes, logits.store(nil), gradient, &fault)
      return
    }
    var again: [Double] = []
    if totals == nil {
      again = .init(repeating: 0, count: rows.count)
      table.bag_exponentials(x, rows.count, classes, classes, gradient, &again)
    }
    again.withSharedInput { again in
      _ = table.bag_loss_backward(
        labels.from(first), totals?.from(first) ?? again.base, weights.from(first), rows.count,
        classes, 1, gradient, &fault)
    }
  }
}

/// The work of one batch, as its slices share it.
private struct BagMatcher<Scalar: CostScalar>: @unchecked Sendable {
  let kernels: RowKernels<Scalar>
  let solve:
    (
      UnsafeRawPointer?, UnsafePointer<cl_assignment_batch>?, UnsafeMutableRawPointer?,
      UnsafePointer<cl_assignment_output>?, UnsafeMutablePointer<cl_fault>?
    ) -> cl_status
  let logits: Rows<Scalar>
  let labels: SharedInput<Int32>
  let bags: BagShape
  let values: SharedOutput<Double>
  let columnOfRow, labelOfRow: SharedOutput<Int32>
  let logSumExp: SharedOutput<Double>
  let exponentials: SharedOutput<Scalar>
  let totals: SharedOutput<Double>

  /// Matches bags up to the first that has no matching, or a row whose log-sum-exp is not finite.
  func match(
    _ slice: Range<Int>, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault
  ) -> cl_status {
    // Bags that are matched together: their costs are in the cache when they are needed.
    let (side, group) = (bags.largest, max(1, cl_assignment_group_size(bags.largest, bags.largest)))
    var costs = [Scalar](repeating: 0, count: group * side * side)
    var (partners, others) = (
      [Int32](repeating: 0, count: group * side), [Int32](repeating: 0, count: group * side)
    )
    var potentials = [Double](repeating: 0, count: 2 * group * side)
    var status = CL_STATUS_OK
    withSharedOutputs(&costs, &partners, &others, &potentials) {
      costs, partners, others, potentials in
      for first in stride(from: slice.lowerBound, to: slice.upperBound, by: group) {
        let together = first..<min(first + group, slice.upperBound)
        let invalid = makeCosts(of: together, side: side, costs)
        var output = cl_assignment_output(
          values: values.from(first), column_of_row: partners.base, row_of_column: others.base,
          row_potentials: potentials.base, column_potentials: potentials.from(group * side))
        // Bags before an invalid one come first, and may be infeasible.
        let matched = first..<(invalid?.bag ?? together.upperBound)
        status = solve(matched, side: side, costs, workspace, &output, &fault)
        if status == CL_STATUS_OK, let invalid {
          status = CL_STATUS_INVALID_COST
          (fault.item, fault.row) = (invalid.bag - first, invalid.row)
        }
        guard status == CL_STATUS_OK else {
          fault.item += first - slice.lowerBound
          return
        }
        write(together, side: side, partners)
      }
    }
    return status
  }

  /// Costs `[bags, side, side]`, up to the first bag with a row whose log-sum-exp is not finite.
  private func makeCosts(
    of slice: Range<Int>, side: Int, _ costs: SharedOutput<Scalar>
  ) -> (bag: Int, row: Int)? {
    guard let x = logits.scalars.baseAddress, let logSumExp = logSumExp.base else { return nil }
    for run in bags.equalRuns(of: slice) {
      let pictures = bags.pictures(of: run.lowerBound)
      let (first, size) = (pictures.lowerBound, pictures.count)
      var fault = cl_fault()
      _ = kernels.table.bag_costs(
        x + first * logits.columns, labels.from(first), run.count, size, logits.columns,
        logits.columns, side, logSumExp + first,
        costs.from((run.lowerBound - slice.lowerBound) * side * side),
        exponentials.from(first * logits.columns), totals.from(first), &fault)
      for row in 0..<run.count * size where !logSumExp[first + row].isFinite {
        return (run.lowerBound + row / size, row % size)
      }
    }
    return nil
  }

  private func solve(
    _ slice: Range<Int>, side: Int, _ costs: SharedOutput<Scalar>,
    _ workspace: UnsafeMutableRawPointer, _ output: inout cl_assignment_output,
    _ fault: inout cl_fault
  ) -> cl_status {
    let status = withSharedInput(of: bags.sizes) { sizes in
      var batch = cl_assignment_batch(
        count: slice.count, rows: side, columns: side, row_counts: sizes.from(slice.lowerBound),
        column_counts: sizes.from(slice.lowerBound), column_potentials: nil)
      return solve(costs.base, &batch, workspace, &output, &fault)
    }
    // Logits are numbers; only doubles can lie so far apart.
    return status == CL_STATUS_INVALID_COST ? CL_STATUS_OUT_OF_RANGE : status
  }

  /// Writes the labels of bags from their matchings `[bags, side]`.
  private func write(_ slice: Range<Int>, side: Int, _ partners: SharedOutput<Int32>) {
    guard let partners = partners.base, let labels = labels.base,
      let columnOfRow = columnOfRow.base,
      let labelOfRow = labelOfRow.base
    else { return }
    for bag in slice {
      let pictures = bags.pictures(of: bag)
      for picture in pictures {
        let column = partners[(bag - slice.lowerBound) * side + picture - pictures.lowerBound]
        columnOfRow[picture] = column
        labelOfRow[picture] = labels[pictures.lowerBound + Int(column)]
      }
    }
  }
}
