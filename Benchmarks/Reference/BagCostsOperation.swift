import CombinatorialKernels
import DifferentiableTensor

/// The costs `[bags, size, size]` of bags, by the row kernels. The package matches bags without them;
/// the losses that it is compared with need them.
struct BagCostsOperation {
  let labels: [Int32]
  let size: Int

  /// The costs, and the log-sum-exp of each row of the logits.
  ///
  /// - Parameter logits: `[bags, size, classes]`.
  func forward(_ logits: Tensor) throws -> (costs: Tensor, logSumExp: [Double]) {
    var logSumExp: [Double] = []
    let costs = try Tensor(shape: [logits.shape[0], size, size]) { costs in
      logits.withUnsafeScalars { scalars in
        logSumExp = RowKernels<Float>().bagCosts(
          rows(scalars, of: logits), labels: labels, size: size, into: costs)
      }
    }
    return (costs, logSumExp)
  }

  /// The gradient by the logits.
  ///
  /// - Parameter cotangent: By the costs, `[bags * size * size]`.
  func pullback(
    _ logits: Tensor, logSumExp: [Double], cotangent: UnsafeBufferPointer<Float>
  ) throws -> Tensor {
    try Tensor(shape: logits.shape) { gradient in
      logits.withUnsafeScalars { scalars in
        RowKernels<Float>().bagCostsGradient(
          rows(scalars, of: logits), labels: labels, size: size, logSumExp: logSumExp,
          cotangent: cotangent, into: gradient)
      }
    }
  }

  /// The costs on the tape.
  func callAsFunction(_ logits: Tensor) throws -> Tensor {
    let input = logits.detached
    let (costs, logSumExp) = try forward(input)
    return Tensor.recorded("bagCosts", inputs: [logits], output: costs) { cotangent in
      [
        try cotangent.withUnsafeScalars {
          try pullback(input, logSumExp: logSumExp, cotangent: $0)
        }
      ]
    }
  }

  private func rows(_ scalars: UnsafeBufferPointer<Float>, of logits: Tensor) -> Rows<Float> {
    Rows(scalars, count: logits.shape[0] * size, columns: logits.shape[2])
  }
}
