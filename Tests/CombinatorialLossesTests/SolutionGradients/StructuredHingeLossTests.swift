import CombinatorialLosses
import Testing

struct StructuredHingeLossTests {
  private let oracle = EnumeratedAssignment(3)

  /// max over u of c.t - c.u + margin |u - t|, every permutation tried.
  private func enumerated(_ costs: [Double], _ target: [Float], margin: Double) -> Double {
    oracle.matrices.map { matrix in
      let distance = zip(matrix, target).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) }
      return EnumeratedAssignment.objective(costs, target)
        - EnumeratedAssignment.objective(costs, matrix) + margin * distance
    }.max() ?? 0
  }

  @Test(arguments: [0x1p-6, 0.5, 3] as [Float])
  func theValueIsThatOfEnumeration(margin: Float) throws {
    var random = SeededGenerator(seed: 61)
    let costs = try Tensor.multiples([60, 3, 3], using: &random)
    let targets = (0..<60).map { oracle.matrices[$0 % 6] }
    let target = try Tensor(targets.flatMap { $0 }, shape: [60, 3, 3])
    let loss = try Assignment().structuredHingeLoss(costs, target: target, margin: margin)
    let expected = (0..<60).map {
      enumerated(costs.item($0, count: 9), targets[$0], margin: Double(margin))
    }
    #expect(loss.scalars.map(Double.init) == expected)
    #expect(loss.scalars.allSatisfy { $0 >= 0 })
  }

  /// 0 if and only if the target leads by the margin per differing entry: four for two swapped rows.
  @Test func itEndsAtTheMargin() throws {
    let target = try Tensor([1, 0, 0, 1], shape: [2, 2])
    for (lead, expected) in [(5, 0), (4, 0), (3, 1), (0, 4), (-2, 6)] as [(Float, Float)] {
      let costs = try Tensor([0, lead, 0, 0], shape: [2, 2])
      let loss = try Assignment().structuredHingeLoss(costs, target: target)
      #expect(try loss.item() == expected, "lead \(lead)")
    }
  }

  @Test func theGradientIsASubgradient() throws {
    var random = SeededGenerator(seed: 62)
    for trial in 0..<15 {
      let costs = try Tensor.random(normal: [3, 3], using: &random).requiringGradient()
      let target = try Tensor(oracle.matrices[trial % 6], shape: [3, 3])
      func loss(_ costs: Tensor) throws -> Tensor {
        try Assignment().structuredHingeLoss(costs, target: target, margin: 0.5)
      }
      try expectSupergradient(of: loss, at: costs, curvature: .convex, seed: trial)
    }
  }

  /// Any linear margin m.(u - t).
  @Test func aMarginOfOnesOwn() throws {
    var random = SeededGenerator(seed: 63)
    let costs = try Tensor.multiples([3, 3], using: &random).requiringGradient()
    let augmentation = try Tensor.multiples([3, 3], using: &random)
    let target = oracle.matrices[4]
    let loss = try Assignment().structuredHingeLoss(
      costs, target: Tensor(target, shape: [3, 3]), augmentation: augmentation)
    let (point, margin) = (costs.item(0, count: 9), augmentation.item(0, count: 9))
    let augmented = zip(point, margin).map { $0 - $1 }
    let expected = EnumeratedAssignment.objective(augmented, target) - oracle.value(augmented)
    #expect(loss.scalars.map(Double.init) == [expected])
    let gradient = zip(target, oracle.solution(augmented)).map { $0 - $1 }
    #expect(try loss.gradients(of: [costs])[0].scalars == gradient)
  }

  @Test func badMarginsAreRefused() throws {
    let costs = try Tensor.ones([2, 2])
    let target = try Tensor([1, 0, 0, 1], shape: [2, 2])
    #expect(throws: SolutionGradientError.notPositive(parameter: "margin", value: 0)) {
      try Assignment().structuredHingeLoss(costs, target: target, margin: 0)
    }
    #expect(throws: CombinatorialError.self) {
      try Assignment().structuredHingeLoss(costs, target: target, augmentation: Tensor(1))
    }
    #expect(throws: CombinatorialError.self) {
      try Assignment().structuredHingeLoss(costs, target: Tensor(1))
    }
    let infinite = try Tensor([0, .infinity, 0, 0], shape: [2, 2])
    #expect(throws: SolutionGradientError.self) {
      try Assignment().structuredHingeLoss(costs, target: target, augmentation: infinite)
    }
  }
}
