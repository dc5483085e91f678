import CombinatorialKernels
import Foundation
import Testing

/// The exponential of the row kernels over its whole range, against the C library in double precision.
struct RowExponentialTests {
  private func exponential<Scalar: CostScalar>(_ x: [Scalar], _ set: InstructionSet) -> [Scalar] {
    guarded(x.count) { y in
      x.withUnsafeBufferPointer { RowKernels<Scalar>(set).exponential($0, into: y) }
    }.numbers
  }

  /// Two units in the last place, and one more for every 20 that the argument is below 0.
  @Test(arguments: InstructionSet.available)
  func floatStaysWithinItsTolerance(set: InstructionSet) {
    let least: Float = -87.33
    let x = stride(from: Float(0).bitPattern, to: (-least).bitPattern, by: 9973).map {
      -Float(bitPattern: $0)
    }
    var worst: (excess: Double, x: Float) = (-1, 0)
    for (x, y) in zip(x, exponential(x, set)) {
      let reference = exp(Double(x))
      let ulps = abs(Double(y) - reference) / Double(Float(reference).ulp)
      let excess = ulps - 2 - Double(-x) / 20
      if excess > worst.excess { worst = (excess, x) }
    }
    #expect(worst.excess <= 0, "\(set): \(worst)")
  }

  /// Two units, and half a one for the reference.
  @Test(arguments: InstructionSet.available)
  func doubleStaysWithinItsTolerance(set: InstructionSet) {
    let wide: [Double] = (0..<200_000).map { -708.39 * Double($0) / 200_000 }
    let small: [Double] = (1...60).map { -Double(sign: .plus, exponent: -$0, significand: 1) }
    let x = wide + small
    var worst: (ulps: Double, x: Double) = (0, 0)
    for (x, y) in zip(x, exponential(x, set)) {
      let reference = exp(x)
      let ulps = abs(y - reference) / reference.ulp
      if ulps > worst.ulps { worst = (ulps, x) }
    }
    #expect(worst.ulps <= 2.5, "\(set): \(worst)")
  }

  @Test(arguments: InstructionSet.available)
  func slightlyPositiveArgumentsAreAllowed(set: InstructionSet) {
    let x: [Float] = (0...1000).map { Float($0) / 1000 }
    let error = zip(x, exponential(x, set)).map { abs(Double($1) / exp(Double($0)) - 1) }.max()
    #expect(error ?? 1 <= (2 + 1.0 / 20) * 0x1p-23)
  }

  /// Exactly 0 below the normal numbers, NaN for every NaN, also where they share a vector.
  @Test(arguments: RowVariant.all)
  func specialArguments(variant: RowVariant) {
    if variant.isFloat {
      checkSpecial(
        Float.self, variant.set, zeroBelow: -87.69, payload: Float(bitPattern: 0xffff_ffff))
    } else {
      checkSpecial(
        Double.self, variant.set, zeroBelow: -708.75,
        payload: Double(bitPattern: 0x7ff8_0000_0000_0001))
    }
  }

  private func checkSpecial<Scalar: CostScalar>(
    _: Scalar.Type, _ set: InstructionSet, zeroBelow: Scalar, payload: Scalar
  ) {
    let zeros: [Scalar] = [
      -.infinity, -.greatestFiniteMagnitude, -20000, -10000, 2 * zeroBelow, zeroBelow,
    ]
    #expect(exponential(zeros + zeros + zeros, set).allSatisfy { $0 == 0 })
    let mixed: [Scalar] = [0, .nan, -1, payload, -.infinity, -0.0, .nan]
    for length in 1...40 {
      let x = (0..<length).map { mixed[$0 % mixed.count] }
      for (x, y) in zip(x, exponential(x, set)) {
        #expect(x.isNaN == y.isNaN)
        if x == 0 { #expect(y == 1) }
      }
    }
  }
}
