import CombinatorialKernels
import CombinatorialLosses
import ProblemFiles

/// Losses of logits, forward and backward. Whoever asks for them compares their results with another
/// package's.
extension PreparedProblem {
  static func crossEntropy(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    let arrays = try LossInputs(inputs, rank: 2, hasCotangent: false)
    return gradient(of: arrays.logits, instances: arrays.logits.shape[0], threads: threads) {
      (try CombinatorialLosses.crossEntropy(logits: $0, labels: arrays.labels).mean(), nil)
    }
  }

  static func bagLoss(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    let arrays = try LossInputs(inputs, rank: 3, hasCotangent: false)
    let bags = arrays.logits.shape[0]
    let cotangent = try Tensor(repeating: 1 / Float(bags), shape: [bags])
    return gradient(of: arrays.logits, instances: bags, threads: threads) {
      (try CombinatorialLosses.bagLoss(logits: $0, labels: arrays.labels), cotangent)
    }
  }

  /// A run of a loss with its gradient by the logits, both of them results.
  private static func gradient(
    of logits: Tensor, instances: Int, threads: Int,
    _ loss: @escaping (Tensor) throws -> (values: Tensor, cotangent: Tensor?)
  ) -> PreparedProblem {
    let leaf = logits.requiringGradient()
    return repeated(instances: instances) {
      try withMaxThreads(threads) {
        let (values, cotangent) = try loss(leaf)
        return [values, try values.gradients(of: [leaf], cotangent: cotangent)[0]]
      }
    }
  }

  /// The kernels alone: the package has no operation that gives the costs of bags by themselves.
  static func bagCosts(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    let arrays = try LossInputs(inputs, rank: 3, hasCotangent: true)
    let (bags, size, classes) = (
      arrays.logits.shape[0], arrays.logits.shape[1], arrays.logits.shape[2]
    )
    return repeated(instances: bags) {
      try withMaxThreads(threads) {
        try arrays.logits.withUnsafeScalars { logits in
          let kernels = RowKernels<Float>()
          let rows = Rows(logits, count: bags * size, columns: classes)
          var logSumExp: [Double] = []
          let costs = try Tensor(shape: [bags, size, size]) {
            logSumExp = kernels.bagCosts(rows, labels: arrays.labels, size: size, into: $0)
          }
          let gradient = try Tensor(shape: arrays.logits.shape) { gradient in
            arrays.cotangent.withUnsafeBufferPointer {
              kernels.bagCostsGradient(
                rows, labels: arrays.labels, size: size, logSumExp: logSumExp, cotangent: $0,
                into: gradient)
            }
          }
          return [costs, gradient]
        }
      }
    }
  }

  private static func repeated(
    instances: Int, _ tensors: @escaping () throws -> [Tensor]
  ) -> PreparedProblem {
    let outcome = Outcome<[Tensor]>()
    return PreparedProblem(
      instances: instances, run: { outcome.value = try tensors() }, check: {},
      results: {
        try (outcome.value ?? []).map {
          try NumPyArray(shape: $0.shape, elements: .float($0.scalars))
        }
      })
  }
}

/// Logits, labels and perhaps the cotangent of a bag's costs, checked.
private struct LossInputs {
  let logits: Tensor
  let labels: [Int32]
  let cotangent: [Float]

  init(_ inputs: [NumPyArray], rank: Int, hasCotangent: Bool) throws {
    guard inputs.count == (hasCotangent ? 3 : 2), inputs[0].shape.count == rank,
      !inputs[0].shape.contains(0), case .float(let scalars) = inputs[0].elements,
      inputs[1].shape == Array(inputs[0].shape.dropLast())
    else {
      throw BenchmarksError.expected(
        "float32 logits with \(rank) axes and a label for each row", found: inputs)
    }
    logits = try Tensor(scalars, shape: inputs[0].shape)
    labels = try Self.labels(inputs[1].elements, classes: inputs[0].shape[rank - 1])
    cotangent = try hasCotangent ? Self.cotangent(inputs[2], logits: inputs[0].shape) : []
  }

  private static func labels(_ elements: NumPyArray.Elements, classes: Int) throws -> [Int32] {
    guard case .double(let numbers) = elements else {
      throw BenchmarksError.badRequest("expected integer labels")
    }
    return try numbers.map { number in
      guard let label = Int32(exactly: number), (0..<Int32(classes)).contains(label) else {
        throw BenchmarksError.badRequest("expected labels 0 ..< \(classes), found \(number)")
      }
      return label
    }
  }

  private static func cotangent(_ array: NumPyArray, logits shape: [Int]) throws -> [Float] {
    guard array.shape == [shape[0], shape[1], shape[1]], case .float(let scalars) = array.elements
    else {
      throw BenchmarksError.badRequest(
        "expected a float32 cotangent [bags, size, size], found \(array.shape)")
    }
    return scalars
  }
}
