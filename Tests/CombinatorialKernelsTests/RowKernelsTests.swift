import CombinatorialKernels
import TestSupport
import Testing

/// Every variant of the row kernels against PyTorch's answers and against the definitions.
struct RowKernelsTests {
  static let lengths = Array(1...67) + [100, 1000, 4099]

  // MARK: PyTorch

  @Test(arguments: RowVariant.all)
  func fixtures(variant: RowVariant) throws {
    for problem in try CrossEntropyCase.all() {
      if variant.isFloat {
        checkFixture(problem, RowKernels<Float>(variant.set))
      } else {
        checkFixture(problem, RowKernels<Double>(variant.set))
      }
    }
  }

  private func checkFixture<Scalar: CostScalar>(
    _ problem: CrossEntropyCase, _ kernels: RowKernels<Scalar>
  ) {
    let bound = RowTolerance(isFloat: Scalar.self == Float.self, columns: problem.classes)
    let tolerance = bound.logarithm
    let logits = problem.flatLogits.map { Scalar($0) }
    logits.withUnsafeBufferPointer { logits in
      let x = Rows(logits, count: problem.rows, columns: problem.classes)
      let (losses, logSumExp) = kernels.crossEntropy(x, labels: problem.labels)
      let mean = losses.reduce(0) { $0 + Double($1) } / Double(problem.rows)
      #expect(
        abs(mean - problem.crossEntropy) <= tolerance * max(1, problem.crossEntropy),
        "\(problem.name)")
      #expect(worstError(logSumExp, problem.logSumExp) <= tolerance, "\(problem.name)")
      // With maxima for references, where the loss refers to the labels' logits.
      #expect(
        worstError(kernels.logSumExp(x), problem.logSumExp) <= tolerance, "\(problem.name)")
      let weights = [Scalar](repeating: 1 / Scalar(problem.rows), count: problem.rows)
      let gradient = guarded(logits.count) { dx in
        kernels.crossEntropyGradient(
          x, labels: problem.labels, logSumExp: logSumExp, weights: weights, into: dx)
      }
      #expect(
        worstError(gradient.numbers, problem.flatGradient)
          <= bound.gradient(weight: 1 / Double(problem.rows)), "\(problem.name)")
    }
  }

  // MARK: Every length

  @Test(arguments: RowVariant.all)
  func everyLength(variant: RowVariant) {
    var random = SeededRandom(seed: 61)
    for columns in Self.lengths {
      for (scale, holes) in [(8.0, false), (30, true), (1e4, false), (1e15, true), (1e38, false)]
      where columns < 1000 || holes {
        let rows = columns < 20 ? 19 : 4
        if variant.isFloat {
          let sample = RowSample<Float>(
            rows: rows, columns: columns, scale: scale, holes: holes, using: &random)
          check(sample, variant.set)
        } else {
          let sample = RowSample<Double>(
            rows: rows, columns: columns, scale: scale, holes: holes, using: &random)
          check(sample, variant.set)
        }
      }
    }
  }

  @Test(arguments: RowVariant.all)
  func aHundredThousandColumns(variant: RowVariant) {
    var random = SeededRandom(seed: 62)
    if variant.isFloat {
      let sample = RowSample<Float>(rows: 1, columns: 100_000, holes: true, using: &random)
      check(sample, variant.set)
    } else {
      let sample = RowSample<Double>(rows: 1, columns: 100_000, holes: true, using: &random)
      check(sample, variant.set)
    }
  }

  private func check<Scalar: CostScalar>(
    _ sample: RowSample<Scalar>, _ set: InstructionSet
  ) {
    let kernels = RowKernels<Scalar>(set)
    let bound = RowTolerance(isFloat: Scalar.self == Float.self, columns: sample.columns)
    let tolerance = bound.logarithm
    let name: Comment = "\(set) \(Scalar.self) \(sample.rows)x\(sample.columns) of seed 61 or 62"
    let logSumExp = (0..<sample.rows).map { RowReference.logSumExp(sample.row($0)) }
    let softmax = (0..<sample.rows).flatMap { RowReference.softmax(sample.row($0)) }
    let found = sample.withRows { kernels.crossEntropy($0, labels: sample.labels) }
    #expect(worstError(found.logSumExp, logSumExp) <= tolerance, name)
    let expected = (0..<sample.rows).flatMap { RowReference.logSoftmax(sample.row($0)) }
    let losses = (0..<sample.rows).map { -expected[$0 * sample.columns + Int(sample.labels[$0])] }
    #expect(worstError(found.losses, losses) <= tolerance, name)

    let count = sample.logits.count
    let probabilities = guarded(count) { y in sample.withRows { kernels.softmax($0, into: y) } }
    #expect(probabilities.isIntact, name)
    #expect(worstError(probabilities.numbers, softmax) <= bound.probability, name)
    let logarithms = guarded(count) { y in sample.withRows { kernels.logSoftmax($0, into: y) } }
    #expect(logarithms.isIntact, name)
    #expect(worstError(logarithms.numbers, expected) <= tolerance, name)
    checkGradient(
      sample, kernels, softmax, found.logSumExp, tolerance: bound.gradient(weight: 1.25), name)
  }

  /// Cached and streaming stores, at every alignment of the output.
  private func checkGradient<Scalar: CostScalar>(
    _ sample: RowSample<Scalar>, _ kernels: RowKernels<Scalar>, _ softmax: [Double],
    _ logSumExp: [Double], tolerance: Double, _ name: Comment
  ) {
    let weights = (0..<sample.rows).map { Scalar($0 % 3) - 0.75 }
    let expected = softmax.enumerated().map { cell, probability in
      let (row, column) = (cell / sample.columns, cell % sample.columns)
      let hit = Int(sample.labels[row]) == column ? 1.0 : 0
      return Double(weights[row]) * (probability - hit)
    }
    for (offset, streaming) in [
      (0, false), (3, false), (0, true), (1, true), (5, true), (15, true),
    ] {
      let gradient = guarded(expected.count, offset: offset) { dx in
        sample.withRows {
          kernels.crossEntropyGradient(
            $0, labels: sample.labels, logSumExp: logSumExp, weights: weights,
            streaming: streaming, into: dx)
        }
      }
      #expect(gradient.isIntact, name)
      #expect(worstError(gradient.numbers, expected) <= tolerance, name)
    }
  }

  // MARK: Labels

  /// A kernel that meets a label out of range writes nothing.
  @Test(arguments: RowVariant.all)
  func labelsOutOfRangeWriteNothing(variant: RowVariant) {
    if variant.isFloat {
      checkLabels(RowKernels<Float>(variant.set))
    } else {
      checkLabels(RowKernels<Double>(variant.set))
    }
  }

  private func checkLabels<Scalar: CostScalar>(_ kernels: RowKernels<Scalar>) {
    let logits = [Scalar](repeating: 0.5, count: 4 * 3)
    for (labels, position): ([Int32], Int) in [([0, 1, 3, 2], 2), ([-1, 1, 2, 2], 0)] {
      #expect(RowKernels<Scalar>.firstInvalidLabel(labels, columns: 3) == position)
      logits.withUnsafeBufferPointer { logits in
        let x = Rows(logits, count: 4, columns: 3)
        let found = kernels.crossEntropy(x, labels: labels)
        #expect(found.losses == [0, 0, 0, 0] && found.logSumExp == [0, 0, 0, 0])
        for streaming in [false, true] {
          let gradient = guarded(12) { dx in
            kernels.crossEntropyGradient(
              x, labels: labels, logSumExp: [1, 1, 1, 1], weights: [1, 1, 1, 1],
              streaming: streaming, into: dx)
          }
          #expect(gradient.numbers.allSatisfy { $0 == -12345 } && gradient.isIntact)
        }
      }
    }
    #expect(RowKernels<Scalar>.firstInvalidLabel([0, 2, 1], columns: 3) == nil)
  }

  // MARK: Threads

  @Test func threadsDoNotMatter() {
    var random = SeededRandom(seed: 63)
    let sample = RowSample<Float>(rows: 700, columns: 99, using: &random)
    let results = [1, 2, 5].map { threads in
      Parallel.$maxThreads.withValue(threads) {
        let (losses, logSumExp) = sample.withRows {
          RowKernels<Float>().crossEntropy($0, labels: sample.labels)
        }
        let gradient = guarded(sample.logits.count) { dx in
          sample.withRows {
            RowKernels<Float>().crossEntropyGradient(
              $0, labels: sample.labels, logSumExp: logSumExp, weights: losses, into: dx)
          }
        }
        return (losses, logSumExp, gradient.numbers)
      }
    }
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
  }
}
