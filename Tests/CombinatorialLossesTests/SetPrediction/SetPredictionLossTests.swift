import CombinatorialLosses
import TestSupport
import Testing

private struct SetPredictionCase: Decodable, Sendable {
  let kind: String
  let counts: [Int]
  let queries, columns: Int
  let logits, boxes: [Float]
  let labels: [[Int32]]
  let targetBoxes: [[[Float]]]
  let terms: [Float]
  let total: Float
  let targetOfQuery: [Int32]
  let logitGradient, boxGradient: [Float]

  func targets() throws -> SetTargets {
    try SetTargets(
      images: zip(labels, targetBoxes).map { labels, boxes in
        zip(labels, boxes).map { ($0, SIMD4($1[0], $1[1], $1[2], $1[3])) }
      })
  }
}

struct SetPredictionLossTests {
  @Test func agreesWithTorchAndSciPy() throws {
    let cases = try Fixture<SetPredictionCase>("set_prediction").cases
    #expect(cases.count == 8)
    for (number, fixture) in cases.enumerated() {
      let loss = SetPredictionLoss(
        classification: fixture.kind == "focal" ? .focal() : .softmax())
      let batch = fixture.counts.count
      let logits = try Tensor(
        fixture.logits, shape: [batch, fixture.queries, fixture.columns]
      ).requiringGradient()
      let boxes = try Tensor(fixture.boxes, shape: [batch, fixture.queries, 4])
        .requiringGradient()
      let found = try loss(logits: logits, boxes: boxes, targets: fixture.targets())
      #expect(found.targetOfQuery == fixture.targetOfQuery, "case \(number)")
      let gradients = try found.total.gradients(of: [logits, boxes])
      for (ours, theirs) in [
        (found.terms.scalars, fixture.terms), (found.total.scalars, [fixture.total]),
        (gradients[0].scalars, fixture.logitGradient), (gradients[1].scalars, fixture.boxGradient),
      ] {
        let worst = zip(ours, theirs).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= 2e-5 && ours.count == theirs.count, "case \(number): \(worst)")
      }
    }
  }

  private func problem(
    seed: UInt64, columns: Int
  ) throws -> (logits: Tensor, boxes: Tensor, targets: SetTargets) {
    var random = SeededGenerator(seed: seed)
    let logits = try Tensor.random(normal: [3, 4, columns], using: &random)
    let boxes = try Tensor.random(uniform: [3, 4, 4], in: 0.1...0.6, using: &random)
    let targetBoxes = try Tensor.random(uniform: [3, 3, 4], in: 0.1...0.6, using: &random)
    let targets = try SetTargets(
      labels: [0, 1, 2, 1, 77, -5, 9, 9, 9], boxes: targetBoxes, counts: [3, 1, 0])
    return (logits, boxes, targets)
  }

  @Test(arguments: [
    SetPredictionLoss.Classification.softmax(), .softmax(noObjectWeight: 1), .focal(),
  ])
  func withItsOwnCostTheLossIsLeastAndItsGradientExact(
    classification: SetPredictionLoss.Classification
  ) throws {
    let columns = if case .focal = classification { 3 } else { 4 }
    let (logits, boxes, targets) = try problem(seed: 81, columns: columns)
    let exact = SetPredictionLoss(classification: classification, matchingCost: .loss)
    let detr = SetPredictionLoss(classification: classification)
    let values = try [exact, detr].map {
      try $0(logits: logits, boxes: boxes, targets: targets).total.item()
    }
    #expect(values[0] <= values[1] + 1e-5)
    // At a larger step the boxes' curvature shows, at a smaller one the rounding of the total.
    for loss in [exact, detr] {
      let report = try GradientCheck.centralDifferences(
        of: { try loss(logits: $0[0], boxes: $0[1], targets: targets).total },
        at: [logits, boxes], step: 0x1p-10)
      #expect(report.passes(relativeTolerance: 5e-3), "\(report)")
    }
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    let (logits, boxes, targets) = try problem(seed: 82, columns: 4)
    let counts = [4, 2, 1]
    let padded = try [logits, boxes].map { tensor in
      let width = tensor.shape[2]
      let scalars = tensor.scalars.enumerated().map { place, scalar in
        place / width % 4 < counts[place / width / 4] ? scalar : .nan
      }
      return try Tensor(scalars, shape: tensor.shape).requiringGradient()
    }
    let loss = try SetPredictionLoss()(
      logits: padded[0], boxes: padded[1], targets: targets, queryCounts: counts)
    #expect(try loss.total.item().isFinite)
    for (tensor, gradient) in zip(padded, try loss.total.gradients(of: padded)) {
      #expect(zip(tensor.scalars, gradient.scalars).allSatisfy { !$0.isNaN || $1 == 0 })
    }
  }

  @Test func layersAddUp() throws {
    let (logits, boxes, targets) = try problem(seed: 83, columns: 4)
    let loss = SetPredictionLoss()
    let one = try loss(logits: logits, boxes: boxes, targets: targets).total.item()
    let two = try loss.total(layers: [(logits, boxes), (logits, boxes)], targets: targets).item()
    #expect(two == 2 * one)
  }

  @Test func badInputIsNamed() throws {
    let (logits, boxes, targets) = try problem(seed: 84, columns: 4)
    let loss = SetPredictionLoss()
    #expect(
      throws: CombinatorialError(.labelOutOfRange(position: 2, label: 2, classes: 2), item: 0)
    ) {
      try loss(logits: logits.sliced(0..<3, axis: 2), boxes: boxes, targets: targets)
    }
    #expect(throws: CombinatorialError(.lengthOutOfRange(length: 5, limit: 4), item: 1)) {
      try loss(logits: logits, boxes: boxes, targets: targets, queryCounts: [4, 5, 4])
    }
    let box = "a finite box of query 0 in batch item 0 with sizes of at least 0"
    let negative = (0..<4).map { -Double(boxes.scalars[$0]) }
    #expect(throws: CombinatorialError.shapeMismatch(expected: box, found: "\(negative)")) {
      try loss(logits: logits, boxes: -boxes, targets: targets)
    }
    let none = "\([Double](repeating: .nan, count: 4))"
    #expect(throws: CombinatorialError.shapeMismatch(expected: box, found: none)) {
      try loss(
        logits: logits, boxes: Tensor(repeating: .nan, shape: [3, 4, 4]), targets: targets)
    }
    #expect(throws: CombinatorialError(.lengthOutOfRange(length: 2, limit: 1), item: 0)) {
      try SetTargets(labels: [0], boxes: Tensor.zeros([1, 1, 4]), counts: [2])
    }
  }
}
