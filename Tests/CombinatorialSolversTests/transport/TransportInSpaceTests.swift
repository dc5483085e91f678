import CombinatorialSolvers
import TestSupport
import Testing

struct TransportInSpaceTests {
  /// The matrix that the solver never stores.
  static func distances(
    _ sources: [Double], _ targets: [Double], dimensions: Int, _ metric: TransportInSpace.Metric
  ) -> [Double] {
    stride(from: 0, to: sources.count, by: dimensions).flatMap { x in
      stride(from: 0, to: targets.count, by: dimensions).map { y in
        let differences = (0..<dimensions).map { sources[x + $0] - targets[y + $0] }
        return switch metric {
        case .squaredEuclidean: differences.reduce(0) { $0 + $1 * $1 }
        case .euclidean: differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .manhattan: differences.reduce(0) { $0 + abs($1) }
        }
      }
    }
  }

  private struct Instance {
    let dimensions: Int
    let sources, targets, supply, demand: [Double]

    init(_ rows: Int, _ columns: Int, dimensions: Int, seed: UInt64) {
      var random = SeededRandom(seed: seed)
      func numbers(_ count: Int) -> [Double] {
        (0..<count).map { _ in .random(in: -1...1, using: &random) }
      }
      self.dimensions = dimensions
      (sources, targets) = (numbers(rows * dimensions), numbers(columns * dimensions))
      supply = numbers(rows).map { abs($0) }
      let wanted = numbers(columns).map { abs($0) }
      let scale = supply.reduce(0, +) / wanted.reduce(0, +)
      demand = wanted.map { $0 * scale }
    }
  }

  @Test(arguments: TransportInSpace.Metric.allCases, [1, 2, 3, 17])
  func answersAsTransportOfTheMatrix(metric: TransportInSpace.Metric, dimensions: Int) throws {
    for seed in 0..<20 as Range<UInt64> {
      let p = Instance(
        1 + Int(seed) * 2, 40 - Int(seed), dimensions: dimensions, seed: 100 + seed)
      let solution = try TransportInSpace(metric: metric).solve(
        sources: p.sources, targets: p.targets, dimensions: dimensions, supply: p.supply,
        demand: p.demand)
      let expected = try Transport().solve(
        Self.distances(p.sources, p.targets, dimensions: dimensions, metric), supply: p.supply,
        demand: p.demand)
      #expect(solution == expected)
      #expect(solution.dualityGap == expected.dualityGap)
      #expect(solution.dualViolation == expected.dualViolation)
    }
  }

