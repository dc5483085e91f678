import CombinatorialLosses
import TestSupport
import Testing

struct ChainLabelingLossTests {
  private static func value(_ tensors: [Tensor], lengths: [Int]? = nil) throws -> Tensor {
    try ChainLabeling().optimalValue(unary: tensors[0], steps: tensors[1], lengths: lengths)
  }

  @Test(arguments: [[4, 4], [4, 4, 4], [3, 4, 4, 4]])
  func gradientsAgreeWithDifferences(stepShape: [Int]) throws {
    var random = SeededGenerator(seed: 86)
    let tensors = try [[3, 5, 4], stepShape].map {
      try Tensor.random(uniform: $0, in: -2...2, using: &random)
    }
    for lengths in [nil, [5, 2, 0]] {
      try expectGradient(
        of: { try Self.value($0, lengths: lengths) }, at: tensors, step: 0x1p-9)
    }
  }

  @Test func theGradientCountsLabelsAndSteps() throws {
    let unary = try Tensor([0, 5, 0, 5, 5, 0, 0, 5], shape: [4, 2]).requiringGradient()
    let steps = try Tensor([0, 1, 2, 0], shape: [2, 2]).requiringGradient()
    let value = try ChainLabeling().optimalValue(unary: unary, steps: steps)
    #expect(try value.item() == 3)
    let gradients = try (2 * value).gradients(of: [unary, steps])
    #expect(gradients[0].scalars == [2, 0, 2, 0, 0, 2, 2, 0])
    #expect(gradients[1].scalars == [2, 2, 2, 0])
  }

  @Test func atTiesTheSolutionIsASupergradient() throws {
    var random = SeededRandom(seed: 87)
    let shape = [4, 4, 3]
    for trial in 0..<20 {
      let scalars = (0..<48).map { _ in Float(Int.random(in: 0...1, using: &random)) }
      let costs = try Tensor(scalars, shape: shape).requiringGradient()
      try expectSupergradient(of: { try ChainLabeling().optimalValue($0) }, at: costs, seed: trial)
    }
  }

  /// One tensor of all costs: the same value, and the losses of solutions with it.
  @Test func packedCostsHaveTheSameValue() throws {
    var random = SeededGenerator(seed: 88)
    let unary = try Tensor.random(uniform: [2, 4, 3], in: -2...2, using: &random)
    let steps = try Tensor.random(uniform: [3, 3], in: -2...2, using: &random)
    let chain = ChainLabeling()
    let costs = try chain.costs(unary: unary, steps: steps)
    #expect(costs.shape == [2, 4, 4, 3])
    let value = try chain.optimalValue(costs)
    #expect(value.scalars == (try Self.value([unary, steps])).scalars)
    try expectGradient(
      of: { try chain.optimalValue(chain.costs(unary: $0[0], steps: $0[1])) }, at: [unary, steps],
      step: 0x1p-9)
    let truth = try chain.optimum(costs * -1).solution
    let loss = try chain.structuredPerceptronLoss(costs, target: truth)
    #expect(loss.scalars.allSatisfy { $0 > 0 })
    let first = try Tensor(Array(costs.scalars[..<48]), shape: [4, 4, 3])
    #expect(try chain.optimalValue(first).scalars == [value.scalars[0]])
  }

  @Test func badInputIsNamed() throws {
    let unary = try Tensor([0, 1, .nan, 3], shape: [2, 1, 2])
    let steps = try Tensor.zeros([2, 2])
    let error = #expect(throws: CombinatorialError.self) { try Self.value([unary, steps]) }
    #expect(error.map { "\($0)" }?.contains("row 0, column 0 in batch item 1 is nan") == true)
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "steps [2, 2] or [2, 0, 2, 2]", found: "[3, 3]")
    ) { try Self.value([unary, .zeros([3, 3])]) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "2 row counts, one for each batch item", found: "1")
    ) { try Self.value([unary, steps], lengths: [1]) }
    #expect(throws: CombinatorialError(.lengthOutOfRange(length: 2, limit: 1), item: 1)) {
      try Self.value([unary, steps], lengths: [1, 2])
    }
    #expect(try Self.value([unary, steps], lengths: [1, 0]).scalars == [0, 0])
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected:
          "costs [batch, positions, 1 + labels, labels] of at least 1 label, and no lengths",
        found: "[1, 2, 2, 2]")
    ) { try ChainLabeling().optimalValue(.zeros([2, 2, 2])) }
    #expect(throws: CombinatorialError.shapeMismatch(expected: "steps [2, 2]", found: "[2, 3]")) {
      try ChainLabeling().costs(unary: unary, steps: .zeros([2, 3]))
    }
  }
}
