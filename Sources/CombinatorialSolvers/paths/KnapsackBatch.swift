internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch. Each is a ``KnapsackSolution``; the arrays of all are at hand too.
public struct KnapsackBatch: SolutionBatch {
  /// The costs' shape.
  public let shape: BatchShape
  /// `[batch]`: z* of each problem.
  public private(set) var values: [Double]
  /// `[batch, items]`: whether each item is taken.
  public private(set) var isTaken: [Bool]

  private let sack: Sack
  private var costs = CostStorage.none

  init(shape: BatchShape, sack: Sack) {
    self.shape = shape
    self.sack = sack
    values = .init(repeating: 0, count: shape.batch)
    isTaken = .init(repeating: false, count: shape.batch * shape.itemCount)
  }

  /// Copies the costs, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    self.costs = CostStorage(costs)
  }

  /// The items of one problem that are taken.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for position in items(of: item) { body(position, 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> KnapsackSolution {
    KnapsackSolution(
      value: values[item], items: items(of: item), sack: sack,
      costs: CostMatrix(costs, item: item, of: shape))
  }

  private func items(of item: Int) -> [Int] {
    (0..<shape.itemCount).filter { isTaken[item * shape.itemCount + $0] }
  }

  /// Solves every problem, from as many costs as there are weights.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, instructionSet: InstructionSet, maxThreads: Int?
  ) throws(KernelRefusal) {
    let (sack, items, batch) = (sack, sack.weights.count, shape.batch)
    let kernel = instructionSet.found { cl_knapsack_solver($0, Scalar.element) }
    let input = SharedInput(costs.baseAddress)
    try sack.weights.withSharedInput { weights throws(KernelRefusal) in
      let size = cl_knapsack_workspace_size(
        cl_knapsack(items: items, capacity: sack.capacity, weights: weights.base))
      let run = BatchRun(
        // Some 4 states a nanosecond.
        count: batch, minimumSlice: 1 + 80_000 / Swift.max(1, items) / Swift.max(1, sack.capacity),
        workspaceSize: size, maxThreads: maxThreads)
      try withSharedOutputs(&values, &isTaken) { values, isTaken throws(KernelRefusal) in
        try run { slice, workspace, fault in
          let first = slice.lowerBound
          return kernel(
            input.from(first * items), slice.count,
            cl_knapsack(items: items, capacity: sack.capacity, weights: weights.base), workspace,
            values.from(first), isTaken.from(first * items), &fault)
        }
      }
    }
  }
}
