import DifferentiableTensor
import Foundation
import NeuralLayers
import TestSupport
import Testing

/// Five steps from p = (1, -2) along g(p, t) = (0.5 p0 + 0.1 t, 0.3 p1 - 0.2), t = 0, 1, …
private func trajectory(_ optimizer: some Optimizer) throws -> [[Float]] {
  let parameter = Parameter("p", try Tensor([1, -2], shape: [2]))
  return try (0..<5).map { step in
    let p = parameter.value.scalars
    let gradient = try Tensor([0.5 * p[0] + 0.1 * Float(step), 0.3 * p[1] - 0.2], shape: [2])
    try optimizer.step([parameter], along: [gradient])
    return parameter.value.scalars
  }
}

/// The same from the formula of a step, with what rounding may do to it.
///
/// - Parameter rule: A step of p with gradient g at time t = 1, 2, …, with two numbers to remember.
private func path(
  _ rule: (_ p: inout Rounded, _ g: Rounded, _ t: Int, _ memory: inout (Rounded, Rounded)) -> Void
) -> [[Rounded]] {
  var (p, memory) = ([Rounded(1.0), Rounded(-2.0)], [(zero, zero), (zero, zero)])
  return (0..<5).map { step in
    let gradients = [
      number(0.5) * p[0] + number(0.1) * Rounded(Float(step)), number(0.3) * p[1] - number(0.2),
    ]
    for (index, gradient) in gradients.enumerated() {
      rule(&p[index], gradient, step + 1, &memory[index])
    }
    return p
  }
}

private let zero = Rounded(0.0)

/// A constant as `Float` has it.
private func number(_ value: Double) -> Rounded { Rounded(value).stored }

struct SGDCase: Sendable {
  var momentum, decay: Double
  var nesterov: Bool
}

@Suite struct OptimizerTests {
  /// g += wd p; v = mu v + g; p -= 0.1 (g + mu v, or without Nesterov v).
  @Test(
    "SGD follows its formula",
    arguments: [
      SGDCase(momentum: 0, decay: 0, nesterov: false),
      SGDCase(momentum: 0, decay: 0.01, nesterov: false),
      SGDCase(momentum: 0.9, decay: 0.01, nesterov: false),
      SGDCase(momentum: 0.9, decay: 0.01, nesterov: true),
    ])
  func sgd(options: SGDCase) throws {
    let optimizer = SGD(
      learningRate: 0.1, momentum: options.momentum, weightDecay: options.decay,
      nesterov: options.nesterov)
    let (momentum, decay) = (number(options.momentum), number(options.decay))
    let expected = path { p, g, _, memory in
      let slope = g + decay * p
      memory.0 = momentum * memory.0 + slope
      p = p - number(0.1) * (options.nesterov ? slope + momentum * memory.0 : memory.0)
    }
    #expect(Rounded.excess(try trajectory(optimizer).flatMap { $0 }, expected.flatMap { $0 }) <= 1)
  }

  /// If decoupled p *= 1 - 0.1 wd, else g += wd p; m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g^2;
  /// p -= 0.1 (m / (1 - 0.9^t)) / (sqrt(v / (1 - 0.999^t)) + 1e-8).
  @Test("Adam follows its formula", arguments: [(0, false), (0.1, false), (0.1, true)])
  func adam(decay: Double, decoupled: Bool) throws {
    let optimizer = Adam(
      learningRate: 0.1, weightDecay: decay, decouplesWeightDecay: decoupled)
    let expected = path { p, g, t, memory in
      let slope = decoupled ? g : g + number(decay) * p
      memory.0 = number(0.9) * memory.0 + number(1 - 0.9) * slope
      memory.1 = number(0.999) * memory.1 + number(1 - 0.999) * slope * slope
      let rate = number(0.1 / (1 - pow(0.9, Double(t))))
      let correction = number((1 - pow(0.999, Double(t))).squareRoot())
      let step = rate * memory.0 / (memory.1.squareRoot() / correction + number(1e-8))
      p = (decoupled ? p * number(1 - 0.1 * decay) : p) - step
    }
    #expect(Rounded.excess(try trajectory(optimizer).flatMap { $0 }, expected.flatMap { $0 }) <= 1)
  }

  @Test("a restored optimizer goes on as the one it came from", arguments: [true, false])
  func restoredState(usesAdam: Bool) throws {
    func optimizer() -> any Optimizer {
      usesAdam ? Adam(learningRate: 0.1) : SGD(learningRate: 0.1, momentum: 0.9)
    }
    let (first, second) = (optimizer(), optimizer())
    let parameter = Parameter("p", try Tensor([1, -2], shape: [2]))
    let gradient = try Tensor([0.3, -0.7], shape: [2])
    for _ in 0..<3 { try first.step([parameter], along: [gradient]) }
    let copy = Parameter("q", parameter.value)
    try second.restore(first.state(of: parameter), of: copy)
    for _ in 0..<3 {
      try first.step([parameter], along: [gradient])
      try second.step([copy], along: [gradient])
    }
    #expect(parameter.value.scalars == copy.value.scalars)
    let fresh = Parameter("r", copy.value)
    #expect(second.state(of: fresh).isEmpty)
    #expect(throws: LayerError.self) {
      try second.restore(["momentun": gradient], of: fresh)
    }
    let other = Parameter("s", try Tensor([1, 2, 3], shape: [3]))
    #expect(throws: LayerError.self) {
      try second.restore(first.state(of: parameter), of: other)
    }
    try second.restore([:], of: copy)
    #expect(second.state(of: copy).isEmpty)
  }

  @Test("gradients that do not fit change nothing", arguments: [true, false])
  func refusesWhatDoesNotFit(usesAdam: Bool) throws {
    let optimizer: any Optimizer = usesAdam ? Adam() : SGD(learningRate: 1, momentum: 0.5)
    let parameters = [
      Parameter("a", try Tensor([1, 2], shape: [2])), Parameter("b", try Tensor([3], shape: [1])),
    ]
    let gradient = try Tensor([1, 1], shape: [2])
    #expect(throws: LayerError.gradientCount(expected: 2, found: 1)) {
      try optimizer.step(parameters, along: [gradient])
    }
    #expect(
      throws: LayerError.gradientShape(position: 1, parameter: "b", expected: [1], found: [2])
    ) {
      try optimizer.step(parameters, along: [gradient, gradient])
    }
    #expect(parameters[0].value.scalars == [1, 2])
    #expect(optimizer.state(of: parameters[0]).isEmpty)
  }

  @Test func stepsLeaveTheTapeAlone() throws {
    let parameter = Parameter("p", try Tensor([2], shape: [1]))
    let square = try parameter.value * parameter.value
    let gradient = try square.gradients(of: [parameter])
    try SGD(learningRate: 1).step([parameter], along: gradient)
    #expect(parameter.value.scalars == [-2])
    #expect(try square.gradients(of: [parameter])[0].scalars == [4], "the tape has the old value")
    #expect(parameter.value.isTracked)
  }

  @Test func clipsToTheGlobalNorm() throws {
    let gradients = [try Tensor([3, 0], shape: [2]), Tensor(4)]
    #expect(gradients.globalNorm == 5)
    let clipped = gradients.clipped(toGlobalNorm: 2.5)
    #expect(clipped.map(\.scalars) == [[1.5, 0], [2]])
    #expect(gradients.clipped(toGlobalNorm: 5).map(\.scalars) == [[3, 0], [4]])
    #expect([Tensor(.infinity)].clipped(toGlobalNorm: 1)[0].scalars == [.infinity])
  }
}
