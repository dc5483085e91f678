import CombinatorialKernels
import Foundation
import TestSupport
import Testing

/// Logits of any magnitude: what a row's logarithm of the sum adds to a logit of 1e15 is below that logit's
/// rounding, and yet all that a probability or a loss consists of.
struct RowMagnitudeTests {
  /// What a row of equal logits gives, of any magnitude.
  @Test(arguments: RowVariant.all)
  func equalLogits(variant: RowVariant) {
    func check<Scalar: CostScalar>(_ magnitudes: [Scalar]) {
      let bound = RowTolerance(isFloat: variant.isFloat, columns: 3)
      for magnitude in magnitudes {
        for columns in [2, 3, 19] {
          let row = [Scalar](repeating: magnitude, count: columns)
          let found = RowAnswers(row, label: 1, variant.set)
          let share = 1 / Double(columns)
          let name: Comment = "\(variant): \(columns) of \(magnitude)"
          #expect(found.softmax.allSatisfy { abs(Double($0) - share) <= bound.unit * share }, name)
          let others = found.logSoftmax + found.costs.map { -$0 } + [-found.loss]
          #expect(
            others.allSatisfy { abs(Double($0) + log(Double(columns))) <= bound.logarithm }, name)
          let gradients = found.gradient + found.costsGradient
          for (cell, slope) in gradients.enumerated() {
            let expected = share - (cell % columns == 1 ? 1 : 0)
            #expect(abs(Double(slope) - expected) <= bound.gradient(weight: 1), name)
          }
        }
      }
    }
    if variant.isFloat {
      check([1e15, 2_331_275_230_707_712, -1e15, 1e30, -3e38, 1e-30, 0x1p-149, 1e6, 70] as [Float])
    } else {
      check([1e15, 1e6, -1e6, 1e17, -1e300, 1.7e308, 1e-300, 0x1p-1074, 70] as [Double])
    }
  }

  /// Near a base of any magnitude, in steps that the element type can just tell apart; and magnitudes from
  /// the least to the greatest mixed in one row.
  @Test(arguments: RowVariant.all)
  func mixedMagnitudes(variant: RowVariant) {
    var random = SeededRandom(seed: 64)
    let reach = variant.isFloat ? 37.0 : 300
    for number in 0..<2000 {
      let columns = Int.random(in: 1...40, using: &random)
      let base = pow(10, Double.random(in: -reach...reach, using: &random))
      let row = (0..<columns).map { _ -> Double in
        let sign = Bool.random(using: &random) ? 1.0 : -1
        switch number % 3 {
        case 0: return sign * pow(10, Double.random(in: -reach...reach, using: &random))
        case 1: return base + sign * Double(Int.random(in: 0..<9, using: &random)) / 2
        default:
          let step = variant.isFloat ? Double(Float(base).ulp) : base.ulp
          return base + sign * Double(Int.random(in: 0..<9, using: &random)) * step
        }
      }
      let label = Int.random(in: 0..<columns, using: &random)
      let name: Comment = "\(variant), seed 64, number \(number)"
      if variant.isFloat {
        expectAccuracy(row.map { Float($0) }, label: label, variant.set, name)
      } else {
        expectAccuracy(row, label: label, variant.set, name)
      }
    }
  }

  private func expectAccuracy<Scalar: CostScalar>(
    _ row: [Scalar], label: Int, _ set: InstructionSet, _ name: Comment
  ) {
    let bound = RowTolerance(isFloat: Scalar.self == Float.self, columns: row.count)
    let found = RowAnswers(row, label: label, set)
    let logarithms = RowReference.logSoftmax(row.map { Double($0) })
    let total = found.softmax.reduce(0.0) { $0 + Double($1) }
    #expect(abs(total - 1) <= Double(min(row.count, 20)) * bound.unit, name)
    #expect(worstError(found.logSoftmax, logarithms) <= bound.logarithm, name)
    #expect(worstError([found.loss], [-logarithms[label]]) <= bound.logarithm, name)
    #expect(worstError(found.costs, [-logarithms[label]]) <= bound.logarithm, name)
    #expect(found.loss >= 0 && found.costs.allSatisfy { $0 >= 0 }, name)
    for (column, logarithm) in logarithms.enumerated() {
      let expected = exp(logarithm)
      let error = abs(Double(found.softmax[column]) - expected)
      let least = Double(Scalar.leastNormalMagnitude)
      #expect(error <= max(expected * bound.relative(logarithm), least), name)
      let slope = expected - (column == label ? 1 : 0)
      for gradient in [found.gradient, found.costsGradient] {
        #expect(abs(Double(gradient[column]) - slope) <= bound.gradient(weight: 1), name)
      }
    }
  }
}

/// All that the kernels make of one row: as it is, and as a bag of one.
private struct RowAnswers<Scalar: CostScalar> {
  let softmax, logSoftmax, costs, gradient, costsGradient: [Scalar]
  let loss: Scalar

  init(_ row: [Scalar], label: Int, _ set: InstructionSet) {
    let (kernels, labels, count) = (RowKernels<Scalar>(set), [Int32(label)], row.count)
    func with<Result>(_ body: (Rows<Scalar>) -> Result) -> Result {
      row.withUnsafeBufferPointer { body(Rows($0, count: 1, columns: count)) }
    }
    softmax = guarded(count) { y in with { kernels.softmax($0, into: y) } }.numbers
    logSoftmax = guarded(count) { y in with { kernels.logSoftmax($0, into: y) } }.numbers
    let (losses, logSumExp) = with { kernels.crossEntropy($0, labels: labels) }
    loss = losses[0]
    gradient =
      guarded(count) { dx in
        with {
          kernels.crossEntropyGradient(
            $0, labels: labels, logSumExp: logSumExp, weights: [1], into: dx)
        }
      }.numbers
    var sums: [Double] = []
    costs =
      guarded(1) { costs in
        sums = with { kernels.bagCosts($0, labels: labels, size: 1, into: costs) }
      }.numbers
    let cotangent: [Scalar] = [1]
    costsGradient =
      guarded(count) { dx in
        cotangent.withUnsafeBufferPointer { cotangent in
          with {
            kernels.bagCostsGradient(
              $0, labels: labels, size: 1, logSumExp: sums, cotangent: cotangent, into: dx)
          }
        }
      }.numbers
  }
}
