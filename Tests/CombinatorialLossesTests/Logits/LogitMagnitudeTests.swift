import CombinatorialLosses
import TestSupport
import Testing

/// Every loss of logits is that of the same logits near 0 when each row is shifted by a number so large that
/// its log-sum-exp, a double, does not hold what makes the loss.
struct LogitMagnitudeTests {
  typealias Loss = @Sendable (Tensor) throws -> Tensor

  /// Of logits `[1, 3, 4]`.
  static let losses: [(name: String, loss: Loss)] = [
    ("cross-entropy", { try crossEntropy(logits: $0.reshaped([3, 4]), labels: [0, 3, 1]) }),
    ("bag", { try bagLoss(logits: $0, labels: [2, 0, 1]) }),
    ("bag costs", { try bagCosts(logits: $0, labels: [2, 0, 1]) }),
    ("alignment", { try alignmentLoss(logits: $0, targets: [1, 3]) }),
    (
      "soft alignment",
      {
        try alignmentLoss(
          logits: $0, targets: [1, 3, 0], alignment: SoftAlignment(temperature: 0.5))
      }
    ),
    ("softmax", { try ($0.softmax() * $0.softmax()).sum(axes: [2]) }),
    ("log-softmax", { try $0.logSoftmax() }),
    (
      "set prediction",
      {
        let boxes = try Tensor([Float](repeating: 0.5, count: 12), shape: [1, 3, 4])
        let box = SIMD4<Float>(0.5, 0.4, 0.3, 0.2)
        let targets = try SetTargets(images: [[(1, box), (2, box)]])
        return try SetPredictionLoss()(logits: $0, boxes: boxes, targets: targets).total
      }
    ),
  ]

  @Test(arguments: 0..<losses.count, [0x1p24, -0x1p50, 0x1p60, 0x1p120] as [Float])
  func shiftsDoNotMatter(loss: Int, shift: Float) throws {
    // Distances that floats near the shifts hold.
    let step: Float = -max(1, shift.ulp * 2)
    let near: [Float] = [0, 0, step, 0, 3 * step, 0, 0, 2 * step, 0, step, 0, step]
    let inputs = [near, near.map { $0 + shift }]
    let (name, loss) = Self.losses[loss]
    var answers: [[Float]] = []
    for input in inputs {
      let logits = try Tensor(input, shape: [1, 3, 4]).requiringGradient()
      let value = try loss(logits)
      let gradient = try value.sum().gradients(of: [logits])[0]
      answers.append(value.scalars + gradient.scalars)
    }
    // At most 5 logarithms, or gradients of weight 1.5, of a row are added up in each answer.
    let bound = RowTolerance(isFloat: true, columns: 4)
    let tolerance = Float(2 * 5 * 1.5 * bound.gradient(weight: 1.5))
    for (found, expected) in zip(answers[1], answers[0]) {
      #expect(abs(found - expected) <= tolerance * max(1, abs(expected)), "\(name) at \(shift)")
    }
  }

  /// The layer's bias is the shift; weights of 0 and 1 make exact logits.
  @Test(arguments: [0x1p24, -0x1p50, 0x1p100] as [Float])
  func shiftsOfALayerDoNotMatter(shift: Float) throws {
    let hidden = try Tensor([1, 0, 0, 1, 1, 1], shape: [3, 2])
    let step = -max(1, shift.ulp * 2)
    let answers = try [0, shift].map { shift -> [Float] in
      let weight = try Tensor([0, 0, step, 0, 0, 2 * step], shape: [3, 2]).requiringGradient()
      let bias = try Tensor([shift, shift, shift], shape: [3]).requiringGradient()
      let losses = [
        try linearCrossEntropy(hidden: hidden, weight: weight, bias: bias, labels: [0, 1, 2]),
        try linearAlignmentLoss(hidden: hidden, weight: weight, bias: bias, targets: [0, 1]),
      ]
      return try losses.flatMap { loss in
        loss.scalars + (try loss.sum().gradients(of: [weight, bias])).flatMap(\.scalars)
      }
    }
    let bound = RowTolerance(isFloat: true, columns: 3)
    let tolerance = Float(2 * 5 * 1.5 * bound.gradient(weight: 1.5))
    for (found, expected) in zip(answers[1], answers[0]) {
      #expect(abs(found - expected) <= tolerance * max(1, abs(expected)))
    }
  }
}
