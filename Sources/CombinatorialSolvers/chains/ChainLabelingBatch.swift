internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch. Each is a ``ChainLabelingSolution``; the arrays of all are at hand too.
public struct ChainLabelingBatch: SolvedBatch {
  /// `[batch, positions]`: the label of each, -1 behind the end of a chain.
  public private(set) var labels: [Int32]

  package var results: BatchResults
  let layout: ChainLayout
  /// `[batch, positions, labels]`: least costs up to each label.
  private var potentials = CostStorage.none
  private var unary = CostStorage.none
  private var steps = CostStorage.none

  init(shape: BatchShape, layout: ChainLayout) {
    (results, self.layout) = (BatchResults(shape), layout)
    labels = .init(repeating: -1, count: shape.batch * layout.positions)
  }

  /// Copies costs of labels and steps that lie together, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    unary = CostStorage(costs)
    steps = unary
  }

  /// Copies the costs, for the certificates.
  mutating func keep<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>
  ) {
    (self.unary, self.steps) = (CostStorage(unary), CostStorage(steps))
  }

  /// The positions of one chain in order, each with its label and that of the position before.
  private func forEachStep(
    of item: Int, _ body: (_ position: Int, _ label: Int, _ before: Int?) -> Void
  ) {
    let first = item * layout.positions
    for position in 0..<Int(layout.lengths[item]) {
      let before = position > 0 ? Int(labels[first + position - 1]) : nil
      body(position, Int(labels[first + position]), before)
    }
  }

  /// The labels of one problem; and, where the costs lie together, its steps.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    forEachStep(of: item) { position, label, before in
      body(layout.unary(position, label), 1)
      guard let before, layout.firstStep > 0 else { return }
      body(layout.step(into: position, from: before, to: label), 1)
    }
  }

  /// The gradient of a weighted sum of the values by the costs of steps.
  ///
  /// - Parameters:
  ///   - weights: `[batch]`: the derivative of a loss by each value.
  ///   - gradient: dloss/dsteps, in the shape in which they came, 0 in the padding.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func stepGradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    gradient.update(repeating: 0)
    for item in indices {
      forEachStep(of: item) { position, label, before in
        guard let before else { return }
        let place = layout.step(into: position, from: before, to: label) - layout.firstStep
        gradient[item * layout.stepStrides.problem + place] += weights[item]
      }
    }
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> ChainLabelingSolution {
    let length = Int(layout.lengths[item])
    let first = item * layout.positions
    let cells = first * layout.labels..<(first + length) * layout.labels
    let hasPotentials = if case .none = potentials { false } else { true }
    return ChainLabelingSolution(
      value: values[item], labels: labels.part(first..<first + length),
      potentials: hasPotentials ? cells.map { potentials[$0] } : [],
      costs: ChainCosts(layout: layout, item: item, unary: unary, steps: steps))
  }
}

extension ChainLabelingBatch {
  /// Solves every problem, from costs that are where the layout says.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func solve<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>,
    withPotentials: Bool = false, instructionSet: InstructionSet = .current, maxThreads: Int?
  ) throws(CombinatorialError) {
    let layout = layout
    guard layout.positions > 0 else { return }
    let work = layout.positions * layout.labels * layout.labels
    let run = BatchRun(
      count: shape.batch, minimumSlice: Swift.max(1, 400_000 / work),
      workspaceSize: cl_chain_labeling_workspace_size(layout.cValue), maxThreads: maxThreads)
    let cells = withPotentials && run.workspaceSize > 0 ? labels.count * layout.labels : 0
    var potentials = [Scalar](repeating: 0, count: cells)
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &labels, &potentials
      ) { values, labels, potentials throws(KernelRefusal) in
        try layout.lengths.withSharedInput { lengths throws(KernelRefusal) in
          let job = ChainJob(
            set: instructionSet, unary: SharedInput(unary.baseAddress),
            steps: SharedInput(steps.baseAddress), layout: layout, lengths: lengths,
            values: values, labels: labels,
            potentials: withPotentials ? potentials : SharedOutput(nil))
          try run { job.solve($0, workspace: $1, &$2) }
        }
      }
    } catch {
      throw layout.error(error, unary: unary, steps: steps)
    }
    if withPotentials { self.potentials = CostStorage(adopting: potentials) }
  }
}

