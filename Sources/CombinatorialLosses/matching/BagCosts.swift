internal import CombinatorialKernels

/// The cost of matching each picture of a bag with each of the bag's labels.
///
///     C[j][k] = -log softmax(logits[j])[labels[k]]
///     dL/dlogits[j] = softmax(logits[j]) sum_k dL/dC[j][k] - sum_k dL/dC[j][k] onehot(labels[k])
///
/// For logits of any magnitude, a cost is within 3e-6 and its own rounding of the exact one, and never
/// negative; one beyond the range of a float is +infinity. For losses that want the matrix. Where the loss is the value of the best matching,
/// ``bagLoss(logits:labels:lengths:maxThreads:)`` needs none.
///
/// - Parameters:
///   - logits: `[size, classes]` for one bag, or `[batch, size, classes]`. -infinity is a probability of
///     0; NaN and +infinity are refused.
///   - labels: The classes, in any order, bag after bag: `[batch * size]`.
/// - Returns: C, `[size, size]` or `[batch, size, size]`: a row for each picture.
/// - Throws: ``CombinatorialError``.
/// - Complexity: O(batch size (classes + size)), one read of the logits each way.
public func bagCosts(logits: Tensor, labels: [Int32]) throws -> Tensor {
  let bags = try Bags(logits, labels: labels, lengths: nil)
  let size = bags.shape.size
  let rows = bags.shape.batch * size
  var logSumExp: [Double] = []
  let costs = try Tensor(shape: bags.items.batchShape + [size, size]) { costs in
    bags.logits.withUnsafeScalars { logits in
      logSumExp = RowKernels<Float>().bagCosts(
        Rows(logits, count: rows, columns: bags.shape.classes), labels: labels, size: size,
        into: costs)
    }
  }
  if let row = logSumExp.firstIndex(where: { !$0.isFinite }) {
    throw CombinatorialError.invalidLogit(
      in: bags.logits, batch: row / size, row: row % size, rowsPerItem: size)
  }
  return Tensor.recorded("bagCosts", inputs: [logits], output: costs) { [logSumExp] cotangent in
    let gradient = try Tensor(shape: bags.logits.shape) { gradient in
      bags.logits.withUnsafeScalars { logits in
        cotangent.withUnsafeScalars { cotangent in
          RowKernels<Float>().bagCostsGradient(
            Rows(logits, count: rows, columns: bags.shape.classes), labels: labels, size: size,
            logSumExp: logSumExp, cotangent: cotangent, into: gradient)
        }
      }
    }
    return [gradient]
  }
}
