import CombinatorialLosses
import Foundation
import TestSupport
import Testing

/// With Z standard normal, the diagonal of a 2 x 2 problem is chosen if
/// c00 + c11 + sigma (Z00 + Z11) < c01 + c10 + sigma (Z01 + Z10): with probability Phi(-delta / 2 sigma) for
/// delta = c00 + c11 - c01 - c10.
struct TwoByTwo {
  let delta, sigma: Double

  private var argument: Double { -delta / (2 * sigma) }
  var probability: Double { erfc(-argument / 2.0.squareRoot()) / 2 }
  var density: Double { exp(-argument * argument / 2) / (2 * Double.pi).squareRoot() }
  /// d probability / d c00.
  var slope: Double { -density / (2 * sigma) }
  /// E min(a, b) for a - b of mean delta and standard deviation 2 sigma, less b's mean.
  var valueBeyondAntidiagonal: Double { delta * probability - 2 * sigma * density }
}

struct PerturbedProblemTests {
  private let costs: [Float] = [0.5, 0.3, 0.2, 0.4]

  /// 20,000 draws: the standard error of a probability is at most 0.0036, that of the lesser of two sums of
  /// two costs at most sqrt(2 / 20000) sigma = 0.01.
  @Test(arguments: [0.2, 1] as [Float])
  func theMeanSolutionTendsToTheExactExpectation(sigma: Float) throws {
    let exact = TwoByTwo(delta: 0.4, sigma: Double(sigma))
    let perturbed = try Assignment().perturbed(samples: 20_000, sigma: sigma, seed: 91)
    let tensor = try Tensor(costs, shape: [2, 2])
    let solution = try perturbed.solution(tensor)
    let p = exact.probability
    expectNear(solution.scalars, [p, 1 - p, 1 - p, p], tolerance: 0.014)
    let value = try perturbed.optimalValue(tensor)
    expectNear(value.scalars, [0.5 + exact.valueBeyondAntidiagonal], tolerance: 0.03)
  }

  /// dL/dc of L = g.u by the exact probability.
  @Test func theScoreGradientTendsToTheExactOne() throws {
    let exact = TwoByTwo(delta: 0.4, sigma: 0.5)
    let perturbed = try Assignment().perturbed(samples: 20_000, sigma: 0.5, seed: 92)
    let tensor = try Tensor(costs, shape: [2, 2]).requiringGradient()
    let cotangent = try Tensor([3, -1, 2, 0.5], shape: [2, 2])
    let gradient = try perturbed.solution(tensor)
      .gradients(of: [tensor], cotangent: cotangent)[0]
    let slope = (3 + 0.5 - (-1 + 2)) * exact.slope
    // Each weighted draw has a standard deviation below 2.5 / sigma = 5; 20,000 of them: 0.036.
    expectNear(gradient.scalars, [slope, -slope, -slope, slope], tolerance: 0.12)
  }

  /// The estimate itself, from the same noise and enumerated solutions, for a batch.
  @Test(arguments: [1, 2, 13])
  func theScoreGradientIsItsFormula(samples: Int) throws {
    var random = SeededGenerator(seed: 93)
    let costs = try Tensor.random(normal: [2, 3, 3], using: &random).requiringGradient()
    let cotangent = try Tensor.random(normal: [2, 3, 3], using: &random)
    let sigma = 0.75
    let perturbed = try Assignment().perturbed(samples: samples, sigma: Float(sigma), seed: 94)
    let solution = try perturbed.solution(costs)
    let gradient = try solution.gradients(of: [costs], cotangent: cotangent)[0]

    var generator = SeededGenerator(seed: 94)
    let draws = try (0..<samples).map { _ in
      try Tensor.random(normal: [2, 3, 3], using: &generator)
    }
    let oracle = EnumeratedAssignment(3)
    for item in 0..<2 {
      let (point, g) = (costs.item(item, count: 9), cotangent.item(item, count: 9))
      let noise = draws.map { $0.item(item, count: 9) }
      let solutions = noise.map { z in
        oracle.solution(zip(point, z).map { $0 + sigma * $1 })
      }
      let products = solutions.map { EnumeratedAssignment.objective(g, $0) }
      let count = Double(samples)
      let baseline = samples > 1 ? products.reduce(0, +) / count : 0
      // In double precision until the end, where a sum is rounded once.
      let expected = (0..<9).map { index in
        let terms = zip(products, noise).map {
          Rounded(($0 - baseline) * $1[index] / (sigma * max(1, count - 1)))
        }
        return Rounded.sum(terms, roundings: 1)
      }
      #expect(Rounded.excess(gradient.item(item, count: 9).map { Float($0) }, expected) <= 1)
      let mean = (0..<9).map { index in
        Float(solutions.reduce(0) { $0 + Double($1[index]) } / count)
      }
      #expect(solution.item(item, count: 9).map { Float($0) } == mean)
    }
  }

