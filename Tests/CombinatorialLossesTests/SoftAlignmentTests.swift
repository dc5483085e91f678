import CombinatorialLosses
import Foundation
import TestSupport
import Testing

struct SoftAlignmentTests {
  private let rules: [Alignment] = [
    Alignment(), Alignment(gapFactor: 0.75), Alignment(gapCost: 1), .timeWarping(),
    .timeWarping(band: 1),
  ]

  /// The sum over all paths, one by one.
  private func reference(
    _ costs: [Double], rows: Int, columns: Int, _ problem: SoftAlignment
  ) -> Double {
    let gaps: AlignmentGaps =
      switch problem.alignment.gaps {
      case .factor(let factor): .factor(factor)
      case .cost(let cost):
        .costs(
          rows: .init(repeating: cost, count: rows), columns: .init(repeating: cost, count: columns)
        )
      case .timeWarping(let band): .timeWarping(band: band ?? 1000)
      }
    return ExhaustiveAlignment(costs, rows: rows, columns: columns, gaps: gaps)
      .softValue(temperature: problem.temperature)
  }

  /// What cl_alignment.h promises of a value: 8 n A 2^-52 with n = rows + columns and A = n (greatest
  /// magnitude of a price + t log 3); no rule here has prices above 1.5 times
  /// its costs and 1. Sums over paths are as close.
  private func valueBound(
    _ costs: [Double], _ rows: Int, _ columns: Int, _ temperature: Double
  ) -> Double {
    let (n, price) = (Double(rows + columns), costs.reduce(1) { max($0, 1.5 * abs($1)) })
    return 8 * n * n * (price + temperature * log(3)) * 0x1p-52
  }

  @Test(arguments: 0..<5, [0.1, 1, 10])
  func isTheSoftMinimumOverAllPaths(rule: Int, temperature: Double) throws {
    var random = SeededRandom(seed: 81)
    let problem = SoftAlignment(temperature: temperature, alignment: rules[rule])
    for (rows, columns) in [(1, 1), (1, 4), (4, 1), (3, 3), (4, 5), (5, 3)] {
      for family in [AlignmentFamily.uniform, .signed, .ties] {
        let costs = family.costs(rows: rows, columns: columns, using: &random)
        let expected = reference(costs, rows: rows, columns: columns, problem)
        let found = try problem.solve(costs, rows: rows, columns: columns)
        let bound = 2 * valueBound(costs, rows, columns, temperature)
        #expect(abs(found.value - expected) <= bound, "\(rows)x\(columns)")
      }
    }
  }

