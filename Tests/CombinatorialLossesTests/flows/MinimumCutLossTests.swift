import CombinatorialLosses
import TestSupport
import Testing

struct MinimumCutLossTests {
  private func problem() throws -> MaximumFlow {
    let diamond = try DirectedGraph(
      nodeCount: 4, arcs: [(0, 1), (0, 2), (1, 3), (2, 3), (1, 2)])
    return MaximumFlow(diamond, from: 0, to: 3)
  }

  @Test func theCutIsTheGradientByTheCapacities() throws {
    let capacities = try Tensor([4, 1, 2, 3, 1], shape: [5]).requiringGradient()
    let value = try problem().optimalValue(capacities)
    #expect(try value.item() == 4)
    #expect(try value.gradients(of: [capacities])[0].scalars == [0, 1, 1, 0, 1])
  }

  @Test(arguments: [[5], [7, 5]])
  func gradientsOfFlowsAgreeWithDifferences(shape: [Int]) throws {
    var random = SeededGenerator(seed: 51)
    let capacities = try Tensor.random(uniform: shape, in: 1...16, using: &random)
    try expectGradient(
      of: { try problem().optimalValue($0[0]) }, at: [capacities], step: 0x1p-8)
  }

  /// The logits come first, then the arcs.
  private func grids(batch: [Int], neighbors: Int, seed: UInt64) throws -> [Tensor] {
    var random = SeededGenerator(seed: seed)
    return [
      try .random(uniform: batch + [3, 4], in: -8...8, using: &random),
      try .random(uniform: batch + [neighbors, 3, 4], in: 0.5...4, using: &random),
    ]
  }

  @Test(arguments: GridCut.Neighbors.allCases, [[], [3]])
  func gradientsOfGridsAgreeWithDifferences(
    neighbors: GridCut.Neighbors, batch: [Int]
  ) throws {
    let cut = GridCut(neighbors: neighbors)
    try expectGradient(
      of: { try cut.optimalValue(cut.costs(logits: $0[0], arcs: $0[1])) },
      at: try grids(batch: batch, neighbors: neighbors.rawValue, seed: 52), step: 0x1p-8)
  }

  @Test func atTiesTheCutIsASupergradient() throws {
    var random = SeededGenerator(seed: 53)
    for trial in 0..<20 {
      let scalars = try Tensor.random(uniform: [6, 3, 3], in: 0...3, using: &random).scalars
      // Whole numbers tie; from 4 on, no step makes an arc negative.
      let tied = try Tensor(scalars.map { $0.rounded(.down) + 4 }, shape: [6, 3, 3])
        .requiringGradient()
      try expectSupergradient(of: { try GridCut().optimalValue($0) }, at: tied, seed: trial)
    }
  }

  @Test func aBatchIsALoopOverItsGrids() throws {
    let cut = GridCut(neighbors: .eight)
    let parts = try grids(batch: [5], neighbors: 8, seed: 54)
    let costs = try cut.costs(logits: parts[0], arcs: parts[1])
    let (values, masks) = (try cut.optimalValue(costs), try cut.mask(costs))
    for item in 0..<5 {
      let one = try costs.sliced(item..<item + 1).reshaped([10, 3, 4])
      #expect(try cut.optimalValue(one).item() == values.scalars[item])
      #expect(try cut.mask(one).scalars == Array(masks.scalars[item * 12..<(item + 1) * 12]))
    }
  }

  /// Grids of several sizes, padded to one.
  @Test func paddedGridsAreAsGoodAsCropped() throws {
    let cut = GridCut(neighbors: .eight)
    let parts = try grids(batch: [2], neighbors: 8, seed: 56)
    let full = try cut.costs(logits: parts[0], arcs: parts[1])
    let padded = try Tensor(
      full.scalars.enumerated().map { place, cost in
        place >= 120 && (place / 4 % 3 > 1 || place % 4 > 1) ? .nan : cost
      }, shape: [2, 10, 3, 4]
    ).requiringGradient()
    let lengths = Lengths(rows: [3, 2], columns: [4, 2])
    let values = try cut.optimalValue(padded, lengths: lengths)
    let part = padded.scalars[120...].filter { !$0.isNaN }
    #expect(try values.scalars[0] == cut.optimalValue(full).scalars[0])
    #expect(try values.scalars[1] == cut.optimalValue(Tensor(part, shape: [10, 2, 2])).item())
    let gradient = try values.sum().gradients(of: [padded])[0].scalars
    #expect(zip(gradient, padded.scalars).allSatisfy { $0 == 0 || !$1.isNaN })
  }

  /// A mask's cut costs E(mask); the minimum's own mask has a perceptron loss of 0.
  @Test func theLossOfAMaskIsItsExcessOverTheMinimum() throws {
    let cut = GridCut()
    let parts = try grids(batch: [], neighbors: 4, seed: 55)
    let costs = try cut.costs(logits: parts[0], arcs: parts[1])
    let best = try cut.cut(around: try cut.mask(costs))
    // Both of the sums that are subtracted have been rounded to `Float`.
    let rounding = ErrorBound.gamma(2) * Double(abs(try cut.optimalValue(costs).item()))
    #expect(abs(Double(try cut.structuredPerceptronLoss(costs, target: best).item())) <= rounding)
    #expect(try best.scalars == cut.optimum(costs).solution.scalars)
    let everything = try cut.cut(around: try Tensor.ones([3, 4]))
    #expect(try cut.structuredPerceptronLoss(costs, target: everything).item() >= 0)
  }

  @Test func hingeLossesLearnAMask() throws {
    let cut = GridCut()
    let mask = try Tensor([0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0], shape: [3, 4])
    let arcs = try Tensor(repeating: 1, shape: [4, 3, 4])
    var logits = try Tensor.zeros([3, 4])
    for _ in 0..<40 {
      let variable = logits.requiringGradient()
      let loss = try cut.hingeLoss(cut.costs(logits: variable, arcs: arcs), mask: mask)
      logits = try (logits - loss.gradients(of: [variable])[0] * 0.25).detached
    }
    let costs = try cut.costs(logits: logits, arcs: arcs)
    #expect(try cut.mask(costs).scalars == mask.scalars)
    #expect(try cut.hingeLoss(costs, mask: mask).item() == 0)
  }

  @Test func badShapesAndMasksAreRefused() throws {
    let cut = GridCut()
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "costs [6, rows, columns] of each grid", found: "[5, 3, 3]")
    ) { try cut.optimalValue(.zeros([5, 3, 3])) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "arcs of shape [4, 3, 3]", found: "[8, 3, 3]")
    ) {
      try cut.costs(logits: .zeros([3, 3]), arcs: .zeros([8, 3, 3]))
    }
    let fraction = CombinatorialError.Reason.invalidOption(
      "cell 1 of the mask", value: 0.5, expected: "0 or 1")
    #expect(throws: CombinatorialError(fraction, item: 0)) {
      try cut.cut(around: Tensor([0, 0.5], shape: [1, 2]))
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "5 costs, one for each arc", found: "4")
    ) { try problem().optimalValue(.zeros([4])) }
    let negative = try Tensor([1, 1, 1, 1, 1, 1, 1, -1, 1, 1], shape: [2, 5])
    #expect(throws: CombinatorialError(.invalidCapacity(position: 2, value: -1), item: 1)) {
      try problem().optimalValue(negative)
    }
  }
}