  /// The mean of optimal values is concave in the costs, with the mean solution as its gradient.
  @Test func theSolutionIsTheGradientOfTheValue() throws {
    var random = SeededGenerator(seed: 95)
    let costs = try Tensor.random(normal: [3, 3], using: &random).requiringGradient()
    let perturbed = try Assignment().perturbed(samples: 5, sigma: 1, seed: 96)
    let value = try perturbed.optimalValue(costs)
    let gradient = try value.gradients(of: [costs])[0]
    #expect(gradient.scalars == (try perturbed.solution(costs)).scalars)
    let report = try GradientCheck.directionalDerivatives(
      of: { try perturbed.optimalValue($0) }, at: costs, supergradient: gradient,
      along: GradientCheck.randomDirections(10, shape: [3, 3], seed: 97))
    #expect(report.passes(), "\(report)")
    let batch = try perturbed.optimalValue(costs.reshaped([1, 3, 3]))
    #expect(batch.shape == [1])
    #expect(
      try (batch * -3).sum().gradients(of: [costs])[0].scalars == gradient.scalars.map { -3 * $0 })
  }

  /// More scalars than are solved at a time: 300 samples of 64 x 64 numbers.
  @Test func samplesInSeveralCallsAreTheSameSamples() throws {
    struct Least: PrimalProblem {
      let costRank = 1
      func solve(_ costs: Tensor) throws -> PrimalSolution {
        let least = costs.withUnsafeScalars { costs in
          costs.indices.min { costs[$0] < costs[$1] } ?? 0
        }
        return PrimalSolution(value: Double(costs.scalars[least]), chosen: [least])
      }
    }
    let costs = try Tensor.zeros([4096])
    let samples = 300
    let solution = try Least().perturbed(samples: samples, sigma: 1, seed: 98).solution(costs)
    var generator = SeededGenerator(seed: 98)
    var expected = [Float](repeating: 0, count: 4096)
    for _ in 0..<samples {
      let noise = try Tensor.random(normal: [4096], using: &generator).scalars
      expected[noise.indices.min { noise[$0] < noise[$1] } ?? 0] += 1
    }
    #expect(solution.scalars == expected.map { $0 / Float(samples) })
  }

  @Test func theSeedDecides() throws {
    let costs = try Tensor.zeros([6, 4, 4])
    var perturbed = try Assignment().perturbed(samples: 3, sigma: 1, seed: 1)
    let solution = try perturbed.solution(costs)
    let first = solution.scalars
    #expect(try perturbed.solution(costs).scalars == first)
    // Each item of a batch has noise of its own.
    let items = Set((0..<6).map { solution.item($0, count: 16) })
    #expect(items.count == 6)
    perturbed.seed = 2
    #expect(try perturbed.solution(costs).scalars != first)
  }

  @Test func badParametersAreRefused() throws {
    #expect(throws: SolutionGradientError.tooFewSamples(0)) {
      try Assignment().perturbed(samples: 0, sigma: 1, seed: 1)
    }
    for sigma in [0, -1, Float.infinity] {
      #expect(throws: SolutionGradientError.notPositive(parameter: "sigma", value: sigma)) {
        try Assignment().perturbed(samples: 1, sigma: sigma, seed: 1)
      }
    }
    #expect(throws: CombinatorialError.self) {
      try Assignment().perturbed(samples: 1, sigma: 1, seed: 1).solution(Tensor.ones([3]))
    }
  }

  @Test(arguments: [
    (SolutionGradientError.tooFewSamples(-3), "expected at least 1 sample, found -3"),
    (.notPositive(parameter: "sigma", value: 0), "expected a positive, finite sigma, found 0.0"),
    (
      .notFinite(quantity: "the cotangent", batch: 2, position: 5, value: -.infinity),
      "the cotangent at position 5 of batch item 2 is -inf; expected a finite number"
    ),
  ])
  func errorsSayWhatWasExpectedAndFound(error: SolutionGradientError, text: String) {
    #expect(error.description == text)
  }
}
