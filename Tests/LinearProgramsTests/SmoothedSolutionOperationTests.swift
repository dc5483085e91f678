import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// The tensor operation `solution(costs:constraints:bounds:)`.
struct SmoothedSolutionOperationTests {
  private let smoothed = SmoothedLinearProgram(smoothing: 0.5)

  private func programs(_ count: Int, seed: UInt64) -> [RandomProgram] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in RandomProgram(rows: 3, columns: 7, .none, using: &random) }
  }

  private func tensors(_ programs: [RandomProgram]) throws -> [Tensor] {
    func tensor(_ part: (RandomProgram) -> [Double], _ shape: [Int]) throws -> Tensor {
      try Tensor(programs.flatMap(part).map { Float($0) }, shape: [programs.count] + shape)
    }
    return try [tensor(\.costs, [7]), tensor(\.constraints, [3, 7]), tensor(\.bounds, [3])]
  }

  @Test func itIsTheSolutionWithItsPullback() throws {
    let leaves = try tensors(programs(3, seed: 1)).map { $0.requiringGradient() }
    let u = try smoothed.solution(costs: leaves[0], constraints: leaves[1], bounds: leaves[2])
    #expect(u.shape == [3, 7])
    var random = SeededGenerator(seed: 2)
    let cotangent = try Tensor.random(normal: [3, 7], using: &random)
    let gradients = try u.gradients(of: leaves, cotangent: cotangent)
    for item in 0..<3 {
      func part(_ tensor: Tensor) -> [Double] {
        let count = tensor.count / 3
        return tensor.scalars[item * count..<(item + 1) * count].map(Double.init)
      }
      let matrix = try ConstraintMatrix(dense: part(leaves[1]), rows: 3, columns: 7)
      let solution = try smoothed.solve(
        costs: part(leaves[0]), constraints: matrix, bounds: part(leaves[2]))
      #expect(part(u) == solution.primal.map { Double(Float($0)) })
      let expected = try smoothed.pullback(part(cotangent), of: solution, constraints: matrix)
      #expect(part(gradients[0]) == expected.costs.map { Double(Float($0)) })
      #expect(part(gradients[1]) == expected.constraints.map { Double(Float($0)) })
      #expect(part(gradients[2]) == expected.bounds.map { Double(Float($0)) })
    }
  }

  @Test func gradientsAgreeWithDifferences() throws {
    let report = try GradientCheck.centralDifferences(
      of: { try smoothed.solution(costs: $0[0], constraints: $0[1], bounds: $0[2]) },
      at: tensors(programs(2, seed: 3)), step: 0x1p-8)
    #expect(report.passes(), "\(report)")
  }

  @Test func sharedPartsGetTheSumOfTheGradients() throws {
    let parts = try tensors(programs(1, seed: 4))
    var random = SeededGenerator(seed: 5)
    let costs = try parts[0] + Tensor.random(uniform: [4, 7], in: -0.1...0.1, using: &random)
    let matrix = try parts[1].reshaped([3, 7]).requiringGradient()
    let bounds = try parts[2].reshaped([3]).requiringGradient()
    let whole = try smoothed.solution(costs: costs, constraints: matrix, bounds: bounds)
    let gradients = try whole.sum().gradients(of: [matrix, bounds])
    var terms = [21, 3].map { [[Rounded]](repeating: [], count: $0) }
    for item in 0..<4 {
      let one = try Tensor(Array(costs.scalars[item * 7..<(item + 1) * 7]), shape: [7])
      let u = try smoothed.solution(costs: one, constraints: matrix, bounds: bounds)
      #expect(u.scalars == Array(whole.scalars[item * 7..<(item + 1) * 7]))
      for (part, gradient) in try u.sum().gradients(of: [matrix, bounds]).enumerated() {
        for (position, partial) in gradient.scalars.enumerated() {
          terms[part][position].append(Rounded(partial).stored)
        }
      }
    }
    for (gradient, terms) in zip(gradients, terms) {
      #expect(Rounded.excess(gradient.scalars, terms.map { Rounded.sum($0) }) <= 1)
    }
  }

  /// The paper's comparison: the matching loss through the smoothed assignment polytope.
  @Test func theMatchingLossThroughTheSmoothedPolytopeDescends() throws {
    let size = 5
    let model = try LinearModel.assignment(
      .init(repeating: 0, count: size * size), rows: size, columns: size)
    var random = SeededGenerator(seed: 6)
    var costs = try Tensor.random(uniform: [2, size * size], in: 0...1, using: &random)
    func loss(_ costs: Tensor) throws -> Tensor {
      let u = try SmoothedLinearProgram(smoothing: 0.3).solution(
        costs: costs, constraints: model.constraints, bounds: model.rowLower)
      return try (u * costs).sum()
    }
    let report = try GradientCheck.centralDifferences(
      of: { try loss($0[0]) }, at: [costs], step: 0x1p-9)
    #expect(report.passes(), "\(report)")
    let first = try loss(costs).item()
    for _ in 0..<10 {
      let leaf = costs.requiringGradient()
      costs = try costs - loss(leaf).gradients(of: [leaf])[0] * 0.1
    }
    #expect(try loss(costs).item() < first - 0.5)
  }

  @Test func threadsDoNotMatter() throws {
    let leaves = try tensors(programs(9, seed: 7)).map { $0.requiringGradient() }
    func run(_ threads: Int?) throws -> [[Float]] {
      let u = try SmoothedLinearProgram(smoothing: 0.1, maxThreads: threads).solution(
        costs: leaves[0], constraints: leaves[1], bounds: leaves[2])
      return try [u.scalars] + u.sum().gradients(of: leaves).map(\.scalars)
    }
    let expected = try run(1)
    for threads in [2, 4, nil] { #expect(try run(threads) == expected) }
  }

  @Test func theBadItemIsNamed() throws {
    let costs = try Tensor.ones([3, 2])
    let matrix = try Tensor.ones([1, 2])
    let bounds = try Tensor([1, 1, -1], shape: [3, 1])
    #expect(throws: LinearProgramError.infeasible(batch: 2)) {
      try smoothed.solution(costs: costs, constraints: matrix, bounds: bounds)
    }
    #expect(throws: LinearProgramError.self) {
      try smoothed.solution(costs: Tensor.ones([3]), constraints: matrix, bounds: bounds)
    }
    let constraints = try ConstraintMatrix(dense: [1, 1], rows: 1, columns: 2)
    #expect(throws: LinearProgramError.self) {
      try smoothed.solution(costs: Tensor.ones([3]), constraints: constraints, bounds: [1])
    }
    #expect(throws: LinearProgramError.self) {
      try smoothed.solution(costs: Tensor.ones([2]), constraints: constraints, bounds: [1, 1])
    }
    let none = try smoothed.solution(
      costs: Tensor.ones([0, 2]), constraints: constraints, bounds: [1])
    #expect(none.shape == [0, 2])
  }
}
