/// The cost of matching each picture of a bag with each of the bag's labels.
///
///     C[j][k] = -log softmax(logits[j])[labels[k]]
///     dL/dlogits[j] = softmax(logits[j]) sum_k dL/dC[j][k] - sum_k dL/dC[j][k] onehot(labels[k])
///
/// For logits of any magnitude, a cost is within 3e-6 and its own rounding of the exact one, and never
/// negative; one beyond the range of a float is +infinity. For losses that want the matrix. Where the loss is
/// the value of the best matching, ``bagLoss(logits:labels:bagSizes:maxThreads:)`` needs none.
///
/// - Parameters:
///   - logits: `[pictures, classes]`, bag after bag. -infinity is a probability of 0; NaN and +infinity are
///     refused.
///   - labels: `[pictures]`: the classes, in any order within a bag.
///   - bagSizes: Pictures in each bag.
/// - Returns: C, `[bags, largest, largest]`, padded with 0 to the largest bag: a row for each picture. The sizes
///   are the row counts and the column counts of its problems.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
/// - Complexity: O(bags size (classes + size)), one read of the logits each way.
public func bagCosts(logits: Tensor, labels: [Int32], bagSizes: [Int]) throws -> Tensor {
  try Bags(logits, labels: labels, bagSizes: bagSizes).costs(of: logits)
}

/// The costs of bags that are padded to one size: see ``bagCosts(logits:labels:bagSizes:)``.
///
/// - Parameters:
///   - logits: `[batch, size, classes]`.
///   - labels: The classes, in any order within a bag, bag after bag: `[batch * size]`.
///   - lengths: Pictures in each bag; the rest is padding: never read, cost and gradient 0. nil: all.
/// - Returns: C, `[batch, size, size]`: a row for each picture.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
public func bagCosts(logits: Tensor, labels: [Int32], lengths: [Int]? = nil) throws -> Tensor {
  try Bags(logits, labels: labels, lengths: lengths).costs(of: logits)
}

extension Bags {
  /// - Parameter leaf: The logits on the tape.
  fileprivate func costs(of leaf: Tensor) throws -> Tensor {
    let side = shape.largest
    var logSumExp: [Double] = []
    let costs = try Tensor(shape: [shape.count, side, side]) { costs throws in
      logSumExp = try logits.withUnsafeScalars { try shape.costs($0, labels: labels, into: costs) }
    }
    return Tensor.recorded("bagCosts", inputs: [leaf], output: costs) { [logSumExp] cotangent in
      let gradient = try Tensor(shape: logits.shape) { gradient in
        logits.withUnsafeScalars { logits in
          cotangent.withUnsafeScalars { cotangent in
            shape.costsGradient(
              logits, labels: labels, logSumExp: logSumExp, cotangent: cotangent, into: gradient)
          }
        }
      }
      return [gradient]
    }
  }
}
