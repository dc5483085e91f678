import CombinatorialLosses
import TestSupport
import Testing

/// Picks the least of a grid's entries, whatever the rank.
private struct Least: PrimalProblem {
  let costRank = 2
  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let scalars = costs.scalars
    let best = scalars.indices.min { scalars[$0] < scalars[$1] } ?? 0
    return PrimalSolution(value: Double(scalars[best]), chosen: [best])
  }
}

struct IdentityGradientTests {
  private let costs: [Float] = [0.5, -1.25, 2.0, 3.5, 0.75, -0.5]
  private let cotangent: [Float] = [1, -2, 0.5, 0, 3, -1]

  /// With w = c - mean of c or c, n = |w| or 1 and p = w / n: h = (g - p (p.g)) / n or g; then
  /// -(h - mean of h) or -h.
  private func expected(
    _ costs: [Float], _ cotangent: [Float], _ projection: CostProjection
  ) -> [Rounded] {
    let count = Rounded(Double(costs.count))
    func centered(_ x: [Rounded]) -> [Rounded] {
      guard projection == .zeroMean || projection == .zeroMeanUnitNorm else { return x }
      let mean = Rounded.sum(x) / count
      return x.map { $0 - mean }
    }
    var h = cotangent.map { Rounded($0) }
    if projection == .unitNorm || projection == .zeroMeanUnitNorm {
      let w = centered(costs.map { Rounded($0) })
      let norm = Rounded.sum(w.map { $0 * $0 }).squareRoot()
      let p = w.map { $0 / norm }
      let along = Rounded.sum(zip(p, h).map { $0 * $1 })
      h = zip(h, p).map { ($0 - $1 * along) / norm }
    }
    return centered(h).map { Rounded(0.0) - $0 }
  }

  @Test(arguments: CostProjection.allCases)
  func projectionsFollowTheirFormula(projection: CostProjection) throws {
    // Twice the costs as a second item: a projection that mixed the items would show.
    let batch = try Tensor(costs + costs.map { $0 * 2 }, shape: [2, 2, 3]).requiringGradient()
    let solution = try Least().solution(batch, gradient: .identity(projection: projection))
    #expect(solution.scalars == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    let gradient = try solution.gradients(
      of: [batch], cotangent: Tensor(cotangent + cotangent, shape: [2, 2, 3]))[0].scalars
    for (item, scale) in [(0, 1), (1, 2)] as [(Int, Float)] {
      let expected = expected(costs.map { $0 * scale }, cotangent, projection)
      #expect(Rounded.excess(Array(gradient[item * 6..<item * 6 + 6]), expected) <= 1)
    }
  }

  /// The directions that leave an assignment as it is get no gradient: a constant, and a factor.
  @Test func theGradientIsOrthogonalToWhatTheSolutionIgnores() throws {
    var random = SeededGenerator(seed: 41)
    for trial in 0..<20 {
      let costs = try Tensor.random(normal: [4, 4], using: &random).requiringGradient()
      let cotangent = try Tensor.random(normal: [4, 4], using: &random)
      let solution = try Assignment().solution(
        costs, gradient: .identity(projection: .zeroMeanUnitNorm))
      let gradient = try solution.gradients(of: [costs], cotangent: cotangent)[0]
      // What the entries may be off by, and the rounding of the products and of the sum.
      let errors = expected(costs.scalars, cotangent.scalars, .zeroMeanUnitNorm).map(\.error)
      let magnitudes = zip(costs.scalars, gradient.scalars).map { Double(abs($0 * $1)) }
      let along = zip(errors, costs.scalars).reduce(0) { $0 + $1.0 * Double(abs($1.1)) }
      #expect(
        abs(Double(try gradient.sum().item())) <= 2 * errors.reduce(0, +), "trial \(trial)")
      #expect(
        abs(Double(try (gradient * costs).sum().item()))
          <= 2 * along + ErrorBound.dotProduct(terms: 2, magnitude: magnitudes.reduce(0, +)),
        "trial \(trial)")
      #expect(try (gradient * cotangent).sum().item() < 0, "trial \(trial)")
    }
  }

  /// Costs without a direction pass the gradient on, less its mean, instead of dividing by 0.
  @Test(arguments: [Float(0), 0.1, -7.3])
  func equalCostsDoNotDivideByZero(cost: Float) throws {
    let costs = try Tensor(repeating: cost, shape: [2, 3]).requiringGradient()
    let solution = try Least().solution(
      costs, gradient: .identity(projection: .zeroMeanUnitNorm))
    let gradient = try solution.gradients(
      of: [costs], cotangent: Tensor(cotangent, shape: [2, 3]))[0]
    #expect(gradient.scalars == [-0.75, 2.25, -0.25, 0.25, -2.75, 1.25])
  }
}
