internal import CCombinatorialKernels

/// A batch of chains, and where their costs lie; see `cl_chains.h`. Strides of 0 share costs.
package struct ChainShape: Sendable {
  package var batch: Int
  package var positions: Int
  package var labels: Int
  /// `[batch]`: the positions in use.
  package var lengths: [Int32]
  /// From one problem to the next, and from one position to the next.
  package var unaryStrides: (problem: Int, position: Int)
  package var stepStrides: (problem: Int, position: Int)

  package init(
    batch: Int, positions: Int, labels: Int, lengths: [Int32],
    unaryStrides: (problem: Int, position: Int), stepStrides: (problem: Int, position: Int)
  ) {
    self.batch = batch
    self.positions = positions
    self.labels = labels
    self.lengths = lengths
    self.unaryStrides = unaryStrides
    self.stepStrides = stepStrides
  }

  var cValue: cl_chain {
    cl_chain(
      positions: positions, labels: labels, unary_problem_stride: unaryStrides.problem,
      unary_position_stride: unaryStrides.position, step_problem_stride: stepStrides.problem,
      step_position_stride: stepStrides.position)
  }

  /// Problems that are worth a thread of their own: about 20 microseconds of work.
  var minimumSlice: Int { max(1, 400_000 / max(1, positions * labels * labels)) }
}

/// Cheapest labellings of a batch.
package struct ChainOutput<Scalar: CostScalar>: Sendable {
  /// `[batch]`: what each labelling costs.
  package var values: [Double]
  /// `[batch, positions]`: -1 behind the end of a chain.
  package var labels: [Int32] = []
  /// `[batch, positions, labels]`: least costs up to each label, if they were asked for.
  package var distances: [Scalar] = []

  /// The output of chains without positions.
  package init(emptyBatch batch: Int) { values = .init(repeating: 0, count: batch) }
}

/// Why the kernel refused a problem of the batch: the first one, whatever the threads did.
package enum ChainFailure: Error, Equatable {
  /// The cost of a label.
  case invalidLabelCost(batch: Int, position: Int, label: Int)
  /// The cost of the step into a position.
  case invalidStepCost(batch: Int, position: Int, from: Int, label: Int)
  case infeasible(batch: Int)
  /// The value exceeds the largest double.
  case overflow(batch: Int)
  case tooLarge

  var batch: Int {
    switch self {
    case .invalidLabelCost(let batch, _, _), .invalidStepCost(let batch, _, _, _),
      .infeasible(let batch), .overflow(let batch):
      batch
    case .tooLarge: 0
    }
  }
}

/// The kernels for labellings of chains, on slices of the batch.
package enum ChainKernel {
  /// Solves every problem of a batch. The caller has checked that there are labels and positions, and that
  /// the costs are where the strides lead to.
  package static func solve<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>, shape: ChainShape,
    includesDistances: Bool = false, instructionSet: InstructionSet = .current,
    maxThreads: Int? = nil
  ) throws(ChainFailure) -> ChainOutput<Scalar> {
    let workspaceSize = cl_chain_labeling_workspace_size(shape.cValue)
    let cells = shape.positions * shape.labels
    guard workspaceSize > 0 else { throw .tooLarge }
    var output = ChainOutput<Scalar>(emptyBatch: 0)
    let failures = Lock<[ChainFailure]>([])
    output.values = filledArray(count: shape.batch, of: 0) { values in
      output.labels = filledArray(count: shape.batch * shape.positions, of: -1) { labels in
        let count = includesDistances ? shape.batch * cells : 0
        output.distances = filledArray(count: count, of: 0) { distances in
          let job = Job(
            set: instructionSet, unary: unary, steps: steps, shape: shape, cells: cells,
            workspaceSize: workspaceSize, values: values.value, labels: labels.value,
            distances: includesDistances ? distances.value : nil)
          Parallel.forEachSlice(
            of: shape.batch, minimumSlice: shape.minimumSlice, maxThreads: maxThreads
          ) { items in
            if let failure = job.run(items) { failures.withLock { $0.append(failure) } }
          }
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.batch < $1.batch } }) { throw first }
    return output
  }
}

