internal import CombinatorialKernels
public import DifferentiableTensor
internal import CombinatorialLibc

/// The softmax of each row of logits [rows, columns]. Gradient: y (g - g . y).
///
/// - Throws: `TensorError.shapeMismatch`.
public func rowProbabilities(_ logits: Tensor) throws(TensorError) -> Tensor {
  try logits.checkRank(2, as: "logits [rows, columns]")
  return try logits.softmax()
}

/// The embedding of each row's most probable token, with the gradient of the expected embedding: the
/// straight-through estimator.
///
/// Gradient: with g the cotangent and E the table, dprobabilities = g E^T as if the output were
/// probabilities E; dE adds g to the row of the token chosen.
///
/// Literature: Y. Bengio, N. Léonard, A. Courville, 2013, arXiv:1308.3432; E. Jang, S. Gu, B. Poole,
/// Categorical reparameterization with Gumbel-softmax, ICLR 2017, arXiv:1611.01144, section 2.2.
///
/// - Parameters:
///   - probabilities: [rows, vocabulary].
///   - table: [vocabulary, features].
/// - Returns: [rows, features].
/// - Throws: `TensorError.shapeMismatch`.
public func straightThroughEmbedding(
  _ probabilities: Tensor, table: Tensor
) throws(TensorError) -> Tensor {
  try probabilities.checkRank(2, as: "probabilities [rows, vocabulary]")
  try table.checkRank(2, as: "a table [vocabulary, features]")
  try probabilities.checkShape(
    [probabilities.shape[0], table.shape[0]], as: "probabilities of the table's vocabulary")
  let chosen = try probabilities.argmax(axis: 1)
  let output = try table.detached.gathered(at: chosen)
  let savedTable = table.detached
  return Tensor.recorded(
    "straightThroughEmbedding", inputs: [probabilities, table], output: output
  ) { cotangent in
    [
      try cotangent.matmul(savedTable, transposeRight: true),
      try scattered(cotangent, to: chosen, shape: savedTable.shape),
    ]
  }
}

/// A matrix of zeros to whose rows at `indices` the rows of `gradient` are added, in order.
private func scattered(
  _ gradient: Tensor, to indices: [Int32], shape: [Int]
) throws(TensorError) -> Tensor {
  var sums = try Tensor.zeros(shape)
  sums.withUnsafeMutableScalars { sums in
    gradient.withUnsafeScalars { gradient in
      for (row, index) in indices.enumerated() {
        for column in 0..<shape[1] {
          sums[Int(index) * shape[1] + column] += gradient[row * shape[1] + column]
        }
      }
    }
  }
  return sums
}

extension RandomSource {
  /// Independent draws from the standard Gumbel distribution, -log(-log u): the row's maximum of
  /// logits plus such noise is a draw from their softmax.
  public func gumbel(_ shape: [Int]) throws(TensorError) -> Tensor {
    try tensor(shape) { number in
      // In (0, 1), where both logarithms are finite.
      let uniform = (Float(number >> 41) + 0.5) * 0x1p-23
      return -logf(-logf(uniform))
    }
  }
}
