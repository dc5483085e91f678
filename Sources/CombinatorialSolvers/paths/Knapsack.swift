public import CombinatorialKernels

/// Which items to take, each at most once, so that their weights do not exceed a capacity: the 0/1 knapsack.
///
///     z* = min over sets of items that fit of the sum of their costs
///
/// As every problem it is a minimum: an item is worth taking if its cost is below 0, and others are left out.
/// Of values that are to be as great as possible it is the maximum:
///
///     try Knapsack(weights: [3, 4, 5], capacity: 8).maximum.solve([4, 5, 6]).items  // [0, 2]
///
/// It is a shortest path through the states (item, capacity left), from the first item at full capacity on: to
/// leave an item out costs nothing, to take it costs its cost and its weight. The distances from all states to
/// the end prove the answer, see ``KnapsackSolution/potentials``. The relaxation to parts of items, a linear
/// program, has another value.
///
/// `+infinity` forbids an item. NaN and -infinity are refused. Sums are of doubles, and only costs below 0
/// count, so that nothing cancels: no set that fits costs less by more than n * 2^-52 of the magnitude of its
/// cost, for n items. A value beyond the largest double is an error.
///
/// Ties: from the last item to the first, an item is left out if those before it cost no more without it. An
/// item whose cost is lost in the rounding of the sum is left out.
///
/// Complexity: O(n c) time for n items and a capacity of c, or the sum of the weights if that is less, and
/// n c bits for each thread (R. Bellman, Dynamic programming, 1957).
public struct Knapsack: ListProblem, Hashable {
  /// `[items]`: what each item weighs, at least 0.
  public var weights: [Int]
  /// What the items taken may weigh together, at least 0.
  public var capacity: Int
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem with items of given weights.
  public init(weights: [Int], capacity: Int, maxThreads: Int? = nil) {
    (self.weights, self.capacity, self.maxThreads) = (weights, capacity, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, a negative weight or capacity, a wrong count.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> KnapsackBatch {
    try solveInPlace(costs, shape: shape, instructionSet: .current)
  }

  package func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, instructionSet: InstructionSet
  ) throws(CombinatorialError) -> KnapsackBatch {
    try shape.validate(costCount: costs.count, ofList: weights.count, kind: "item")
    return try KnapsackBatch(self, CostInput(costs), shape: shape, instructionSet: instructionSet)
  }
}

/// Checked weights, and as much of the capacity as all of them need.
struct Sack: Sendable, Hashable {
  let weights: [Int]
  let capacity: Int

  init(_ problem: Knapsack) throws(CombinatorialError) {
    guard problem.capacity >= 0 else {
      throw Self.negative("capacity", problem.capacity)
    }
    var rest = problem.capacity
    for (item, weight) in problem.weights.enumerated() {
      guard weight >= 0 else { throw Self.negative("weight of item \(item)", weight) }
      rest -= min(rest, weight)
    }
    weights = problem.weights
    capacity = problem.capacity - rest
  }

  private static func negative(_ name: String, _ value: Int) -> CombinatorialError {
    CombinatorialError(.invalidOption(name, value: Double(value), expected: "at least 0"))
  }
}
