import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// The tensor operation: shapes, batches, cotangents, errors.
struct OptimalValueTests {
  /// Tensors of random programs in general position.
  private struct Programs {
    var costs, constraints, bounds: Tensor

    init(_ count: Int, rows: Int, columns: Int, seed: UInt64) throws {
      var random = SeededRandom(seed: seed)
      let programs = (0..<count).map { _ in
        RandomProgram(rows: rows, columns: columns, .none, using: &random)
      }
      func tensor(_ part: (RandomProgram) -> [Double], _ shape: [Int]) throws -> Tensor {
        try Tensor(programs.flatMap(part).map { Float($0) }, shape: [count] + shape)
      }
      costs = try tensor(\.costs, [columns])
      constraints = try tensor(\.constraints, [rows, columns])
      bounds = try tensor(\.bounds, [rows])
    }

    func item(_ item: Int) throws -> [Tensor] {
      try [costs, constraints, bounds].map { tensor in
        let count = tensor.count / tensor.shape[0]
        return try Tensor(
          Array(tensor.scalars[item * count..<(item + 1) * count]), shape: Array(tensor.shape[1...])
        )
      }
    }
  }

  @Test func gradientsAreTheSolutionsAndTheirOuterProduct() throws {
    let programs = try Programs(1, rows: 3, columns: 7, seed: 1)
    let leaves = try programs.item(0).map { $0.requiringGradient() }
    let value = try LinearProgram().optimalValue(
      costs: leaves[0], constraints: leaves[1], bounds: leaves[2])
    let solution = try LinearProgram().solve(
      costs: leaves[0].scalars.map(Double.init), constraints: leaves[1].scalars.map(Double.init),
      bounds: leaves[2].scalars.map(Double.init))
    #expect(value.shape == [])
    #expect(try value.item() == Float(solution.value))
    let gradients = try value.gradients(of: leaves)
    #expect(gradients[0].scalars == solution.primal.map { Float($0) })
    #expect(
      gradients[1].scalars
        == solution.dual.flatMap { dual in solution.primal.map { Float(-dual * $0) } })
    #expect(gradients[2].scalars == solution.dual.map { Float($0) })
    let pair = try LinearProgram().solve(
      costs: leaves[0], constraints: leaves[1], bounds: leaves[2])
    #expect(pair.value == solution.value)
    #expect(pair.dual == gradients[2].scalars)
  }

  @Test func gradientsAgreeWithDifferences() throws {
    let programs = try Programs(2, rows: 3, columns: 6, seed: 2)
    let report = try GradientCheck.centralDifferences(
      of: { inputs in
        let values = try LinearProgram().optimalValue(
          costs: inputs[0], constraints: inputs[1], bounds: inputs[2])
        return try values.tanh() * Tensor([-1, 3], shape: [2])
      }, at: [programs.costs, programs.constraints, programs.bounds], step: 0x1p-8)
    #expect(report.passes(), "\(report)")
  }

  @Test(arguments: 0..<8)
  func anyOfTheTensorsMayBeShared(mask: Int) throws {
    // Near the first program, so that each mixture of them is feasible and bounded.
    let base = try Programs(1, rows: 3, columns: 7, seed: 3)
    var random = SeededGenerator(seed: 4)
    let shared = try base.item(0)
    let batched = try shared.map { tensor in
      let noise = try Tensor.random(
        uniform: [3] + tensor.shape, in: -0.001...0.001, using: &random)
      return try tensor + noise
    }
    let inputs = (0..<3).map { part -> Tensor in
      (mask >> part & 1 == 1 ? batched[part] : shared[part]).requiringGradient()
    }
    let value = try LinearProgram().optimalValue(
      costs: inputs[0], constraints: inputs[1], bounds: inputs[2])
    #expect(value.shape == (mask == 0 ? [] : [3]))
    let weights: [Float] = mask == 0 ? [2] : [2, -1, 0.5]
    let gradients = try value.gradients(
      of: inputs, cotangent: Tensor(weights, shape: value.shape))
    var terms = inputs.map { [[Rounded]](repeating: [], count: $0.count) }
    for (item, weight) in weights.enumerated() {
      let single = try (0..<3).map { part in
        guard mask >> part & 1 == 1 else { return shared[part].requiringGradient() }
        let count = shared[part].count
        return try Tensor(
          Array(batched[part].scalars[item * count..<(item + 1) * count]), shape: shared[part].shape
        ).requiringGradient()
      }
      let z = try LinearProgram().optimalValue(
        costs: single[0], constraints: single[1], bounds: single[2])
      #expect(try z.item() == value.scalars[item])
      for (part, gradient) in try z.gradients(of: single).enumerated() {
        let start = mask >> part & 1 == 1 ? item * gradient.count : 0
        for (position, partial) in gradient.scalars.enumerated() {
          terms[part][start + position].append(Rounded(weight) * Rounded(partial).stored)
        }
      }
    }
    for (gradient, terms) in zip(gradients, terms) {
      #expect(Rounded.excess(gradient.scalars, terms.map { Rounded.sum($0) }) <= 1)
    }
  }

  @Test func threadsDoNotMatter() throws {
    let programs = try Programs(9, rows: 4, columns: 9, seed: 5)
    let leaves = [programs.costs, programs.constraints, programs.bounds].map {
      $0.requiringGradient()
    }
    func run(_ threads: Int?) throws -> [[Float]] {
      let value = try LinearProgram(maxThreads: threads).optimalValue(
        costs: leaves[0], constraints: leaves[1], bounds: leaves[2])
      return try [value.scalars] + value.sum().gradients(of: leaves).map(\.scalars)
    }
    let expected = try run(1)
    for threads in [2, 4, nil] { #expect(try run(threads) == expected) }
    #expect(try withMaxThreads(1) { try run(nil) } == expected)
  }

  @Test func theGeneralFormHasGradientsByEveryBound() throws {
    // max 3x + 2y: x + y <= 4, -10 <= x + 3y <= 9, 0 <= x <= 3, y >= -5. Optimum (3, 1).
    let costs = try Tensor([3, 2], shape: [2]).requiringGradient()
    let constraints = try Tensor([1, 1, 1, 3], shape: [2, 2]).requiringGradient()
    let rowLower = try Tensor([-.infinity, -10], shape: [2]).requiringGradient()
    let rowUpper = try Tensor([4, 9], shape: [2]).requiringGradient()
    let lower = try Tensor([0, -5], shape: [2]).requiringGradient()
    let upper = try Tensor([3, .infinity], shape: [2]).requiringGradient()
    let value = try LinearProgram().optimalValue(
      sense: .maximize, costs: costs, constraints: constraints, rowLower: rowLower,
      rowUpper: rowUpper, lower: lower, upper: upper)
    #expect(try value.item() == 11)
    let gradients = try value.gradients(
      of: [costs, constraints, rowLower, rowUpper, lower, upper], cotangent: Tensor(2))
    #expect(
      gradients.map(\.scalars) == [
        [6, 2], [-12, -4, 0, 0], [0, 0], [4, 0], [0, 0], [2, 0],
      ])
    // The other way round the lower bounds are active: min at x = 0, y = -10 / 3.
    let least = try LinearProgram().optimalValue(
      costs: costs, constraints: constraints, rowLower: rowLower, rowUpper: rowUpper, lower: lower,
      upper: upper)
    let byLower = try least.gradients(of: [rowLower, rowUpper, lower, upper])
    // As close as `isClose` has it, and then rounded to `Float`.
    let tolerance = 1e-9 + ErrorBound.gamma(1)
    #expect(isClose(Double(try least.item()), -20.0 / 3, tolerance))
    let expected: [[Double]] = [[0, 2.0 / 3], [0, 0], [7.0 / 3, 0], [0, 0]]
    for (gradient, values) in zip(byLower, expected) {
      #expect(zip(gradient.scalars, values).allSatisfy { isClose(Double($0), $1, tolerance) })
    }
  }

  @Test func oneTensorOnBothSidesIsAnEquation() throws {
    let programs = try Programs(2, rows: 3, columns: 6, seed: 6)
    let bounds = programs.bounds.requiringGradient()
    let general = try LinearProgram().optimalValue(
      costs: programs.costs, constraints: programs.constraints, rowLower: bounds, rowUpper: bounds)
    let standard = try LinearProgram().optimalValue(
      costs: programs.costs, constraints: programs.constraints, bounds: bounds)
    #expect(general.scalars == standard.scalars)
    #expect(
      try general.sum().gradients(of: [bounds])[0].scalars
        == standard.sum().gradients(of: [bounds])[0].scalars)
  }

  @Test func untrackedTensorsGetNoGradientAndAnEmptyBatchIsEmpty() throws {
    let programs = try Programs(1, rows: 2, columns: 5, seed: 7)
    let parts = try programs.item(0)
    let costs = parts[0].requiringGradient()
    let value = try LinearProgram().optimalValue(
      costs: costs, constraints: parts[1], bounds: parts[2])
    #expect(try value.gradients(of: [costs])[0].shape == [5])
    let empty = try Tensor.zeros([0, 5]).requiringGradient()
    let matrix = parts[1].requiringGradient()
    let none = try LinearProgram().optimalValue(costs: empty, constraints: matrix, bounds: parts[2])
    #expect(none.shape == [0])
    let gradients = try none.sum().gradients(of: [empty, matrix])
    #expect(gradients[0].shape == [0, 5])
    #expect(gradients[1].scalars.allSatisfy { $0 == 0 })
  }

  @Test func whatIsWrongIsNamed() throws {
    let costs = try Tensor([1, 1, 1, 1], shape: [2, 2])
    let matrix = try Tensor([1, 1], shape: [1, 2])
    let infeasible = try Tensor([1, -1], shape: [2, 1])
    #expect(throws: LinearProgramError.infeasible(batch: 1)) {
      try LinearProgram().optimalValue(costs: costs, constraints: matrix, bounds: infeasible)
    }
    let bound = try Tensor([1], shape: [1])
    #expect(throws: LinearProgramError.invalidCost(batch: 1, column: 0, value: .infinity)) {
      try LinearProgram().optimalValue(
        costs: Tensor([1, 1, .infinity, 1], shape: [2, 2]), constraints: matrix, bounds: bound)
    }
    #expect {
      try LinearProgram().optimalValue(
        costs: costs, constraints: Tensor([1, 1, 1, .nan], shape: [2, 1, 2]), bounds: bound)
    } throws: { error in
      guard case .invalidCoefficient(1, 0, 1, _) = error as? LinearProgramError else {
        return false
      }
      return true
    }
    for (shape, rows) in [([3], 1), ([2], 2), ([2, 2, 2], 1), ([], 1)] {
      #expect(throws: LinearProgramError.self) {
        try LinearProgram().optimalValue(
          costs: Tensor.zeros(shape), constraints: matrix, bounds: Tensor.zeros([rows]))
      }
    }
    #expect(
      throws: LinearProgramError.shapeMismatch(
        expected: "batch axes of equal extent", found: "extents [2, 2, 3]")
    ) {
      try LinearProgram().optimalValue(
        costs: Tensor.zeros([3, 2]), constraints: matrix, bounds: Tensor.zeros([2, 1]))
    }
  }

  @Test func aFixedPolyhedronIsAPrimalProblem() throws {
    let programs = try Programs(1, rows: 3, columns: 7, seed: 8)
    let parts = try programs.item(0)
    var random = SeededGenerator(seed: 9)
    let costs = try (parts[0] + Tensor.random(uniform: [4, 7], in: -0.1...0.1, using: &random))
      .requiringGradient()
    let model = LinearModel(
      costs: .init(repeating: 0, count: 7),
      constraints: try ConstraintMatrix(
        dense: parts[1].scalars.map(Double.init), rows: 3, columns: 7),
      bounds: parts[2].scalars.map(Double.init))
    let polyhedron = FeasiblePolyhedron(of: model)
    let value = try polyhedron.optimalValue(costs)
    let expected = try LinearProgram().optimalValue(
      costs: costs, constraints: parts[1], bounds: parts[2])
    #expect(value.scalars == expected.scalars)
    #expect(
      try value.sum().gradients(of: [costs])[0].scalars
        == expected.sum().gradients(of: [costs])[0].scalars)
    let first = try Tensor(Array(costs.scalars[..<7]), shape: [7])
    #expect(try polyhedron.solve(first).value == polyhedron.solve(batch: costs.detached)[0].value)
  }
}