  @Test(arguments: 0..<5)
  func tendsToTheHardAlignment(rule: Int) throws {
    var random = SeededRandom(seed: 82)
    for (rows, columns) in [(5, 5), (17, 9), (20, 33)] {
      let costs = AlignmentFamily.uniform.costs(rows: rows, columns: columns, using: &random)
      let hard = try rules[rule].solve(costs, rows: rows, columns: columns)
      var last = Double.infinity
      for temperature in [1, 0.1, 0.01, 1e-4, 1e-6] {
        let soft = try SoftAlignment(temperature: temperature, alignment: rules[rule])
          .solve(costs, rows: rows, columns: columns)
        let distance = hard.value - soft.value
        let bound = valueBound(costs, rows, columns, temperature)
        #expect(distance >= -bound && distance <= last + 2 * bound)
        // There are fewer than 3^(rows + columns) paths.
        #expect(distance <= temperature * Double(rows + columns) * log(3) + bound)
        last = distance
        if temperature == 1e-6, hard.isUnique {
          // Others cost 2^-12 more at least: their probabilities are below exp(-200). What is left is
          // the rounding of each node's probability, one move after the other.
          let rounding = 8 * Double(rows + columns) * 0x1p-52
          #expect(
            zip(soft.expectedPath, hard.gradient).allSatisfy {
              abs($0 - $1) <= rounding * max(1, $1)
            })
        }
      }
    }
  }

  @Test(arguments: 0..<5, [[3, 4], [2, 5, 3]])
  func gradientAgreesWithDifferences(rule: Int, shape: [Int]) throws {
    var random = SeededGenerator(seed: 83)
    let costs = try Tensor.random(uniform: shape, in: 0...3, using: &random)
    let problem = SoftAlignment(temperature: 0.5, alignment: rules[rule])
    let report = try GradientCheck.centralDifferences(
      of: { try problem.value($0[0]) }, at: [costs])
    #expect(report.passes(), "\(report)")
  }

  @Test func gapCostsAreDifferentiable() throws {
    var random = SeededGenerator(seed: 84)
    let costs = try Tensor.random(uniform: [2, 3, 4], in: 0...3, using: &random)
    let rows = try Tensor.random(uniform: [2, 3], in: 0.5...2, using: &random)
    let columns = try Tensor.random(uniform: [2, 4], in: 0.5...2, using: &random)
    let problem = SoftAlignment(temperature: 0.5, alignment: Alignment(gapCost: 1))
    let report = try GradientCheck.centralDifferences(
      of: { try problem.value($0[0], predictedGaps: $0[1], targetGaps: $0[2]) },
      at: [costs, rows, columns])
    #expect(report.passes(), "\(report)")
  }

  @Test func logitsAreDifferentiable() throws {
    var random = SeededGenerator(seed: 85)
    let logits = try Tensor.random(normal: [3, 4, 6], using: &random)
    let targets = (0..<15).map { _ in Int32.random(in: 0..<6, using: &random) }
    let problem = SoftAlignment(temperature: 0.7)
    let report = try GradientCheck.centralDifferences(
      of: { try softAlignmentLoss(logits: $0[0], targets: targets, alignment: problem) },
      at: [logits])
    #expect(report.passes(), "\(report)")
    // A small temperature t gives the hard loss: at most t log 3 a move less, and two sums of as many costs.
    let soft = try softAlignmentLoss(
      logits: logits, targets: targets, alignment: SoftAlignment(temperature: 1e-5))
    let hard = try alignmentLoss(logits: logits, targets: targets)
    let costs = RowTolerance(isFloat: true, columns: 6).logarithm
    #expect(
      zip(soft.scalars, hard.scalars).allSatisfy {
        Double(abs($0 - $1)) <= 1e-5 * 9 * log(3) + 2 * costs * (1.5 * 9 + Double($1))
      })
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    var scalars = [Float](repeating: 1, count: 2 * 3 * 3)
    let lengths = [(3, 2), (0, 0)].map { AlignmentLengths(predicted: $0.0, target: $0.1) }
    for cell in scalars.indices where cell >= 9 || cell % 3 == 2 { scalars[cell] = .nan }
    let costs = try Tensor(scalars, shape: [2, 3, 3]).requiringGradient()
    let values = try SoftAlignment(temperature: 1).value(costs, lengths: lengths)
    let gradient = try values.sum().gradients(of: [costs])[0].scalars
    #expect(zip(scalars, gradient).allSatisfy { $0.isNaN ? $1 == 0 : $1 > 0 })
  }

  /// Squared distances of two series: 0 for equal ones, positive otherwise.
  @Test func theDivergenceIsZeroForEqualSeries() throws {
    func distances(_ x: [Float], _ y: [Float]) throws -> Tensor {
      try Tensor(
        x.flatMap { x in y.map { (x - $0) * (x - $0) } }, shape: [x.count, y.count])
    }
    let problem = SoftAlignment(temperature: 0.5, alignment: .timeWarping())
    let (x, y): ([Float], [Float]) = ([0, 1, 3, 2, 5], [0, 2, 2, 4])
    let equal = try problem.divergence(
      cross: distances(x, x), first: distances(x, x), second: distances(x, x))
    let other = try problem.divergence(
      cross: distances(x, y), first: distances(x, x), second: distances(y, y))
    #expect(try equal.item() == 0)
    #expect(try other.item() > 0)
  }

  @Test func badInputIsNamed() {
    #expect(
      throws: CombinatorialError.invalidOption(
        "temperature", value: 0, expected: "a number greater than 0")
    ) { try SoftAlignment(temperature: 0).solve([1], rows: 1, columns: 1) }
    #expect(throws: CombinatorialError.infeasible(batch: 0)) {
      try SoftAlignment(temperature: 1).solve([.infinity], rows: 1, columns: 1)
    }
    #expect(
      throws: CombinatorialError.invalidCost(batch: 0, row: 0, column: 1, value: -.infinity)
    ) { try SoftAlignment(temperature: 1).solve([1, -.infinity], rows: 1, columns: 2) }
  }
}
