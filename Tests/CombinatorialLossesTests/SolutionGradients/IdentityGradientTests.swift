import CombinatorialLosses
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

  /// NumPy, with w = c - c.mean() or c, n = linalg.norm(w) or 1, p = w / n:
  /// h = (g - p * (p @ g)) / n or g; -(h - h.mean()) or -h.
  @Test(arguments: [
    (CostProjection.none, [-1.0, 2.0, -0.5, 0, -3.0, 1.0]),
    (.zeroMean, [-0.75, 2.25, -0.25, 0.25, -2.75, 1.25]),
    (
      .unitNorm,
      [
        -0.18901717051233394, 0.35745585875114766, 0.04954079065847462, 0.28809875182928324,
        -0.6287869583575626, 0.18901717051233394,
      ]
    ),
    (
      .zeroMeanUnitNorm,
      [
        -0.22806073993483222, 0.3835483051373657, 0.04856678105494805, 0.3251943020447284,
        -0.725177753622742, 0.19592910532053204,
      ]
    ),
  ])
  func projectionsAgreeWithNumPy(projection: CostProjection, expected: [Double]) throws {
    // Twice the costs as a second item: a projection that mixed the items would show.
    let batch = try Tensor(costs + costs.map { $0 * 2 }, shape: [2, 2, 3]).requiringGradient()
    let solution = try Least().solution(batch, gradient: .identity(projection: projection))
    #expect(solution.scalars == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    let gradient = try solution.gradients(
      of: [batch], cotangent: Tensor(cotangent + cotangent, shape: [2, 2, 3]))[0].scalars
    expectNear(Array(gradient.prefix(6)), expected, tolerance: 1e-6)
    let isScaled = projection == .unitNorm || projection == .zeroMeanUnitNorm
    let second = expected.map { isScaled ? $0 / 2 : $0 }
    expectNear(Array(gradient.suffix(6)), second, tolerance: 1e-6)
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
      #expect(abs(try gradient.sum().item()) < 1e-5, "trial \(trial)")
      #expect(abs(try (gradient * costs).sum().item()) < 1e-5, "trial \(trial)")
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
    expectNear(gradient.scalars, [-0.75, 2.25, -0.25, 0.25, -2.75, 1.25], tolerance: 1e-6)
  }
}