/// One batch as the kernel sees it. The slices write to disjoint parts of the output.
private struct ChainJob<Scalar: CostScalar>: Sendable {
  let set: InstructionSet
  let unary, steps: SharedInput<Scalar>
  let layout: ChainLayout
  let lengths: SharedInput<Int32>
  let values: SharedOutput<Double>
  let labels: SharedOutput<Int32>
  let potentials: SharedOutput<Scalar>

  private var cells: Int { layout.positions * layout.labels }

  /// Solves a range of problems up to the first that fails. Those whose costs cancel are solved alone.
  func solve(
    _ items: Range<Int>, workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault
  ) -> cl_status {
    let kernel = set.found { cl_chain_labeling_solver($0, Scalar.element) }
    var first = items.lowerBound
    while true {
      var status = kernel(
        unary.from(first * layout.unaryStrides.problem),
        steps.from(first * layout.stepStrides.problem), items.upperBound - first, layout.cValue,
        lengths.from(first), workspace, values.from(first), labels.from(first * layout.positions),
        potentials.from(first * cells), &fault)
      let item = first + fault.item
      let isInexact = status == CL_STATUS_INEXACT
      if isInexact { status = solveAlone(item, &fault) }
      fault.item = item - items.lowerBound
      guard isInexact, status == CL_STATUS_OK else { return status }
      first = item + 1
      fault = cl_fault(item: 0, row: 0, column: 0, stop: fault.stop)
    }
  }

  /// Solves one problem: floats in double, and what doubles do not tell in exact arithmetic. Potentials
  /// beyond the range of the element type are infinite.
  private func solveAlone(_ item: Int, _ fault: inout cl_fault) -> cl_status {
    let length = Int(lengths.from(item)?.pointee ?? 0)
    let ownUnary = widened(
      unary.from(item * layout.unaryStrides.problem), stride: layout.unaryStrides.position,
      count: length, size: layout.labels)
    let ownSteps = widened(
      steps.from(item * layout.stepStrides.problem), stride: layout.stepStrides.position,
      count: length - 1, size: layout.labels * layout.labels)
    var ownPotentials = [Double](repeating: 0, count: cells)
    let ownLabels = labels.from(item * layout.positions)
    var status = CL_STATUS_INEXACT
    if Scalar.self == Float.self {
      status = set.found { cl_chain_labeling_solver($0, CL_FLOAT64) }(
        ownUnary, ownSteps, 1, layout.cValue, lengths.from(item), nil, values.from(item),
        ownLabels, &ownPotentials, &fault)
    }
    if status == CL_STATUS_INEXACT {
      let workspace = UnsafeMutableRawPointer.allocate(
        byteCount: cl_chain_labeling_exact_workspace_size(layout.cValue), alignment: 64)
      defer { workspace.deallocate() }
      status = cl_chain_labeling_solve_exact(
        ownUnary, ownSteps, layout.cValue, length, workspace, values.from(item), ownLabels,
        &ownPotentials, &fault)
    }
    if let potentials = potentials.from(item * cells) {
      for cell in 0..<length * layout.labels { potentials[cell] = Scalar(ownPotentials[cell]) }
    }
    return status
  }

  /// `count` blocks in double.
  private func widened(
    _ costs: UnsafePointer<Scalar>?, stride: Int, count: Int, size: Int
  ) -> [Double] {
    guard count > 0 else { return [] }
    return UnsafeBufferPointer(start: costs, count: (count - 1) * stride + size).map { Double($0) }
  }
}

extension ChainLayout {
  /// The public form of a kernel's refusal.
  fileprivate func error<Scalar: CostScalar>(
    _ refusal: KernelRefusal, unary: UnsafeBufferPointer<Scalar>,
    steps: UnsafeBufferPointer<Scalar>
  ) -> CombinatorialError {
    CombinatorialError(
      refusal, size: "a chain of \(positions) positions and \(labels) labels"
    ) { refusal in
      let (position, column) = (refusal.row, refusal.column)
      guard column >= labels else {
        let place = refusal.item * unaryStrides.problem + self.unary(position, column)
        return .invalidCost(row: position, column: column, value: Double(unary[place]))
      }
      let (before, label) = (column / labels - 1, column % labels)
      let place = step(into: position, from: before, to: label) - firstStep
      let matrix = stepStrides.position == 0 ? 0 : (position - 1) * labels * labels
      return .invalidCostAt(
        position: matrix + before * labels + label,
        value: Double(steps[refusal.item * stepStrides.problem + place]))
    }
  }
}
