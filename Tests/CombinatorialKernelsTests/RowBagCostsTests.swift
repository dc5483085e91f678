import CombinatorialKernels
import TestSupport
import Testing

/// The costs of bags and their pullback against the definitions.
struct RowBagCostsTests {
  @Test(arguments: RowVariant.all)
  func costsAndGradient(variant: RowVariant) {
    var random = SeededRandom(seed: 71)
    for (bags, size, columns) in [
      (1, 1, 1), (2, 4, 10), (3, 5, 7), (2, 17, 33), (1, 32, 100), (2, 3, 2100),
    ] {
      for scale in [8.0, 1e4, 1e15, 1e38] {
        if variant.isFloat {
          let sample = RowSample<Float>(
            rows: bags * size, columns: columns, scale: scale, using: &random)
          check(sample, size: size, variant.set)
        } else {
          let sample = RowSample<Double>(
            rows: bags * size, columns: columns, scale: scale, using: &random)
          check(sample, size: size, variant.set)
        }
      }
    }
  }

  private func check<Scalar: CostScalar>(
    _ sample: RowSample<Scalar>, size: Int, _ set: InstructionSet
  ) {
    let bound = RowTolerance(isFloat: Scalar.self == Float.self, columns: sample.columns)
    let kernels = RowKernels<Scalar>(set)
    let name: Comment =
      "\(set) \(Scalar.self) \(sample.rows)x\(sample.columns), size \(size), seed 71"
    let reference = (0..<sample.rows).map { RowReference.logSumExp(sample.row($0)) }
    var logSumExp: [Double] = []
    let costs = guarded(sample.rows * size) { costs in
      logSumExp = sample.withRows {
        kernels.bagCosts($0, labels: sample.labels, size: size, into: costs)
      }
    }
    let expected = (0..<sample.rows).flatMap { row in
      let logarithms = RowReference.logSoftmax(sample.row(row))
      return (0..<size).map { -logarithms[Int(sample.labels[row / size * size + $0])] }
    }
    #expect(costs.isIntact, name)
    #expect(worstError(costs.numbers, expected) <= bound.logarithm, name)
    #expect(worstError(logSumExp, reference) <= bound.logarithm, name)
    // Cotangents of a row are at most 0.5 each.
    let tolerance = bound.gradient(weight: Double(size) / 2, labels: size)
    checkGradient(sample, size: size, kernels, logSumExp, tolerance: tolerance, name)
  }

  private func checkGradient<Scalar: CostScalar>(
    _ sample: RowSample<Scalar>, size: Int, _ kernels: RowKernels<Scalar>, _ logSumExp: [Double],
    tolerance: Double, _ name: Comment
  ) {
    let cotangent = (0..<sample.rows * size).map { Scalar($0 * 7 % 5) / 4 - 0.5 }
    var expected: [Double] = []
    for row in 0..<sample.rows {
      let weights = cotangent[row * size..<(row + 1) * size].map(Double.init)
      let total = weights.reduce(0, +)
      var gradient = RowReference.softmax(sample.row(row)).map { total * $0 }
      for (position, weight) in weights.enumerated() {
        gradient[Int(sample.labels[row / size * size + position])] -= weight
      }
      expected += gradient
    }
    for (offset, streaming) in [(0, false), (3, false), (0, true), (7, true)] {
      let gradient = guarded(expected.count, offset: offset) { dx in
        cotangent.withUnsafeBufferPointer { cotangent in
          sample.withRows {
            kernels.bagCostsGradient(
              $0, labels: sample.labels, size: size, logSumExp: logSumExp, cotangent: cotangent,
              streaming: streaming, into: dx)
          }
        }
      }
      #expect(gradient.isIntact, name)
      #expect(worstError(gradient.numbers, expected) <= tolerance, name)
    }
  }

  @Test(arguments: RowVariant.all)
  func forbiddenPairsCostInfinity(variant: RowVariant) {
    func check<Scalar: CostScalar>(_: Scalar.Type) {
      let x: [Scalar] = [0, -.infinity, 1, 2]
      let costs = guarded(4) { costs in
        x.withUnsafeBufferPointer {
          _ = RowKernels<Scalar>(variant.set).bagCosts(
            Rows($0, count: 2, columns: 2), labels: [0, 1], size: 2, into: costs)
        }
      }
      #expect(costs.numbers[0] == 0)
      #expect(costs.numbers[1] == .infinity)
      #expect(costs.numbers[2].isFinite && costs.numbers[3].isFinite)
    }
    if variant.isFloat { check(Float.self) } else { check(Double.self) }
  }

  @Test(arguments: RowVariant.all)
  func labelsOutOfRangeWriteNothing(variant: RowVariant) {
    func check<Scalar: CostScalar>(_: Scalar.Type) {
      let kernels = RowKernels<Scalar>(variant.set)
      let x = [Scalar](repeating: 1, count: 4)
      x.withUnsafeBufferPointer { x in
        let rows = Rows(x, count: 2, columns: 2)
        let costs = guarded(4) { _ = kernels.bagCosts(rows, labels: [0, 2], size: 2, into: $0) }
        let gradient = guarded(4) {
          kernels.bagCostsGradient(
            rows, labels: [-1, 0], size: 2, logSumExp: [1, 1], cotangent: x, into: $0)
        }
        #expect((costs.numbers + gradient.numbers).allSatisfy { $0 == -12345 })
      }
    }
    if variant.isFloat { check(Float.self) } else { check(Double.self) }
  }

  @Test func threadsDoNotMatter() {
    var random = SeededRandom(seed: 72)
    let sample = RowSample<Float>(rows: 400, columns: 120, using: &random)
    let results = [1, 2, 5].map { threads in
      Parallel.$maxThreads.withValue(threads) {
        guarded(1600) { costs in
          _ = sample.withRows {
            RowKernels<Float>().bagCosts($0, labels: sample.labels, size: 4, into: costs)
          }
        }.numbers
      }
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }
}
