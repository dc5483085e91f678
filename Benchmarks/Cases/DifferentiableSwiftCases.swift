#if canImport(_Differentiation)
  import CombinatorialKernels
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import DifferentiableTensor
  import _Differentiation

  /// What plain differentiable Swift costs beside the tape and beside arrays alone: values of a batch and the
  /// gradient of their sum, of assignments and of the bag loss. An instance is a bag.
  enum DifferentiableSwiftCases {
    static var all: [BenchmarkCase] {
      [
        BenchmarkCase(
          name: "differentiable-swift/assignment/64x32x32/float", isRepresentative: true
        ) {
          let problems = AssignmentProblems<Float>(family: .bag1, batch: 64, rows: 32, columns: 32)
          return try assignments(problems.costs, shape: problems.shape)
        },
        BenchmarkCase(
          name: "differentiable-swift/bag-loss/64x32x100/float", isRepresentative: true
        ) { try bags(LogitProblems<Float>(rows: 64 * 32, classes: 100)) },
      ]
    }

    private static func assignments(_ costs: [Float], shape: BatchShape) throws -> [Contestant] {
      let (batch, rows, columns) = (shape.batch, shape.rows, shape.columns)
      let problem = Assignment(maxThreads: 1)
      return try contestants(
        at: costs, shape: [batch, rows, columns],
        arrays: {
          let (values, gradient) = try problem.valuesAndGradient(
            $0, batch: batch, rows: rows, columns: columns)
          return (values.map { Float($0) }, gradient)
        },
        tape: { try problem.optimalValue($0) },
        swift: { costs in
          try throwingErrors { errors in
            let (values, pullback) = valueWithPullback(at: costs) {
              problem.optimalValues(
                $0, batch: batch, rows: rows, columns: columns, errors: errors)
            }
            return (values, pullback(.init(.init(repeating: 1, count: batch))).base)
          }
        })
    }

    private static func bags(_ problems: LogitProblems<Float>) throws -> [Contestant] {
      let labels = problems.labels
      let bags = BagShape(sizes: .init(repeating: 32, count: 64))
      let logits = try problems.leaf([64, 32, 100]).scalars
      return try contestants(
        at: logits, shape: [64, 32, 100],
        arrays: { logits in
          var gradient = [Float](repeating: 0, count: logits.count)
          let values = try logits.withUnsafeBufferPointer { logits in
            try gradient.withUnsafeMutableBufferPointer {
              try bagLoss(logits: logits, labels: labels, bags: bags, maxThreads: 1, into: $0)
            }
          }
          return (values.map { Float($0) }, gradient)
        },
        tape: { try bagLoss(logits: $0, labels: labels, maxThreads: 1) },
        swift: { logits in
          try throwingErrors { errors in
            let (values, pullback) = valueWithPullback(at: logits) {
              bagLoss(logits: $0, labels: labels, bags: bags, maxThreads: 1, errors: errors)
            }
            return (values, pullback(.init(.init(repeating: 1, count: values.count))).base)
          }
        })
    }

    /// Three ways to the same bits.
    private static func contestants(
      at inputs: [Float], shape: [Int],
      arrays: @escaping ([Float]) throws -> (values: [Float], gradient: [Float]),
      tape: @escaping (Tensor) throws -> Tensor,
      swift: @escaping ([Float]) throws -> (values: [Float], gradient: [Float])
    ) throws -> [Contestant] {
      let expected = try arrays(inputs)
      let leaf = try Tensor(inputs, shape: shape).requiringGradient()
      func contestant(
        _ name: String, references: [String] = [],
        _ run: @escaping () throws -> (values: [Float], gradient: [Float])
      ) -> Contestant {
        let outcome = Outcome<(values: [Float], gradient: [Float])>()
        return Contestant(
          name: name, instances: shape[0], references: references,
          run: { outcome.value = try run() },
          check: {
            guard let found = outcome.value, found == expected else {
              throw BenchmarksError.wrongResult("\(name): other values or another gradient")
            }
          })
      }
      return [
        contestant("arrays") { try arrays(inputs) },
        contestant("tape") {
          let values = try tape(leaf)
          return (values.scalars, try values.sum().gradients(of: [leaf])[0].scalars)
        },
        contestant("differentiable Swift", references: ["arrays", "tape"]) { try swift(inputs) },
      ]
    }
  }
#endif