  @Test(arguments: TransportInSpace.Metric.allCases)
  func gradientPassesACheck(metric: TransportInSpace.Metric) throws {
    let p = Instance(7, 9, dimensions: 3, seed: 5)
    let problem = TransportInSpace(metric: metric)
    func value(_ sources: [Double], _ targets: [Double]) throws -> Double {
      try problem.solve(
        sources: sources, targets: targets, dimensions: 3, supply: p.supply, demand: p.demand
      ).value
    }
    let (optimum, gradient) = try problem.valueAndGradient(
      sources: p.sources, targets: p.targets, dimensions: 3, supply: p.supply, demand: p.demand)
    #expect(try optimum == value(p.sources, p.targets))
    // The second derivatives of the distances of what is matched here are below 1e3, and the plan stays.
    let step = 1e-6
    for k in p.sources.indices {
      var (ahead, behind) = (p.sources, p.sources)
      ahead[k] += step
      behind[k] -= step
      let slope = try (value(ahead, p.targets) - value(behind, p.targets)) / (2 * step)
      #expect(abs(slope - gradient.sources[k]) <= 1e-8)
    }
    for k in p.targets.indices {
      var (ahead, behind) = (p.targets, p.targets)
      ahead[k] += step
      behind[k] -= step
      let slope = try (value(p.sources, ahead) - value(p.sources, behind)) / (2 * step)
      #expect(abs(slope - gradient.targets[k]) <= 1e-8)
    }
    #expect(
      zip(p.supply, gradient.supply).reduce(-optimum / 2) { $0 + $1.0 * $1.1 }.magnitude <= 1e-14)
  }

  /// A step in any direction changes the value by the derivative of the greatest plan at most: here each source
  /// lies on its target, from which the distance grows either way, and the gradient is the 0 between.
  @Test(arguments: [TransportInSpace.Metric.euclidean, .manhattan])
  func gradientIsZeroBetweenTheSlopesOfAKink(metric: TransportInSpace.Metric) throws {
    let points: [Double] = [0, 0, 3, 4]
    let problem = TransportInSpace(metric: metric)
    let (value, gradient) = try problem.valueAndGradient(
      sources: points, targets: points, dimensions: 2, supply: [1, 2], demand: [1, 2])
    #expect(value == 0)
    #expect(gradient.sources == [0, 0, 0, 0] && gradient.targets == [0, 0, 0, 0])
    for step in [0.125, -0.125] {
      var moved = points
      moved[2] += step
      let solution = try problem.solve(
        sources: moved, targets: points, dimensions: 2, supply: [1, 2], demand: [1, 2])
      #expect(solution.value == 2 * abs(step))
    }
  }

  @Test func batchesAreTheirProblems() throws {
    let (p, q) = (
      Instance(5, 4, dimensions: 2, seed: 1), Instance(3, 6, dimensions: 2, seed: 2)
    )
    // Padding is never read.
    func padded(_ numbers: [Double], to count: Int) -> [Double] {
      numbers + [Double](repeating: .nan, count: count - numbers.count)
    }
    let problem = TransportInSpace(metric: .euclidean)
    let (sources, targets) = (
      padded(p.sources, to: 10) + padded(q.sources, to: 10),
      padded(p.targets, to: 12) + padded(q.targets, to: 12)
    )
    let (supply, demand) = (
      padded(p.supply, to: 5) + padded(q.supply, to: 5),
      padded(p.demand, to: 6) + padded(q.demand, to: 6)
    )
    let batch = try problem.solve(
      sources: sources, targets: targets, dimensions: 2, supply: supply, demand: demand, batch: 2,
      rowCounts: [5, 3], columnCounts: [4, 6])
    let (values, gradient) = try problem.valuesAndGradient(
      sources: sources, targets: targets, dimensions: 2, supply: supply, demand: demand, batch: 2,
      rowCounts: [5, 3], columnCounts: [4, 6])
    for (item, p) in [p, q].enumerated() {
      let alone = try problem.solve(
        sources: p.sources, targets: p.targets, dimensions: 2, supply: p.supply, demand: p.demand)
      let own = try problem.valueAndGradient(
        sources: p.sources, targets: p.targets, dimensions: 2, supply: p.supply, demand: p.demand)
      #expect(batch[item] == alone)
      let byPositions = try #require(batch[item].positionGradient)
      #expect(byPositions == (own.gradient.sources, own.gradient.targets))
      #expect(values[item] == alone.value)
      #expect(
        Array(gradient.sources[item * 10..<(item + 1) * 10])
          == own.gradient.sources + .init(repeating: 0, count: 10 - p.sources.count))
      #expect(
        Array(gradient.targets[item * 12..<(item + 1) * 12])
          == own.gradient.targets + .init(repeating: 0, count: 12 - p.targets.count))
    }
  }

  @Test func floatsAreTheirDoubles() throws {
    let p = Instance(8, 8, dimensions: 2, seed: 3)
    let (sources, targets) = (p.sources.map { Float($0) }, p.targets.map { Float($0) })
    let masses = [Float](repeating: 0.125, count: 8)
    let solution = try TransportInSpace().solve(
      sources: sources, targets: targets, dimensions: 2, supply: masses, demand: masses)
    let expected = try TransportInSpace().solve(
      sources: sources.map { Double($0) }, targets: targets.map { Double($0) }, dimensions: 2,
      supply: masses.map { Double($0) }, demand: masses.map { Double($0) })
    #expect(solution.value == expected.value && solution.plan == expected.plan)
  }

  @Test func whatIsNoProblemIsRefused() throws {
    func solve(
      _ sources: [Double], _ targets: [Double], _ dimensions: Int, _ supply: [Double] = [1],
      batch: Int = 1
    ) throws {
      _ = try TransportInSpace().solve(
        sources: sources, targets: targets, dimensions: dimensions, supply: supply,
        demand: supply, batch: batch)
    }
    for (value, coordinate) in [(Double.nan, 0), (.infinity, 1), (-0x1.8p500, 0)] {
      let error = try #require(throws: CombinatorialError.self) {
        try solve(coordinate == 0 ? [value, 0] : [0, value], [0, 0], 2)
      }
      guard case .invalidOption(let name, let found, _) = error.reason else {
        Issue.record("\(error)")
        continue
      }
      #expect(name == "coordinate \(coordinate) of source 0 of batch item 0")
      #expect(found == value || (found.isNaN && value.isNaN))
    }
    for (sources, targets, dimensions, batch) in [
      ([0.0, 0, 0], [0.0, 0], 2, 1), ([0, 0], [0, 0, 0], 2, 1), ([0], [0], 0, 1),
      ([0, 0, 0], [0, 0, 0], 1, 2), ([0], [0], 1, -1),
    ] {
      let error = try #require(throws: CombinatorialError.self) {
        try solve(sources, targets, dimensions, batch: batch)
      }
      guard case .shapeMismatch = error.reason else {
        Issue.record("\(error)")
        continue
      }
    }
    let error = try #require(throws: CombinatorialError.self) {
      try solve([0, 0], [0], 1, [1, 1])
    }
    guard case .shapeMismatch = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  /// Coordinates at the limit, whose costs only exact arithmetic adds up.
  @Test func coordinatesMayBeAsGreatAsTheirSquaresAllow() throws {
    let far = 0x1p500
    let solution = try TransportInSpace().solve(
      sources: [far, 0], targets: [0, far], dimensions: 1, supply: [1, 1], demand: [1, 1])
    #expect(solution.value == 0)
    #expect(solution.dualityGap == 0)
    #expect(solution.plan.map { [$0.row, $0.column] } == [[0, 1], [1, 0]])
  }
}
