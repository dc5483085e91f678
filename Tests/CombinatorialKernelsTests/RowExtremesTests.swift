import CombinatorialKernels
import Foundation
import TestSupport
import Testing

/// Rows that a naive sum or an unguarded exponential gets wrong.
struct RowExtremesTests {
  // MARK: Accuracy where a naive sum loses it

  /// Equal logits: all roundings of a plain sum would point the same way. Here all terms are 1 and all sums
  /// exact; the logarithm and its sum with the logit are rounded.
  @Test(arguments: InstructionSet.available)
  func equalLogits(set: InstructionSet) {
    for (logit, columns): (Float, Int) in [(0, 100_000), (-0.3, 77_777), (1e4, 4099)] {
      let x = [Float](repeating: logit, count: columns)
      let found = x.withUnsafeBufferPointer {
        RowKernels<Float>(set).logSumExp(Rows($0, count: 1, columns: columns))
      }
      let expected = Double(logit) + log(Double(columns))
      #expect(abs(found[0] - expected) <= 0x1p-52 * abs(expected) + 1e-14, "\(columns)")
    }
  }

  /// One logit towers over many equal ones, whose terms all round the same way when they are added.
  /// The loss is never negative.
  @Test(arguments: InstructionSet.available)
  func smallTermsBesideALargeOne(set: InstructionSet) {
    for columns in [2, 9, 100, 5000] {
      for position in [0, columns / 2, columns - 1] {
        for gap in [5, 15, 17, 40] {
          var x = [Float](repeating: -12, count: columns)
          x[position] = Float(gap - 12)
          let (losses, _) = x.withUnsafeBufferPointer {
            RowKernels<Float>(set).crossEntropy(
              Rows($0, count: 1, columns: columns), labels: [Int32(position)])
          }
          let expected = log1p(Double(columns - 1) * exp(-Double(gap)))
          let tolerance = RowTolerance(isFloat: true, columns: columns).logarithm * max(1, expected)
          #expect(abs(Double(losses[0]) - expected) <= tolerance, "\(gap), \(position), \(columns)")
          #expect(losses[0] >= 0)
        }
      }
    }
  }

  /// The label's logit lies far below the greatest, by no round number, or is -infinity: too far to
  /// refer the row's terms to.
  @Test(arguments: RowVariant.all)
  func labelsFarBelow(variant: RowVariant) {
    for columns in [2, 9, 100, 1000, 5000] {
      for gap in [0.3, 7.7, 15.9, 16.1, 44.3, 87.7, 88.9, 89.1, 177.2, 300.4, 9e3, .infinity] {
        for position in Set([0, columns / 2, columns - 1]) {
          var row = [Double](repeating: 2.1 - min(gap, 20), count: columns)
          row[position] = 2.1
          row[(position + 1) % columns] = 2.1 - gap
          let name: Comment = "\(variant): \(gap) beside \(position) of \(columns)"
          let labels = [Int32((position + 1) % columns)]
          let error =
            variant.isFloat
            ? lossError(row.map { Float($0) }, labels, variant.set)
            : lossError(row, labels, variant.set)
          let bound = RowTolerance(isFloat: variant.isFloat, columns: columns)
          #expect(error <= bound.logarithm, name)
        }
      }
    }
  }

  /// The loss's distance from that of the definition, relative where it is above 1.
  private func lossError<Scalar: CostScalar>(
    _ row: [Scalar], _ labels: [Int32], _ set: InstructionSet
  ) -> Double {
    let (losses, logSumExp) = row.withUnsafeBufferPointer {
      RowKernels<Scalar>(set).crossEntropy(Rows($0, count: 1, columns: row.count), labels: labels)
    }
    let reference = RowReference.logSumExp(row.map { Double($0) })
    let loss = -RowReference.logSoftmax(row.map { Double($0) })[Int(labels[0])]
    return max(worstError(losses, [loss]), worstError(logSumExp, [reference]))
  }

  // MARK: Not numbers

  /// NaN and +infinity anywhere make the log-sum-exp NaN, whatever else the row holds.
  @Test(arguments: RowVariant.all)
  func badLogitsShowInTheLogSumExp(variant: RowVariant) {
    for columns in [1, 2, 7, 8, 9, 16, 31, 33, 67, 1500] {
      for position in Set([0, columns / 3, columns / 2, columns - 1]) {
        for rest in [0.0, -1e4, -.infinity, .infinity] {
          for bad in [Double.nan, .infinity] {
            var row = [Double](repeating: rest, count: columns)
            row[position] = bad
            #expect(logSumExp(row, variant).isNaN, "\(bad) at \(position) of \(columns) \(rest)")
          }
        }
      }
      let nothing = [Double](repeating: -.infinity, count: columns)
      #expect(logSumExp(nothing, variant) == -.infinity)
    }
    #expect(logSumExp([-.infinity, 5, -.infinity], variant) == 5)
    let greatest = variant.isFloat ? 0x1.8p127 : 0x1.8p1023
    #expect(logSumExp([-greatest, greatest, 0], variant) == greatest)
  }

  /// That of the row alone, if the loss has the same whatever the label is, within rounding.
  private func logSumExp(_ row: [Double], _ variant: RowVariant) -> Double {
    func compute<Scalar: CostScalar>(_ row: [Scalar]) -> Double {
      let kernels = RowKernels<Scalar>(variant.set)
      return row.withUnsafeBufferPointer { scalars in
        let x = Rows(scalars, count: 1, columns: row.count)
        let found = kernels.logSumExp(x)
        for label in Set([0, row.count / 2, row.count - 1]) {
          let beside = kernels.crossEntropy(x, labels: [Int32(label)]).logSumExp
          let tolerance = 2 * RowTolerance(isFloat: variant.isFloat, columns: row.count).logarithm
          #expect(worstError(beside, found) <= tolerance, "label \(label) of \(row.count)")
        }
        return found[0]
      }
    }
    return variant.isFloat ? compute(row.map { Float($0) }) : compute(row)
  }
}
