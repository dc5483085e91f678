internal import CombinatorialKernels
public import DifferentiableTensor

/// Attention by dot products: for each query the softmax of its products with the positions of a
/// memory, and the mean of the memory with these weights,
///
///     weights[b, t] = softmax over s of queries[b, t] . memory[b, s]
///     context[b, t] = sum over s of weights[b, t, s] memory[b, s]
///
/// Positions from an item's length on are not read; their weights and gradients are 0.
///
/// Gradient: with e the gradient by the products, e = weights (g - weights . g) where g[s] is the
/// gradient by weights[s] plus that by the context times memory[s]; then dqueries = e memory and
/// dmemory = e^T queries + weights^T dcontext.
///
/// Literature: M. Luong, H. Pham, C. Manning, Effective approaches to attention-based neural machine
/// translation, EMNLP 2015, doi:10.18653/v1/D15-1166, with the score `dot`.
///
/// - Parameters:
///   - queries: [batch, queries, features].
///   - memory: [batch, positions, features].
///   - lengths: Positions of each item, 1 ... positions.
/// - Returns: [batch, queries, features + positions]: the context and, after it, the weights.
/// - Throws: `TensorError.shapeMismatch`, `.indexOutOfRange` for a length.
public func attention(
  _ queries: Tensor, memory: Tensor, lengths: [Int]
) throws(TensorError) -> Tensor {
  let shape = try AttentionShape(queries, memory: memory, lengths: lengths)
  let (savedQueries, savedMemory) = (queries.detached, memory.detached)
  let output = try Tensor(
    shape: [shape.batch, shape.queries, shape.outputs],
    writtenBy: { output in
      withPointers(to: queries, memory) { queries, memory in
        nonisolated(unsafe) let (queries, memory, output) = (queries, memory, output)
        Parallel.forEachSlice(of: shape.batch, minimumSlice: shape.minimumSlice) { items in
          for item in items { shape.attend(item, queries, memory, into: output) }
        }
      }
    })
  return Tensor.recorded("attention", inputs: [queries, memory], output: output) { cotangent in
    var byMemory = try Tensor.zeros(savedMemory.shape)
    let byQueries = try Tensor(
      shape: savedQueries.shape,
      writtenBy: { byQueries in
        byMemory.withUnsafeMutableScalars { byMemory in
          withPointers(to: savedQueries, savedMemory) { queries, memory in
            withPointers(to: output, cotangent) { output, cotangent in
              let piece = AttentionPullback(
                shape: shape, queries: queries, memory: memory, output: output,
                cotangent: cotangent, byQueries: byQueries, byMemory: byMemory.baseAddress!)
              Parallel.forEachSlice(of: shape.batch, minimumSlice: shape.minimumSlice) { items in
                piece.run(items)
              }
            }
          }
        }
      })
    return [byQueries, byMemory]
  }
}

private struct AttentionShape: Sendable {
  let batch, queries, positions, features: Int
  let lengths: [Int]

  var outputs: Int { features + positions }

  /// Items that are worth a thread of their own.
  var minimumSlice: Int { max(1, (1 << 15) / max(1, queries * positions * features)) }

  init(_ queries: Tensor, memory: Tensor, lengths: [Int]) throws(TensorError) {
    try queries.checkRank(3, as: "queries [batch, queries, features]")
    try memory.checkRank(3, as: "a memory [batch, positions, features]")
    (batch, self.queries, features) = (queries.shape[0], queries.shape[1], queries.shape[2])
    positions = memory.shape[1]
    try memory.checkShape([batch, positions, features], as: "a memory that fits the queries")
    try checkLengths(lengths, batch: batch, steps: positions)
    if let item = lengths.firstIndex(of: 0) {
      throw .indexOutOfRange(position: item, index: 0, extent: positions + 1)
    }
    self.lengths = lengths
  }

  func attend(
    _ item: Int, _ queries: UnsafePointer<Float>, _ memory: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let length = lengths[item]
    let memory = memory + item * positions * features
    let contexts = output + item * self.queries * outputs
    let weights = contexts + features
    BLAS.gemm(
      transposeRight: true, rows: self.queries, columns: length, inner: features,
      left: queries + item * self.queries * features, right: memory, result: weights,
      resultStride: outputs)
    for query in 0..<self.queries {
      softmax(weights + query * outputs, count: length)
      (weights + query * outputs + length).update(repeating: 0, count: positions - length)
    }
    BLAS.gemm(
      rows: self.queries, columns: features, inner: length, left: weights, leftStride: outputs,
      right: memory, result: contexts, resultStride: outputs)
  }

  private static let rows = RowKernels<Float>()

  private func softmax(_ row: UnsafeMutablePointer<Float>, count: Int) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { copy in
      let row = UnsafeMutableBufferPointer(start: row, count: count)
      _ = copy.initialize(from: row)
      Self.rows.softmax(Rows(UnsafeBufferPointer(copy), count: 1, columns: count), into: row)
    }
  }
}

private struct AttentionPullback: @unchecked Sendable {
  let shape: AttentionShape
  let queries, memory, output, cotangent: UnsafePointer<Float>
  let byQueries, byMemory: UnsafeMutablePointer<Float>

  func run(_ items: Range<Int>) {
    let products = UnsafeMutablePointer<Float>.allocate(
      capacity: max(1, shape.queries * shape.positions))
    defer { products.deallocate() }
    for item in items { pullBack(item, products: products) }
  }

  private func pullBack(_ item: Int, products: UnsafeMutablePointer<Float>) {
    let (features, outputs, length) = (shape.features, shape.outputs, shape.lengths[item])
    let rows = item * shape.queries
    let memoryStart = item * shape.positions * features
    let weights = output + rows * outputs + features
    let byContext = cotangent + rows * outputs
    let byMemory = byMemory + memoryStart
    BLAS.gemm(
      transposeRight: true, rows: shape.queries, columns: length, inner: features,
      left: byContext, leftStride: outputs, right: memory + memoryStart, result: products)
    for query in 0..<shape.queries {
      softmaxGradient(
        products + query * length, weights: weights + query * outputs,
        cotangent: byContext + query * outputs + features, count: length)
    }
    BLAS.gemm(
      rows: shape.queries, columns: features, inner: length, left: products,
      right: memory + memoryStart, result: byQueries + rows * features)
    BLAS.gemm(
      transposeLeft: true, rows: length, columns: features, inner: shape.queries,
      left: products, right: queries + rows * features, accumulate: true, result: byMemory)
    BLAS.gemm(
      transposeLeft: true, rows: length, columns: features, inner: shape.queries,
      left: weights, leftStride: outputs, right: byContext, rightStride: outputs,
      accumulate: true, result: byMemory)
  }

  /// From the gradient by the weights that came through the context to that by the products.
  private func softmaxGradient(
    _ row: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>,
    cotangent: UnsafePointer<Float>, count: Int
  ) {
    var mean: Float = 0
    for position in 0..<count {
      row[position] += cotangent[position]
      mean += weights[position] * row[position]
    }
    for position in 0..<count { row[position] = weights[position] * (row[position] - mean) }
  }
}