/// One batch as the kernel sees it. The slices write to disjoint parts of the output.
private struct Job<Scalar: CostScalar>: @unchecked Sendable {
  let set: InstructionSet
  let unary: UnsafeBufferPointer<Scalar>
  let steps: UnsafeBufferPointer<Scalar>
  let shape: ChainShape
  let cells: Int
  let workspaceSize: Int
  let values: UnsafeMutablePointer<Double>
  let labels: UnsafeMutablePointer<Int32>
  let distances: UnsafeMutablePointer<Scalar>?

  /// Solves a range of problems up to the first that fails. Those whose costs cancel are solved alone.
  func run(_ items: Range<Int>) -> ChainFailure? {
    var rest = items
    while true {
      var fault = cl_fault()
      let status = withUnsafeTemporaryAllocation(byteCount: workspaceSize, alignment: 64) {
        solve(rest, workspace: $0.baseAddress, &fault)
      }
      let batch = rest.lowerBound + fault.item
      guard status == CL_STATUS_INEXACT else { return failure(status, fault, batch: batch) }
      if let failure = solveAlone(batch) { return failure }
      rest = batch + 1..<items.upperBound
    }
  }

  private func failure(
    _ status: cl_status, _ fault: cl_fault, batch: Int
  ) -> ChainFailure? {
    switch status {
    case CL_STATUS_OK: nil
    case CL_STATUS_INVALID_COST where fault.column < shape.labels:
      .invalidLabelCost(batch: batch, position: fault.row, label: fault.column)
    case CL_STATUS_INVALID_COST:
      .invalidStepCost(
        batch: batch, position: fault.row, from: fault.column / shape.labels - 1,
        label: fault.column % shape.labels)
    case CL_STATUS_INFEASIBLE: .infeasible(batch: batch)
    case CL_STATUS_OUT_OF_RANGE: .overflow(batch: batch)
    default: .tooLarge
    }
  }

  /// Solves one problem: floats in double, and what doubles do not tell in exact arithmetic. Distances
  /// beyond the range of the element type are infinite.
  private func solveAlone(_ item: Int) -> ChainFailure? {
    let length = Int(shape.lengths[item])
    let ownUnary = widened(
      unary, from: item * shape.unaryStrides.problem, stride: shape.unaryStrides.position,
      count: length, size: shape.labels)
    let ownSteps = widened(
      steps, from: item * shape.stepStrides.problem, stride: shape.stepStrides.position,
      count: length - 1, size: shape.labels * shape.labels)
    var wideDistances = [Double](repeating: 0, count: cells)
    let ownLabels = labels + item * shape.positions
    var (status, fault) = (CL_STATUS_INEXACT, cl_fault())
    if Scalar.self == Float.self {
      status = set.found { cl_chain_labeling_solver($0, CL_FLOAT64) }(
        ownUnary, ownSteps, 1, shape.cValue, [shape.lengths[item]], nil, values + item, ownLabels,
        &wideDistances, &fault)
    }
    if status == CL_STATUS_INEXACT {
      let workspace = UnsafeMutableRawPointer.allocate(
        byteCount: cl_chain_labeling_exact_workspace_size(shape.cValue), alignment: 64)
      defer { workspace.deallocate() }
      status = cl_chain_labeling_solve_exact(
        ownUnary, ownSteps, shape.cValue, length, workspace, values + item, ownLabels,
        &wideDistances, &fault)
    }
    if let distances = distances.map({ $0 + item * cells }) {
      for cell in 0..<length * shape.labels { distances[cell] = Scalar(wideDistances[cell]) }
    }
    return failure(status, fault, batch: item)
  }

  /// `count` blocks in double.
  private func widened(
    _ costs: UnsafeBufferPointer<Scalar>, from first: Int, stride: Int, count: Int, size: Int
  ) -> [Double] {
    guard count > 0 else { return [] }
    return costs[first..<first + (count - 1) * stride + size].map { Double($0) }
  }

  private func solve(
    _ items: Range<Int>, workspace: UnsafeMutableRawPointer?, _ fault: inout cl_fault
  ) -> cl_status {
    let first = items.lowerBound
    let lengths = Array(shape.lengths[items])
    return set.found { cl_chain_labeling_solver($0, Scalar.element) }(
      unary.baseAddress.map { $0 + first * shape.unaryStrides.problem },
      steps.baseAddress.map { $0 + first * shape.stepStrides.problem }, items.count, shape.cValue,
      lengths, workspace, values + first, labels + first * shape.positions,
      distances.map { $0 + first * cells }, &fault)
  }
}
