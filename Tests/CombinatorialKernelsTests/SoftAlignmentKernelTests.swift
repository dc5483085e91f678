import CombinatorialKernels
import Foundation
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
        let bound = 2 * valueBound(costs, rows, columns, temperature)
        #expect(abs(double.values[0] - expected) <= bound, "\(family) \(rows)x\(columns)")
        #expect(abs(float.values[0] - expected) <= bound, "\(family) \(rows)x\(columns)")
      }
    }
  }

  /// Central differences of the sum over all paths.
  @Test(arguments: InstructionSet.available)
  func gradientIsTheExpectedPath(set: InstructionSet) throws {
    var random = SeededRandom(seed: 92)
    let (rows, columns, temperature, step) = (4, 3, 0.7, 0x1p-16)
    let costs = AlignmentFamily.signed.costs(rows: rows, columns: columns, using: &random)
    let gradient = try solve(costs, rows, columns, temperature, set).gradient
    // The second and third derivatives are cumulants of how often a random path pays the cell, over t and
    // t^2: of a number from 0 to r the third is at most r^3 / (6 sqrt 3). The sums of a path and over all
    // paths round once for each term.
    let range = gapFactor * Double(rows + columns)
    let bound = ErrorBound.centralDifference(
      step: step,
      thirdDerivative: range * range * range / (6 * 3.squareRoot()) / (temperature * temperature),
      valueError: 16 * 0x1p-53 * range * (costs.map { abs($0) }.max() ?? 0))
    for cell in costs.indices {
      let sides = [step, -step].map { offset in
        var moved = costs
        moved[cell] += offset
        return softValue(moved, rows, columns, temperature)
      }
      #expect(
        abs(gradient[cell] - (sides[0] - sides[1]) / (2 * step)) <= bound, "cell \(cell)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func variantsAgreeAroundTheLaneWidths(set: InstructionSet) throws {
    var random = SeededRandom(seed: 93)
    for (rows, columns) in [(3, 5), (7, 9), (8, 8), (15, 16), (17, 33), (5, 100)] {
      let costs = AlignmentFamily.uniform.costs(rows: rows, columns: columns, using: &random)
      let expected = try solve(costs, rows, columns, 0.5, .scalar)
      let found = try solve(costs, rows, columns, 0.5, set)
      let bound = valueBound(costs, rows, columns, 0.5)
      #expect(abs(found.values[0] - expected.values[0]) <= 2 * bound)
      // Probabilities are within a factor of exp(bound / t); a path adds at most 1.5 to an entry for each
      // of its moves.
      let ofGradient = 2 * 1.5 * Double(rows + columns) * expm1(bound / 0.5)
      #expect(zip(found.gradient, expected.gradient).allSatisfy { abs($0 - $1) <= ofGradient })
    }
  }

  private let gapFactor = 1.5

  /// What cl_alignment.h promises of a value: 8 n A 2^-52 with n = rows + columns and A = n (greatest
  /// magnitude of a price + t log 3). The sum over all paths is as close.
  private func valueBound(
    _ costs: [Double], _ rows: Int, _ columns: Int, _ temperature: Double
  ) -> Double {
    let (n, price) = (Double(rows + columns), gapFactor * (costs.map { abs($0) }.max() ?? 0))
    return 8 * n * n * (price + temperature * log(3)) * 0x1p-52
  }

  private func softValue(
    _ costs: [Double], _ rows: Int, _ columns: Int, _ temperature: Double
  ) -> Double {
    ExhaustiveAlignment(costs, rows: rows, columns: columns, gaps: .factor(gapFactor))
      .softValue(temperature: temperature)
  }

  private func solve<Scalar: KernelScalar>(
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
