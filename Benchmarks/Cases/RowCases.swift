import CombinatorialKernels
import CombinatorialLosses
import Foundation

/// The row kernels forward and backward: cross-entropy, and the fused bag loss against the same loss
/// made of separate operations.
enum RowCases {
  static var all: [BenchmarkCase] {
    [(4096, 100), (8192, 1000), (2048, 30_000)].map { crossEntropyCase(rows: $0.0, classes: $0.1) }
      + [(64, 8, 100), (64, 32, 100), (64, 32, 1000)].map {
        bagLossCase(batch: $0.0, size: $0.1, classes: $0.2)
      }
  }

  /// One read of the logits each way and one write of the gradient; instances are rows.
  private static func crossEntropyCase(rows: Int, classes: Int) -> BenchmarkCase {
    BenchmarkCase(
      name: "cross-entropy/normal/\(rows)x\(classes)/float", isRepresentative: classes <= 1000,
      bytesPerInstance: 2 * classes * MemoryLayout<Float>.stride
    ) {
      let problem = try LogitRows(count: rows, classes: classes)
      return KernelChoice.all().map { choice in
        let outcome = Outcome<LogitRows.Result>()
        return Contestant(
          name: choice.name, instructionSet: choice.instructionSet, threads: choice.threads,
          instances: rows, references: choice.references,
          run: {
            outcome.value = try withMaxThreads(choice.threads) {
              try problem.crossEntropy(with: choice.instructionSet)
            }
          },
          check: { if let result = outcome.value { try problem.check(result) } })
      }
    }
  }

  private static func bagLossCase(batch: Int, size: Int, classes: Int) -> BenchmarkCase {
    BenchmarkCase(
      name: "bag-loss/normal/\(batch)x\(size)x\(classes)/float", isRepresentative: classes == 100
    ) {
      let bags = try Bags(batch: batch, size: size, classes: classes)
      let outcomes = (unfused: Outcome<Bags.Result>(), fused: Outcome<Bags.Result>())
      func contestant(
        _ name: String, references: [String], into outcome: Outcome<Bags.Result>,
        _ loss: @escaping (Tensor) throws -> Tensor
      ) -> Contestant {
        Contestant(
          name: name, instances: batch, references: references,
          run: { outcome.value = try withMaxThreads(1) { try bags.step(loss) } },
          check: {
            guard let found = outcome.value, let expected = outcomes.unfused.value else { return }
            try bags.check(found, against: expected)
          })
      }
      return [
        contestant("unfused", references: [], into: outcomes.unfused, bags.unfusedLoss),
        contestant("fused", references: ["unfused"], into: outcomes.fused) {
          try bagLoss(logits: $0, labels: bags.labels)
        },
      ]
    }
  }
}

/// Random logits with a label for each row.
private struct LogitRows {
  let logits: Tensor
  let labels: [Int32]

  struct Result {
    let losses: [Float]
    let gradient: Tensor
  }

  init(count: Int, classes: Int) throws {
    var generator = SeededGenerator(seed: 1)
    logits = try Tensor.random(normal: [count, classes], using: &generator)
    labels = (0..<count).map { _ in Int32.random(in: 0..<Int32(classes), using: &generator) }
  }

  func crossEntropy(with set: InstructionSet) throws -> Result {
    let kernels = RowKernels<Float>(set)
    let weights = [Float](repeating: 1, count: labels.count)
    return try logits.withUnsafeScalars { scalars in
      let rows = Rows(scalars, count: labels.count, columns: logits.shape[1])
      let (losses, logSumExp) = kernels.crossEntropy(rows, labels: labels)
      let gradient = try Tensor(
        shape: logits.shape,
        unsafeUninitialized: {
          kernels.crossEntropyGradient(
            rows, labels: labels, logSumExp: logSumExp, weights: weights, into: $0)
        })
      return Result(losses: losses, gradient: gradient)
    }
  }

  /// Every row of the gradient adds up to 0, and the label's entry says what the loss is:
  /// exp(-loss) - 1.
  func check(_ result: Result) throws {
    let classes = logits.shape[1]
    try result.gradient.withUnsafeScalars { gradient in
      for row in stride(from: 0, to: labels.count, by: 97) {
        let entries = gradient[row * classes..<(row + 1) * classes]
        let sum = entries.reduce(0.0) { $0 + Double($1) }
        let atLabel = Double(entries[entries.startIndex + Int(labels[row])])
        let expected = expm1(-Double(result.losses[row]))
        guard abs(sum) < 1e-4, abs(atLabel - expected) < 1e-5 else {
          throw BenchmarksError.wrongResult(
            "row \(row): gradient adds up to \(sum), \(atLabel) at the label, expected \(expected)")
        }
      }
    }
  }
}

/// Random bags, and Algorithm 2 step by step.
private struct Bags {
  let logits: Tensor
  let labels: [Int32]

  struct Result {
    let values: [Float]
    let gradient: [Float]
  }

  init(batch: Int, size: Int, classes: Int) throws {
    var generator = SeededGenerator(seed: 2)
    logits = try Tensor.random(normal: [batch, size, classes], using: &generator)
      .requiringGradient()
    labels = (0..<batch * size).map { _ in Int32.random(in: 0..<Int32(classes), using: &generator) }
  }

  /// From the logits to their gradient.
  func step(_ loss: (Tensor) throws -> Tensor) throws -> Result {
    let values = try loss(logits)
    let gradient = try values.mean().gradients(of: [logits])[0]
    return Result(values: values.scalars, gradient: gradient.scalars)
  }

  /// log-softmax, gathering, assignment: costs[b][j][k] = -logSoftmax(logits[b][j])[labels[b][k]].
  func unfusedLoss(_ logits: Tensor) throws -> Tensor {
    let (batch, size, classes) = (logits.shape[0], logits.shape[1], logits.shape[2])
    let positions = (0..<batch * size).flatMap { row in
      (0..<size).map { Int32(row * classes) + labels[row / size * size + $0] }
    }
    let costs = try (-logSoftmax(logits)).reshaped([-1]).gathered(at: positions)
    return try Assignment().optimalValue(costs.reshaped([batch, size, size]))
  }

  func check(_ found: Result, against expected: Result) throws {
    let values = zip(found.values, expected.values).map { abs($0 - $1) / max(1, abs($1)) }
    let gradients = zip(found.gradient, expected.gradient).map { abs($0 - $1) }
    guard (values.max() ?? 0) < 1e-4, (gradients.max() ?? 0) < 1e-5 else {
      throw BenchmarksError.wrongResult("the fused bag loss differs from the unfused one")
    }
  }
}
