import CombinatorialKernels
import CombinatorialLosses
import DifferentiableTensor

/// The row kernels. An instance is a row. Most shapes exceed the caches, so memory limits them.
enum RowCases {
  static var all: [BenchmarkCase] {
    shapes.flatMap { shape in
      [
        logSumExp(Float.self, shape), logSumExp(Double.self, shape),
        softmax(Float.self, shape), softmax(Double.self, shape),
        crossEntropy(shape),
      ]
    }
  }

  struct Shape {
    let rows, classes: Int
    var isRepresentative: Bool { classes <= 1000 }
  }

  private static let shapes = [
    Shape(rows: 4096, classes: 100), Shape(rows: 8192, classes: 1000),
    Shape(rows: 2048, classes: 30000),
  ]

  private static func name<Scalar>(_ kernel: String, _ shape: Shape, _ type: Scalar.Type) -> String
  {
    "\(kernel)/normal/\(shape.rows)x\(shape.classes)/\(type == Float.self ? "float" : "double")"
  }

  private static func logSumExp<Scalar: CostScalar>(
    _ type: Scalar.Type, _ shape: Shape
  ) -> BenchmarkCase {
    BenchmarkCase(
      name: name("log-sum-exp", shape, type), isRepresentative: shape.isRepresentative,
      bytesPerInstance: shape.classes * MemoryLayout<Scalar>.stride + MemoryLayout<Double>.stride
    ) {
      let problems = LogitProblems<Scalar>(rows: shape.rows, classes: shape.classes)
      let outcome = Outcome<[Double]>()
      return contestants(
        instances: shape.rows,
        unfused: try tensorPath(of: problems, UnfusedOperations.logSumExp) {
          try $0.checkEqual((outcome.value ?? []).map { Float($0) }, "unfused log-sum-exp")
        },
        run: { choice in outcome.value = problems.with(choice) { $0.logSumExp($1) } },
        check: {
          for row in problems.checkedRows {
            try problems.check(
              "log-sum-exp", row: row, outcome.value.map { [Scalar($0[row])] } ?? [],
              [problems.logSumExp(row)])
          }
        })
    }
  }

  private static func softmax<Scalar: CostScalar>(
    _ type: Scalar.Type, _ shape: Shape
  ) -> BenchmarkCase {
    BenchmarkCase(
      name: name("softmax", shape, type), isRepresentative: shape.isRepresentative,
      bytesPerInstance: 2 * shape.classes * MemoryLayout<Scalar>.stride
    ) {
      let problems = LogitProblems<Scalar>(rows: shape.rows, classes: shape.classes)
      return contestants(
        instances: shape.rows,
        unfused: try tensorPath(of: problems, UnfusedOperations.softmax) { found in
          try problems.output.withMemoryRebound(to: Float.self) {
            try found.checkEqual($0, "unfused softmax")
          }
        },
        run: { choice in problems.with(choice) { $0.softmax($1, into: problems.output) } },
        check: { try problems.checkOutput("softmax") { problems.scaledProbabilities($0) } })
    }
  }

  /// Forward and backward: the loss of each row and its gradient by the logits.
  private static func crossEntropy(_ shape: Shape) -> BenchmarkCase {
    BenchmarkCase(
      name: name("cross-entropy", shape, Float.self),
      isRepresentative: shape.isRepresentative,
      bytesPerInstance: 2 * shape.classes * MemoryLayout<Float>.stride
    ) {
      let problems = LogitProblems<Float>(rows: shape.rows, classes: shape.classes)
      let weights = [Float](repeating: 1, count: shape.rows)
      let leaf = try problems.leaf([shape.rows, shape.classes])
      let positions = UnfusedOperations.labelPositions(problems.labels, classes: shape.classes)
      return contestants(
        instances: shape.rows,
        unfused: TensorPath {
          try UnfusedOperations.crossEntropy(leaf, positions: positions).sum()
            .gradients(of: [leaf])[0]
        } check: {
          try $0.checkEqual(problems.output, "unfused gradient")
        },
        run: { choice in
          problems.with(choice) { kernels, rows in
            let forward = kernels.crossEntropy(rows, labels: problems.labels)
            kernels.crossEntropyGradient(
              rows, labels: problems.labels, logSumExp: forward.logSumExp, weights: weights,
              into: problems.output)
          }
        },
        check: {
          try problems.checkOutput("cross-entropy gradient") {
            problems.scaledProbabilities($0, matched: [Int(problems.labels[$0])])
          }
        })
    }
  }

  /// The same result from separate operations of tensors.
  struct TensorPath {
    let run: () throws -> Tensor
    /// Throws unless its result is that of the kernels.
    let check: (Tensor) throws -> Void
  }

  /// Tensors are floats: there is no such path for doubles.
  private static func tensorPath<Scalar>(
    of problems: LogitProblems<Scalar>, _ operation: @escaping (Tensor) throws -> Tensor,
    check: @escaping (Tensor) throws -> Void
  ) throws -> TensorPath? {
    guard let problems = problems as? LogitProblems<Float> else { return nil }
    let logits = try problems.leaf([problems.rows, problems.classes]).detached
    return TensorPath(run: { try operation(logits) }, check: check)
  }

  /// Every kernel choice, and the tensor path if there is one, which `current` is set against too.
  static func contestants(
    instances: Int, unfused: TensorPath?, run: @escaping (KernelChoice) -> Void,
    check: @escaping () throws -> Void
  ) -> [Contestant] {
    let kernels = KernelChoice.all().map { choice in
      let isComparedWithUnfused = unfused != nil && choice.name == "current"
      return Contestant(
        name: choice.name, instructionSet: choice.instructionSet, threads: choice.threads,
        instances: instances,
        references: choice.references + (isComparedWithUnfused ? [UnfusedOperations.name] : []),
        run: { run(choice) }, check: check)
    }
    guard let unfused else { return kernels }
    let outcome = Outcome<Tensor>()
    let tensorPath = Contestant(
      name: UnfusedOperations.name, instances: instances,
      run: { outcome.value = try withMaxThreads(1) { try unfused.run() } },
      check: { if let found = outcome.value { try unfused.check(found) } })
    return kernels + [tensorPath]
  }
}

extension Tensor {
  /// Throws if an element is further from the expected one than rounding explains.
  func checkEqual(_ expected: some Collection<Float>, _ name: String) throws {
    try withUnsafeScalars { found in
      for (index, (found, expected)) in zip(found, expected).enumerated()
      where !((found - expected).magnitude <= 1e-4 * Swift.max(1, expected.magnitude)) {
        throw BenchmarksError.wrongResult(
          "\(name), element \(index): \(found) instead of \(expected)")
      }
    }
  }
}
