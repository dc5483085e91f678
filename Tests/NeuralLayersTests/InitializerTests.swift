import DifferentiableTensor
import NeuralLayers
import Testing

/// Variances for a weight [60, 40, 3, 3]: fanIn = 40 * 9 = 360, fanOut = 60 * 9 = 540.
private let variances: [(Initializer, Double)] = [
  (.kaimingNormal(.input), 2.0 / 360), (.kaimingNormal(.output), 2.0 / 540),
  (.kaimingUniform(.input), 2.0 / 360), (.kaimingUniform(.output), 2.0 / 540),
  (.xavierNormal, 2.0 / 900), (.xavierUniform, 2.0 / 900), (.fanInUniform, 1.0 / 1080),
  (.normal(standardDeviation: 3), 9), (.uniform(bound: 3), 3),
]

@Suite struct InitializerTests {
  @Test("draws with the variance it promises", arguments: variances)
  func variance(initializer: Initializer, expected: Double) throws {
    var generator = SeededGenerator(seed: 71)
    let scalars = try initializer([60, 40, 3, 3], using: &generator).scalars.map { Double($0) }
    let count = Double(scalars.count)
    let mean = scalars.reduce(0, +) / count
    let variance = scalars.reduce(0) { $0 + $1 * $1 } / count
    // 21,600 draws: the mean is within 5 standard errors, the variance within 5 of a normal's
    // sqrt(2 / count).
    #expect(abs(mean) < 5 * (expected / count).squareRoot())
    #expect(abs(variance / expected - 1) < 5 * (2 / count).squareRoot())
    let bound = (3 * expected).squareRoot()
    switch initializer {
    case .normal, .kaimingNormal, .xavierNormal:
      #expect(scalars.contains { abs($0) > bound }, "a normal distribution has tails")
    default:
      #expect(scalars.allSatisfy { abs($0) <= bound * 1.000001 })
    }
  }

  @Test func constantsAndSeeds() throws {
    var generator = SeededGenerator(seed: 72)
    #expect(try Initializer.constant(0.25)([3], using: &generator).scalars == [0.25, 0.25, 0.25])
    var again = generator
    let first = try Initializer.xavierNormal([4, 5], using: &generator).scalars
    #expect(try Initializer.xavierNormal([4, 5], using: &again).scalars == first)
    #expect(throws: TensorError.self) { try Initializer.xavierNormal([4], using: &generator) }
  }
}
