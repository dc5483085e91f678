import CombinatorialSolvers
import TestSupport
import Testing

struct KnapsackTests {
  private static func eighths(_ count: Int, _ range: ClosedRange<Int>, _ random: inout SeededRandom)
    -> [Double]
  {
    (0..<count).map { _ in Double(Int.random(in: range, using: &random)) / 8 }
  }

  @Test func knapsacksKeepThePromisesOfAll() throws {
    var random = SeededRandom(seed: 81)
    let weights = (0..<9).map { _ in Int.random(in: 0...7, using: &random) }
    let items = (0..<12).map { _ in Self.eighths(9, -80...20, &random) }
    try expectContract(Knapsack(weights: weights, capacity: 15), items)
    try expectContract(Knapsack(weights: weights, capacity: 15).maximum.base, items)
  }

  @Test func literalsAreCosts() throws {
    let problem = Knapsack(weights: [3, 4, 5], capacity: 8)
    let solution = try problem.solve([-4, -5, -6])
    #expect(solution.value == -10 && solution.items == [0, 2] && solution.weight == 8)
    #expect(solution.gradient == [1, 0, 1] && solution.dualityGap == 0 && solution.isUnique)
    let most = try problem.maximum.solve([4, 5, 6])
    #expect(most.value == 10 && most.items == [0, 2] && most.weight == 8 && most.dualityGap == 0)
    #expect(try problem.maximum.valueAndGradient([4, 5, 6]).gradient == [1, 0, 1])
    #expect(try problem.maximum.solve([4, 5, -Double.infinity]).items == [0, 1])
  }

  /// Every set of items of small knapsacks whose costs tie: the optimum, and whether it is the only one.
  @Test func choicesAreThoseOfEnumeration() throws {
    var random = SeededRandom(seed: 82)
    var (unique, tied) = (0, 0)
    for trial in 0..<400 {
      let count = Int.random(in: 0...8, using: &random)
      let weights = (0..<count).map { _ in Int.random(in: 0...6, using: &random) }
      let capacity = Int.random(in: 0...20, using: &random)
      let costs = weights.map { weight in
        Int.random(in: 0..<8, using: &random) == 0
          ? .infinity : -Double(weight + Int.random(in: -1...2, using: &random))
      }
      let sets = (0..<1 << count).map { set in (0..<count).filter { set >> $0 & 1 == 1 } }
      let values = sets.filter { set in set.reduce(0) { $0 + weights[$1] } <= capacity }
        .map { set in set.reduce(0) { $0 + costs[$1] } }
      let solution = try Knapsack(weights: weights, capacity: capacity).solve(costs)
      #expect(solution.value == values.min(), "trial \(trial)")
      #expect(solution.items.reduce(0) { $0 + costs[$1] } == solution.value)
      #expect(solution.weight <= capacity && solution.dualityGap == 0)
      let isUnique = values.count { $0 == solution.value } == 1
      #expect(solution.isUnique == isUnique, "trial \(trial)")
      if isUnique { unique += 1 } else { tied += 1 }
    }
    #expect(unique > 50 && tied > 50, "\(unique), \(tied)")
  }

  /// The same problem as a shortest path through the states (item, capacity left).
  @Test func theyAreShortestPathsThroughStates() throws {
    var random = SeededRandom(seed: 83)
    for _ in 0..<20 {
      let (count, capacity) = (12, Int.random(in: 0...40, using: &random))
      let weights = (0..<count).map { _ in Int.random(in: 0...12, using: &random) }
      let costs = Self.eighths(count, -80...10, &random)
      var (arcs, arcCosts) = ([(tail: Int, head: Int)](), [Double]())
      for item in 0..<count {
        for rest in 0...capacity {
          let state = item * (capacity + 1) + rest
          arcs.append((state, state + capacity + 1))
          arcCosts.append(0)
          guard weights[item] <= rest else { continue }
          arcs.append((state, state + capacity + 1 - weights[item]))
          arcCosts.append(costs[item])
        }
      }
      let end = (count + 1) * (capacity + 1)
      for rest in 0...capacity {
        arcs.append((end - 1 - rest, end))
        arcCosts.append(0)
      }
      let graph = try DirectedGraph(nodeCount: end + 1, arcs: arcs)
      let path = try ShortestPath(graph, from: capacity, to: end).solve(arcCosts)
      let solution = try Knapsack(weights: weights, capacity: capacity).solve(costs)
      #expect(solution.value == path.value && solution.dualityGap == 0)
    }
  }

