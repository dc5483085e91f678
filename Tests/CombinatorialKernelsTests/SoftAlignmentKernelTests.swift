import CombinatorialKernels
import TestSupport
import Testing

/// Every variant of the smoothed kernel against the sum over all paths, and against the scalar one at
/// sizes around the lane widths.
struct SoftAlignmentKernelTests {
  @Test(arguments: InstructionSet.available, [0.1, 1, 10])
  func isTheSoftMinimumOverAllPaths(set: InstructionSet, temperature: Double) throws {
    var random = SeededRandom(seed: 91)
    for (rows, columns) in [(1, 1), (1, 4), (4, 1), (3, 4), (5, 5)] {
      for family in [AlignmentFamily.uniform, .signed, .ties] {
        let costs = family.costs(rows: rows, columns: columns, using: &random)
        let expected = softValue(costs, rows, columns, temperature)
        let double = try solve(costs, rows, columns, temperature, set)
        let float = try solve(costs.map { Float($0) }, rows, columns, temperature, set)
        let scale = max(1, abs(expected))
        #expect(abs(double.values[0] - expected) <= 1e-12 * scale, "\(family) \(rows)x\(columns)")
        #expect(abs(float.values[0] - expected) <= 1e-12 * scale, "\(family) \(rows)x\(columns)")
      }
    }
  }

  /// Central differences of the sum over all paths.
  @Test(arguments: InstructionSet.available)
  func gradientIsTheExpectedPath(set: InstructionSet) throws {
    var random = SeededRandom(seed: 92)
    let (rows, columns, temperature, step) = (4, 3, 0.7, 1e-5)
    let costs = AlignmentFamily.signed.costs(rows: rows, columns: columns, using: &random)
    let gradient = try solve(costs, rows, columns, temperature, set).gradient
    for cell in costs.indices {
      let sides = [step, -step].map { offset in
        var moved = costs
        moved[cell] += offset
        return softValue(moved, rows, columns, temperature)
      }
      #expect(abs(gradient[cell] - (sides[0] - sides[1]) / (2 * step)) < 1e-8, "cell \(cell)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func variantsAgreeAroundTheLaneWidths(set: InstructionSet) throws {
    var random = SeededRandom(seed: 93)
    for (rows, columns) in [(3, 5), (7, 9), (8, 8), (15, 16), (17, 33), (5, 100)] {
      let costs = AlignmentFamily.uniform.costs(rows: rows, columns: columns, using: &random)
      let expected = try solve(costs, rows, columns, 0.5, .scalar)
      let found = try solve(costs, rows, columns, 0.5, set)
      #expect(abs(found.values[0] - expected.values[0]) <= 1e-12 * abs(expected.values[0]))
      #expect(zip(found.gradient, expected.gradient).allSatisfy { abs($0 - $1) <= 1e-10 })
    }
  }

  private let gapFactor = 1.5

  private func softValue(
    _ costs: [Double], _ rows: Int, _ columns: Int, _ temperature: Double
  ) -> Double {
    ExhaustiveAlignment(costs, rows: rows, columns: columns, gaps: .factor(gapFactor))
      .softValue(temperature: temperature)
  }

  private func solve<Scalar: CostScalar>(
    _ costs: [Scalar], _ rows: Int, _ columns: Int, _ temperature: Double, _ set: InstructionSet
  ) throws -> SoftAlignmentOutput<Scalar> {
    try costs.withUnsafeBufferPointer {
      try SoftAlignmentKernel.solve(
        AlignmentCosts($0, rowStride: columns),
        shape: AlignmentShape(batch: 1, rows: rows, columns: columns),
        rule: AlignmentRule(.factor(gapFactor)), temperature: temperature, withGradient: true,
        instructionSet: set)
    }
  }
}
