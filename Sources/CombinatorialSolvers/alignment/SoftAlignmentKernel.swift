internal import CCombinatorialKernels

/// Smoothed values of a batch and, if asked for, their gradients, padded like the costs.
package struct SoftAlignmentOutput<Scalar: CostScalar>: Sendable {
  /// `[batch]`.
  package var values: [Double]
  /// `[batch, rows, columns]`: the expected path as the costs see it. Empty if not asked for.
  package var gradient: [Scalar]
  /// `[batch, rows]`: the probability that each row is skipped.
  package var rowGradient: [Scalar]
  /// `[batch, columns]`: the probability that each column is skipped.
  package var columnGradient: [Scalar]
}

/// The smoothed alignment kernel, one problem after the other on slices of the batch.
package enum SoftAlignmentKernel {
  /// Smooths every problem of a batch. The caller has checked the shape, and that there are gaps for the
  /// rule `.costs`. Problems without cells have the value of the hard problem.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func solve<Scalar: CostScalar>(
    _ costs: AlignmentCosts<Scalar>, shape: AlignmentShape, rule: AlignmentRule,
    temperature: Double, withGradient: Bool,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) throws(AlignmentFailure) -> SoftAlignmentOutput<Scalar> {
    let workspaceSize = cl_soft_alignment_workspace_size(shape.rows, shape.columns)
    guard workspaceSize > 0 else { throw .tooLarge(rows: shape.rows, columns: shape.columns) }
    let counts = [shape.rows * shape.columns, shape.rows, shape.columns]
      .map { withGradient ? shape.batch * $0 : 0 }
    var output = SoftAlignmentOutput<Scalar>(
      values: [], gradient: [], rowGradient: [], columnGradient: [])
    let failures = Lock<[AlignmentFailure]>([])
    output.values = filledArray(count: shape.batch, of: 0) { values in
      output.gradient = filledArray(count: counts[0], of: 0) { gradient in
        output.rowGradient = filledArray(count: counts[1], of: 0) { rowGradient in
          output.columnGradient = filledArray(count: counts[2], of: 0) { columnGradient in
            let job = SoftJob(
              set: instructionSet, costs: costs, shape: shape,
              rule: rule.cValue(temperature: temperature), workspaceSize: workspaceSize,
              withGradient: withGradient, values: values.value, gradient: gradient.value,
              rowGradient: rowGradient.value, columnGradient: columnGradient.value)
            Parallel.forEachSlice(
              of: shape.batch, minimumSlice: max(1, 2048 / max(1, shape.rows * shape.columns)),
              maxThreads: maxThreads
            ) { items in
              if let failure = job.run(items) { failures.withLock { $0.append(failure) } }
            }
          }
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.batch < $1.batch } }) { throw first }
    return output
  }
}

/// One batch as the kernel sees it. The slices write to disjoint parts of the output.
private struct SoftJob<Scalar: CostScalar>: @unchecked Sendable {
  let set: InstructionSet
  let costs: AlignmentCosts<Scalar>
  let shape: AlignmentShape
  let rule: cl_alignment_rule
  let workspaceSize: Int
  let withGradient: Bool
  let values: UnsafeMutablePointer<Double>
  let gradient: UnsafeMutablePointer<Scalar>
  let rowGradient: UnsafeMutablePointer<Scalar>
  let columnGradient: UnsafeMutablePointer<Scalar>

  /// Smooths the problems of a slice up to the first that fails.
  func run(_ items: Range<Int>) -> AlignmentFailure? {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    for item in items {
      var fault = cl_fault()
      let status = solve(item, workspace, &fault)
      if let failure = AlignmentFailure(status, fault, item: item, shape: shape, rule: rule) {
        return failure
      }
    }
    return nil
  }

  private func solve(
    _ item: Int, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault
  ) -> cl_status {
    let cells = shape.rows * shape.columns
    var problem = costs.problem(item, shape: shape)
    return cl_soft_alignment_solve(
      set.cValue, Scalar.element, &problem, rule, workspace, shape.columns, values + item,
      target(gradient, item * cells), target(rowGradient, item * shape.rows),
      target(columnGradient, item * shape.columns), &fault)
  }

  private func target(
    _ base: UnsafeMutablePointer<Scalar>, _ offset: Int
  ) -> UnsafeMutablePointer<Scalar>? {
    withGradient ? base + offset : nil
  }
}
