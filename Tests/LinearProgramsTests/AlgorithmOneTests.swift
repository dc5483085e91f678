import CombinatorialLosses
import LinearPrograms
import Testing

/// Algorithm 1 of "Differentiable Combinatorial Losses through Generalized Gradients of Linear
/// Programs", line by line: a network predicts a linear program, the loss is a nonlinear function h of
/// its optimal value, and training needs one solver run a step.
struct AlgorithmOneTests {
  /// F(x; beta): the network's output, `[batch, 3]`.
  private func network(_ x: Tensor, _ beta: Tensor) throws -> Tensor {
    try x.matmul(beta)
  }

  /// g(chi, y): the program that the output and the labels define. Three suppliers with predicted
  /// prices serve two customers; supplier 0 reaches both, what it delivers to a customer depends on its
  /// predicted yield. Demand is the label.
  private func program(
    _ chi: Tensor, _ y: Tensor
  ) throws -> (costs: Tensor, constraints: Tensor, bounds: Tensor) {
    let batch = chi.shape[0]
    let costs = try chi.exp() + Tensor([0.5, 0.5, 0.5], shape: [3])
    let yields = try chi.sigmoid().reshaped([batch, 1, 3]) + Tensor(0.5)
    let mask = try Tensor([1, 1, 0, 1, 0, 1], shape: [2, 3])
    return (costs, try yields * mask, y)
  }

  /// h(z*): squared distance of the cost from a target of 2.
  private func loss(_ z: Tensor) throws -> Tensor {
    let distance = z - 2
    return try (distance * distance).mean()
  }

  @Test func trainingThroughALinearProgram() throws {
    var random = SeededGenerator(seed: 1)
    let x = try Tensor.random(normal: [6, 4], using: &random)
    let y = try Tensor.random(uniform: [6, 2], in: 0.5...1.5, using: &random)
    var beta = try Tensor.random(normal: [4, 3], standardDeviation: 0.3, using: &random)
    var losses: [Float] = []
    for _ in 0..<40 {
      let parameters = beta.requiringGradient()
      let chi = try network(x, parameters)  // line 2
      let (c, A, b) = try program(chi, y)  // line 3
      let z = try LinearProgram().optimalValue(costs: c, constraints: A, bounds: b)  // line 4
      let L = try loss(z)  // line 5
      let gradient = try L.gradients(of: [parameters])[0]  // lines 6 to 9
      beta = try beta - gradient * 0.05
      losses.append(try L.item())  // line 10
    }
    #expect(losses[39] < 0.2 * losses[0])
  }

  @Test func theGradientOfTheWholeLossAgreesWithDifferences() throws {
    var random = SeededGenerator(seed: 2)
    let x = try Tensor.random(normal: [3, 4], using: &random)
    let y = try Tensor.random(uniform: [3, 2], in: 0.5...1.5, using: &random)
    let beta = try Tensor.random(normal: [4, 3], standardDeviation: 0.3, using: &random)
    let report = try GradientCheck.centralDifferences(
      of: { inputs in
        let (c, A, b) = try program(try network(x, inputs[0]), inputs[1])
        return try loss(
          try LinearProgram().optimalValue(costs: c, constraints: A, bounds: b))
      }, at: [beta, y], step: 0x1p-8)
    #expect(report.passes(), "\(report)")
  }
}
