import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Knapsacks in batches and a large one, beside the same recurrence in Swift.
enum KnapsackCases {
  static var all: [BenchmarkCase] {
    [(batch: 64, items: 32, capacity: 255), (1, 256, 16_383)].map { size in
      BenchmarkCase(
        name: "knapsack/uniform/\(size.batch)x\(size.items)x\(size.capacity)/float",
        isRepresentative: true
      ) {
        let problems = KnapsackProblems(
          batch: size.batch, items: size.items, capacity: size.capacity)
        let swift = Contestant(
          name: "swift", instances: size.batch, run: { problems.solveInSwift() }, check: {})
        return KernelChoice.contestants(
          instances: size.batch, beside: swift, run: problems.solve, check: problems.checkOptimality
        )
      }
    }
  }
}

/// Knapsacks, and what the latest runs found.
private final class KnapsackProblems {
  private let weights: [Int]
  private let capacity: Int
  private let shape: BatchShape
  private let costs: [Float]
  private var values: [Double] = []
  private var valuesInSwift: [Double] = []

  init(batch: Int, items: Int, capacity: Int) {
    var generator = SeededGenerator(seed: 9)
    // Half of the items fit.
    let heaviest = 4 * capacity / items
    weights = (0..<items).map { _ in Int.random(in: 1...heaviest, using: &generator) }
    costs = (0..<batch * items).map { _ in Float.random(in: -1..<0, using: &generator) }
    shape = BatchShape(batch: batch, rows: 1, columns: items)
    self.capacity = capacity
  }

  func solve(_ choice: KernelChoice) throws {
    let problem = Knapsack(weights: weights, capacity: capacity, maxThreads: choice.threads)
    values = try costs.withUnsafeBufferPointer {
      try problem.solveInPlace($0, shape: shape, instructionSet: choice.instructionSet).values
    }
  }

  /// The recurrence and the choices, one number at a time.
  func solveInSwift() {
    valuesInSwift = (0..<shape.batch).map { item in
      let states = capacity + 1
      var least = [Double](repeating: 0, count: states)
      var isTaken = [Bool](repeating: false, count: weights.count * states)
      for (position, weight) in weights.enumerated() where weight <= capacity {
        let cost = Double(costs[item * weights.count + position])
        for rest in stride(from: capacity, through: weight, by: -1) {
          let with = least[rest - weight] + cost
          guard with < least[rest] else { continue }
          least[rest] = with
          isTaken[position * states + rest] = true
        }
      }
      var (rest, value) = (capacity, 0.0)
      for position in weights.indices.reversed() where isTaken[position * states + rest] {
        rest -= weights[position]
        value += Double(costs[item * weights.count + position])
      }
      return value
    }
  }

  func checkOptimality() throws {
    for (item, (value, expected)) in zip(values, valuesInSwift).enumerated() {
      guard abs(value - expected) <= 1e-12 * abs(expected) else {
        throw BenchmarksError.wrongResult(
          "knapsack \(item) has value \(value), expected \(expected)")
      }
    }
  }
}
