internal import CombinatorialKernels
public import DifferentiableTensor

/// The distribution of a decoder that either says a word of its vocabulary or copies one of the source,
///
///     p[r, w] = gates[r] probabilities[r, w] + (1 - gates[r]) sum of weights[r, s] over tokens[r][s] = w
///
/// The vocabulary is extended by the source's words that are not in it, numbered from its end.
///
/// Gradient: with g the cotangent, dprobabilities = gates g; dweights[r, s] = (1 - gates[r])
/// g[r, tokens[r][s]]; dgates[r] = sum over w of g[r, w] (the first part's distribution less the
/// second's).
///
/// Literature: A. See, P. Liu, C. Manning, Get to the point: summarization with pointer-generator
/// networks, ACL 2017, doi:10.18653/v1/P17-1099, equation 9.
///
/// - Parameters:
///   - probabilities: [rows, vocabulary].
///   - weights: Attention to the positions of the source, [rows, positions].
///   - gates: The probability of the vocabulary, [rows, 1].
///   - tokens: The source of each row; positions from its end on are not read.
///   - extent: Words of the extended vocabulary, at least the vocabulary.
/// - Returns: [rows, extent].
/// - Throws: `TensorError.shapeMismatch`, `.indexOutOfRange` for a token.
public func copyMixture(
  probabilities: Tensor, weights: Tensor, gates: Tensor, tokens: [ArraySlice<Int32>], extent: Int
) throws(TensorError) -> Tensor {
  try probabilities.checkRank(2, as: "probabilities [rows, vocabulary]")
  try weights.checkRank(2, as: "weights [rows, positions]")
  let mixture = CopyMixture(
    rows: probabilities.shape[0], vocabulary: probabilities.shape[1],
    positions: weights.shape[1], extent: extent, tokens: tokens)
  try mixture.check(weights: weights, gates: gates)
  let (savedProbabilities, savedWeights) = (probabilities.detached, weights.detached)
  let savedGates = gates.detached
  let output = try mixture.forward(savedProbabilities, savedWeights, savedGates.scalars)
  return Tensor.recorded(
    "copyMixture", inputs: [probabilities, weights, gates], output: output
  ) { cotangent in
    try mixture.backward(
      cotangent, savedProbabilities, savedWeights, gates: savedGates.scalars)
  }
}

private struct CopyMixture: Sendable {
  let rows, vocabulary, positions, extent: Int
  let tokens: [ArraySlice<Int32>]

  func check(weights: Tensor, gates: Tensor) throws(TensorError) {
    try weights.checkShape([rows, positions], as: "weights [rows, positions]")
    try gates.checkShape([rows, 1], as: "gates [rows, 1]")
    guard tokens.count == rows, extent >= vocabulary else {
      throw .shapeMismatch(
        expected: "the source of each of \(rows) rows and an extent of at least \(vocabulary)",
        found: [tokens.count, extent])
    }
    for source in tokens {
      guard source.count <= positions else {
        throw .shapeMismatch(expected: "at most \(positions) tokens", found: [source.count])
      }
      for (position, token) in source.enumerated() where !(0..<extent).contains(Int(token)) {
        throw .indexOutOfRange(position: position, index: Int(token), extent: extent)
      }
    }
  }

  private var minimumSlice: Int { max(1, (1 << 15) / max(1, extent)) }

  func forward(
    _ probabilities: Tensor, _ weights: Tensor, _ gates: [Float]
  ) throws(TensorError) -> Tensor {
    try Tensor(
      shape: [rows, extent],
      writtenBy: { output in
        withPointers(to: probabilities, weights) { probabilities, weights in
          nonisolated(unsafe) let (source, weights, output) = (probabilities, weights, output)
          Parallel.forEachSlice(of: rows, minimumSlice: minimumSlice) { slice in
            for row in slice {
              let (gate, result) = (gates[row], output + row * extent)
              let words = source + row * vocabulary
              for word in 0..<vocabulary { result[word] = gate * words[word] }
              for word in vocabulary..<extent { result[word] = 0 }
              for (position, token) in tokens[row].enumerated() {
                result[Int(token)] += (1 - gate) * weights[row * positions + position]
              }
            }
          }
        }
      })
  }

  func backward(
    _ cotangent: Tensor, _ probabilities: Tensor, _ weights: Tensor, gates: [Float]
  ) throws(TensorError) -> [Tensor?] {
    var byWeights = try Tensor.zeros(weights.shape)
    var byGates = try Tensor.zeros([rows, 1])
    let byProbabilities = try Tensor(
      shape: probabilities.shape,
      writtenBy: { byProbabilities in
        byWeights.withUnsafeMutableScalars { byWeights in
          byGates.withUnsafeMutableScalars { byGates in
            withPointers(to: cotangent, probabilities, weights) { cotangent, source, weights in
              nonisolated(unsafe) let (byWeights, byGates) = (byWeights, byGates)
              nonisolated(unsafe) let (cotangent, source) = (cotangent, source)
              nonisolated(unsafe) let (weights, byProbabilities) = (weights, byProbabilities)
              Parallel.forEachSlice(of: rows, minimumSlice: minimumSlice) { slice in
                for row in slice {
                  let gradient = cotangent + row * extent
                  let start = row * vocabulary
                  var sum: Float = 0
                  for word in 0..<vocabulary {
                    byProbabilities[start + word] = gates[row] * gradient[word]
                    sum += gradient[word] * source[start + word]
                  }
                  for (position, token) in tokens[row].enumerated() {
                    let place = row * positions + position
                    byWeights[place] = (1 - gates[row]) * gradient[Int(token)]
                    sum -= weights[place] * gradient[Int(token)]
                  }
                  byGates[row] = sum
                }
              }
            }
          }
        }
      })
    return [byProbabilities, byWeights, byGates]
  }
}