  @Test(arguments: [(40, 7), (200, 1000), (3, 5000)])
  func theCertificateHoldsAtAnySize(count: Int, capacity: Int) throws {
    var random = SeededRandom(seed: 84)
    let weights = (0..<count).map { _ in Int.random(in: 0...capacity / 2, using: &random) }
    let costs = (0..<3 * count).map { _ in Double.random(in: -1..<0.1, using: &random) }
    let problem = Knapsack(weights: weights, capacity: capacity)
    for solution in try problem.solve(costs, batch: 3) {
      let rounding = Double(count) * .ulpOfOne * abs(solution.value)
      #expect(solution.dualityGap <= rounding && solution.value < 0)
      let potentials = solution.potentials
      let states = potentials.count / (count + 1)
      #expect(abs(potentials[states - 1] - solution.value) <= rounding)
      #expect(potentials.suffix(states).allSatisfy { $0 == 0 })
    }
    let floats = try problem.solve(costs.map { Float($0) }, batch: 3)
    let same = try problem.solve(costs.map { Double(Float($0)) }, batch: 3)
    #expect(Array(floats) == Array(same))
  }

  /// From the last item to the first, what can be left out is.
  @Test func tiesLeaveOutTheLastItems() throws {
    let problem = Knapsack(weights: [2, 2, 2, 4], capacity: 4)
    let solution = try problem.solve([-1, -1, -1, -2])
    #expect(solution.items == [0, 1] && solution.value == -2 && !solution.isUnique)
    #expect(try problem.solve([0, 0, 0, 0]).items == [])
    #expect(try problem.solve([-1, 1, 3, Double.infinity]).isUnique)
  }

  @Test func sizesWithoutChoices() throws {
    let none = try Knapsack(weights: [], capacity: 5).solve([Double]())
    #expect(none.value == 0 && none.items == [] && none.dualityGap == 0 && none.isUnique)
    let full = try Knapsack(weights: [0, 1], capacity: 0).solve([-1, -1])
    #expect(full.items == [0] && full.value == -1)
    // As much of the capacity as all items need.
    let roomy = try Knapsack(weights: [2, 3], capacity: .max).solve([-1, -4])
    #expect(roomy.items == [0, 1] && roomy.weight == 5 && roomy.potentials.count == 3 * 6)
    let heavy = try Knapsack(weights: [.max, 1, .max], capacity: 3).solve([-9, -1, -9])
    #expect(heavy.items == [1] && heavy.dualityGap == 0)
  }

  @Test func badInputIsRefused() throws {
    let negative = CombinatorialError.Reason.invalidOption(
      "weight of item 1", value: -2, expected: "at least 0")
    #expect(throws: CombinatorialError(negative)) {
      try Knapsack(weights: [1, -2], capacity: 3).solve([1, 1])
    }
    #expect(
      throws: CombinatorialError(.invalidOption("capacity", value: -1, expected: "at least 0"))
    ) { try Knapsack(weights: [1], capacity: -1).solve([1]) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "2 costs, one for each item", found: "3")
    ) { try Knapsack(weights: [1, 2], capacity: 1).solve([1, 1, 1]) }
    #expect(
      throws: CombinatorialError.sizeOverflow(
        "a knapsack of 2 items and a capacity of \(Int.max)")
    ) { try Knapsack(weights: [.max, .max], capacity: .max).solve([1, 1]) }
    let problem = Knapsack(weights: [1, 1], capacity: 1)
    for threads in [1, 2] {
      var costs = [Double](repeating: -1, count: 2 * 60_000)
      costs[2 * 50_000] = -.infinity
      costs[2 * 40_000 + 1] = -.infinity
      var problem = problem
      problem.maxThreads = threads
      let reason = CombinatorialError.Reason.invalidCostAt(position: 1, value: -.infinity)
      #expect(throws: CombinatorialError(reason, item: 40_000)) {
        try problem.solve(costs, batch: 60_000)
      }
    }
    let greatest = CombinatorialError.Reason.invalidCostAt(position: 0, value: .infinity)
    #expect(throws: CombinatorialError(greatest, item: 0)) {
      try problem.maximum.solve([Double.infinity, 1])
    }
  }

  @Test func magnitudesFarApart() throws {
    let problem = Knapsack(weights: [1, 1, 1], capacity: 2)
    let solution = try problem.solve([-1e300, -1e-300, -2e-300])
    #expect(solution.value == -1e300 && solution.dualityGap == 0)
    #expect(try problem.solve([-1e-300, -3e-300, -2e-300]).items == [1, 2])
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try problem.solve([-1e308, -1e308, -0.5])
    }
    let large = -Float.greatestFiniteMagnitude
    #expect(try problem.solve([large, large, large]).value == 2 * Double(large))
  }
}
