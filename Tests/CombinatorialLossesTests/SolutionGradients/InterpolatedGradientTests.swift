import CombinatorialLosses
import Testing

struct InterpolatedGradientTests {
  /// (u_lambda - u*) / lambda with both solutions found by enumeration.
  @Test(arguments: [0.1, 1, 20] as [Float])
  func theGradientIsItsDefinition(lambda: Float) throws {
    var random = SeededGenerator(seed: 31)
    let costs = try Tensor.random(normal: [30, 4, 4], using: &random).requiringGradient()
    let cotangent = try Tensor.random(normal: [30, 4, 4], using: &random)
    let solution = try Assignment().solution(costs, gradient: .interpolated(lambda: lambda))
    let gradient = try solution.gradients(of: [costs], cotangent: cotangent)[0]
    let oracle = EnumeratedAssignment(4)
    for item in 0..<30 {
      let point = costs.item(item, count: 16)
      let moved = zip(point, cotangent.item(item, count: 16)).map { $0 + Double(lambda) * $1 }
      let expected = zip(oracle.solution(moved), oracle.solution(point)).map {
        Double(($0 - $1) / lambda)
      }
      #expect(gradient.item(item, count: 16) == expected, "item \(item)")
    }
    #expect(gradient.scalars.contains { $0 != 0 })
  }

  /// For a linear loss it is the exact gradient of (z*(c + lambda g) - z*(c)) / lambda.
  @Test func itIsTheGradientOfADifferenceOfValues() throws {
    var random = SeededGenerator(seed: 32)
    let costs = try Tensor.random(uniform: [6, 5, 5], using: &random).requiringGradient()
    let weights = try Tensor.random(normal: [6, 5, 5], using: &random)
    let solution = try Assignment().solution(costs, gradient: .interpolated(lambda: 2))
    let interpolated = try (solution * weights).sum().gradients(of: [costs])[0]
    let values =
      try Assignment().optimalValue(costs + weights * 2) - Assignment().optimalValue(costs)
    #expect(try (values / 2).sum().gradients(of: [costs])[0].scalars == interpolated.scalars)
  }

  /// A step against the gradient brings the solution to the one that the loss prefers: the sign.
  @Test func aStepDescends() throws {
    let costs = try Tensor([1, 2, 2, 1.5], shape: [2, 2]).requiringGradient()
    let target = try Tensor([0, 1, 1, 0], shape: [2, 2])
    let solution = try Assignment().solution(costs, gradient: .interpolated(lambda: 5))
    #expect(solution.scalars == [1, 0, 0, 1])
    let loss = try (solution - target).pow(2).sum()
    let gradient = try loss.gradients(of: [costs])[0]
    #expect(gradient.scalars == [-0.2, 0.2, 0.2, -0.2])
    let moved = try costs - gradient * 5
    #expect(try Assignment().optimum(moved).solution.scalars == target.scalars)
  }

  @Test(arguments: [0, -1, .nan, .infinity] as [Float])
  func lambdaIsPositive(lambda: Float) throws {
    #expect {
      try InterpolatedGradient(lambda: lambda)
    } throws: { error in
      guard case .notPositive("lambda", let value)? = error as? SolutionGradientError else {
        return false
      }
      return value == lambda || (value.isNaN && lambda.isNaN)
    }
  }

  @Test func costsMovedOutOfRangeAreRefused() throws {
    let costs = try Tensor([1, 2, 3, 4], shape: [2, 2]).requiringGradient()
    let solution = try Assignment().solution(costs, gradient: .interpolated(lambda: 20))
    let cotangent = try Tensor([0, 3e38, 0, 0], shape: [2, 2])
    let reason = SolutionGradientError.notFinite(
      quantity: "costs + lambda * cotangent", batch: 0, position: 1, value: .infinity)
    let expected = TensorError.pullbackFailed(
      operation: "interpolatedSolution", reason: reason.description)
    #expect(throws: expected) { try solution.gradients(of: [costs], cotangent: cotangent) }
  }
}
