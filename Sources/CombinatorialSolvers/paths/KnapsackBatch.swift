internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The solutions of a batch. Each is a ``KnapsackSolution``; the arrays of all are at hand too.
public struct KnapsackBatch: SolvedBatch {
  /// `[batch, items]`: whether each item is taken.
  public private(set) var isTaken: [Bool]

  package var results: BatchResults
  private let sack: Sack

  /// Solves every problem, from as many costs as there are weights.
  init(
    _ problem: Knapsack, _ costs: CostInput, shape: BatchShape, instructionSet: InstructionSet
  ) throws(CombinatorialError) {
    let (sack, items, batch) = (try Sack(problem), problem.weights.count, shape.batch)
    (results, self.sack) = (BatchResults(shape), sack)
    isTaken = .init(repeating: false, count: shape.batch * shape.itemCount)
    let kernel = instructionSet.found { cl_knapsack_solver($0, costs.element) }
    do throws(KernelRefusal) {
      try sack.weights.withSharedInput { weights throws(KernelRefusal) in
        let sackOfItems = cl_knapsack(
          items: items, capacity: sack.capacity, weights: weights.base)
        let run = BatchRun(
          // Some 4 states a nanosecond.
          count: batch,
          minimumSlice: 1 + 80_000 / Swift.max(1, items) / Swift.max(1, sack.capacity),
          workspaceSize: cl_knapsack_workspace_size(sackOfItems), maxThreads: problem.maxThreads)
        try withSharedOutputs(
          &results.values, &isTaken
        ) { values, isTaken throws(KernelRefusal) in
          try run { slice, workspace, fault in
            let first = slice.lowerBound
            return kernel(
              costs.from(first * items), slice.count,
              cl_knapsack(items: items, capacity: sack.capacity, weights: weights.base), workspace,
              values.from(first), isTaken.from(first * items), &fault)
          }
        }
      }
    } catch {
      throw CombinatorialError(
        error, costs: costs, shape: shape,
        size: "a knapsack of \(items) items and a capacity of \(problem.capacity)")
    }
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
      costs: results.costs(item))
  }

  private func items(of item: Int) -> [Int] {
    (0..<shape.itemCount).filter { isTaken[item * shape.itemCount + $0] }
  }
}
