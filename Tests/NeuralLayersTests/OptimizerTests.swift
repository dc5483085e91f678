import DifferentiableTensor
import NeuralLayers
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

private func agrees(_ found: [[Float]], _ expected: [[Double]]) -> Bool {
  zip(found, expected).allSatisfy { found, expected in
    zip(found, expected).allSatisfy { abs(Double($0) - $1) < 2e-6 }
  }
}

struct SGDCase: Sendable {
  var momentum: Double
  var decay: Double
  var nesterov: Bool
}

/// NumPy, in double precision: g += wd * p; v = mu * v + g;
/// p -= 0.1 * (g + mu * v if nesterov else v).
private let sgdPaths: [(SGDCase, [[Double]])] = [
  (
    SGDCase(momentum: 0, decay: 0, nesterov: false),
    [
      [0.95, -1.92], [0.8925, -1.8424], [0.827875, -1.767128], [0.75648125, -1.69411416],
      [0.678657187, -1.623290735],
    ]
  ),
  (
    SGDCase(momentum: 0, decay: 0.01, nesterov: false),
    [
      [0.949, -1.918], [0.890601, -1.838542], [0.825180349, -1.761547198],
      [0.753096151, -1.686939235], [0.674688247, -1.614644119],
    ]
  ),
  (
    SGDCase(momentum: 0.9, decay: 0.01, nesterov: false),
    [
      [0.949, -1.918], [0.844701, -1.764742], [0.687752149, -1.552102798],
      [0.481422824, -1.292612329], [0.231173867, -0.998999926],
    ]
  ),
  (
    SGDCase(momentum: 0.9, decay: 0.01, nesterov: true),
    [
      [0.9031, -1.8442], [0.75527961, -1.63115662], [0.561506955, -1.374795633],
      [0.328368875, -1.088604552], [0.063498829, -0.785270569],
    ]
  ),
]

/// NumPy, in double precision: if decoupled p *= 1 - 0.1 * wd, else g += wd * p;
/// m = 0.9 * m + 0.1 * g; v = 0.999 * v + 0.001 * g * g;
/// p -= 0.1 * (m / (1 - 0.9**t)) / (sqrt(v / (1 - 0.999**t)) + 1e-8).
private let adamPaths: [(Double, Bool, [[Double]])] = [
  (
    0.0, false,
    [
      [0.900000002, -1.900000001], [0.799865227, -1.800117851], [0.699510066, -1.700438618],
      [0.59885421, -1.601052307], [0.497823492, -1.502053874],
    ]
  ),
  (
    0.1, false,
    [
      [0.900000002, -1.900000001], [0.799883915, -1.80012719], [0.69958057, -1.700473936],
      [0.599023746, -1.601138413], [0.498152265, -1.502224653],
    ]
  ),
  (
    0.1, true,
    [
      [0.890000002, -1.880000001], [0.780968312, -1.761346449], [0.672812384, -1.644131136],
      [0.565445356, -1.528450625], [0.458786477, -1.41440611],
    ]
  ),
]

@Suite struct OptimizerTests {
  @Test(
    "SGD follows NumPy's path",
    arguments: sgdPaths)
  func sgd(options: SGDCase, expected: [[Double]]) throws {
    let optimizer = SGD(
      learningRate: 0.1, momentum: options.momentum, weightDecay: options.decay,
      nesterov: options.nesterov)
    let found = try trajectory(optimizer)
    #expect(agrees(found, expected), "\(found)")
  }

  @Test(
    "Adam follows NumPy's path",
    arguments: adamPaths)
  func adam(decay: Double, decoupled: Bool, expected: [[Double]]) throws {
    let optimizer = Adam(
      learningRate: 0.1, weightDecay: decay, decouplesWeightDecay: decoupled)
    let found = try trajectory(optimizer)
    #expect(agrees(found, expected), "\(found)")
  }

  @Test("a restored optimiser goes on as the one it came from", arguments: [true, false])
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
