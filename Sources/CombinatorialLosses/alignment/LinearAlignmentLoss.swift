internal import CombinatorialKernels

/// The alignment loss of a linear layer's softmax, from the layer's input: the logits
/// `[tokens, classes]` never exist in full, neither forwards nor backwards.
///
///     x[i] = weight hidden[i] + bias        z* = alignment loss of the logits x
///
/// Equal to the layer and ``alignmentLoss(logits:targets:lengths:gapFactor:maxThreads:)``. Backwards, each
/// block of logits is computed a second time.
///
/// - Parameters:
///   - hidden: `[predicted, width]` for one sequence, or `[batch, predicted, width]`.
///   - weight: `[classes, width]`, as the layer `Linear` keeps it.
///   - bias: `[classes]`, or none.
///   - targets: The tokens, sequence after sequence: `[batch * target]`.
///   - lengths: What each sequence uses; hidden states and targets after that are padding: never read,
///     gradient 0. nil: all.
///   - gapFactor: What a gap costs, as a multiple of the diagonal move that it stands beside.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: z* of each sequence, of shape `[]` or `[batch]`.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
/// - Complexity: O(batch predicted classes width) time; memory for one block of logits a thread.
public func linearAlignmentLoss(
  hidden: Tensor, weight: Tensor, bias: Tensor? = nil, targets: [Int32],
  lengths: Lengths? = nil, gapFactor: Float = 1.5, maxThreads: Int? = nil
) throws -> Tensor {
  let alignment = Alignment(gapFactor: Double(gapFactor), maxThreads: maxThreads)
  let tokens = try ProjectedTokens(
    hidden, weight, bias, targets: targets, lengths: lengths, alignment: alignment)
  let inputs = [hidden, weight] + (bias.map { [$0] } ?? [])
  return Tensor.recorded(
    "linearAlignmentLoss", inputs: inputs, output: try tokens.items.values(of: tokens.solutions)
  ) { try tokens.gradients(cotangent: $0.scalars) }
}

/// Hidden states aligned with target tokens.
private struct ProjectedTokens: Sendable {
  let items: BatchedItems
  let shape: BatchShape
  let targets: [Int32]
  /// The rows in use, among all.
  let used: [Int]
  /// The first of a sequence's rows among those in use.
  let firstUsed: [Int]
  let projection: OutputProjection
  let solutions: AlignmentBatch

  init(
    _ hidden: Tensor, _ weight: Tensor, _ bias: Tensor?, targets: [Int32],
    lengths: Lengths?, alignment: Alignment
  ) throws {
    items = try BatchedItems(hidden, itemRank: 2, name: "hidden states")
    let shape = try BatchShape(items, targetCount: targets.count, lengths: lengths)
    (self.shape, self.targets) = (shape, targets)
    let used = (0..<shape.batch).flatMap { item in
      (0..<shape.rowCount(item)).map { item * shape.rows + $0 }
    }
    self.used = used
    firstUsed = (0..<shape.batch).reduce(into: []) { starts, item in
      starts.append(item == 0 ? 0 : starts[item - 1] + shape.rowCount(item - 1))
    }
    projection = try OutputProjection(
      hidden: hidden, used: used, weight: weight, bias: bias, maxThreads: alignment.maxThreads)
    try shape.check(targets: targets, classes: projection.classes)
    if let row = projection.logSumExp.firstIndex(where: { !$0.isFinite }) {
      throw projection.invalidLogit(
        row: row, batch: used[row] / shape.rows, position: used[row] % shape.rows)
    }
    let costs = projection.costs(of: targets, shape: shape, firstUsed: firstUsed)
    solutions = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try alignment.solveInPlace(costs, shape: shape)
    }
  }

  func gradients(cotangent: [Float]) throws -> [Tensor?] {
    var pairs: [(row: Int, label: Int, amount: Float)] = []
    for item in solutions.indices {
      solutions.forEachGradientEntry(of: item) { position, entry in
        let (row, column) = position.quotientAndRemainder(dividingBy: shape.columns)
        pairs.append(
          (
            firstUsed[item] + row, Int(targets[item * shape.columns + column]),
            Float(entry) * cotangent[item]
          ))
      }
    }
    var weights = [Float](repeating: 0, count: used.count)
    for pair in pairs { weights[pair.row] += pair.amount }
    var gradients = try projection.gradients(weights: weights)
    for pair in pairs {
      gradients.subtract(pair.amount, row: pair.row, label: pair.label, of: projection)
    }
    return try gradients.tensors(
      hiddenShape: items.shape, used: used, hasBias: projection.bias != nil)
  }
}

extension OutputProjection {
  /// logSumExp[i] - x[i][targets[k]] for the rows and targets in use, `[batch, rows, columns]`; 0 in the
  /// padding.
  fileprivate func costs(
    of targets: [Int32], shape: BatchShape, firstUsed: [Int]
  ) -> [Float] {
    var costs = [Float](repeating: 0, count: shape.batch * shape.rows * shape.columns)
    costs.withUnsafeMutableBufferPointer { costs in
      nonisolated(unsafe) let costs = costs
      Parallel.forEachSlice(of: shape.batch, maxThreads: maxThreads) { items in
        for item in items {
          let labels = targets[item * shape.columns..<(item + 1) * shape.columns]
            .prefix(shape.columnCount(item)).map(Int.init)
          let start = item * shape.rows * shape.columns
          logits(
            firstRow: firstUsed[item], rows: shape.rowCount(item), labels: labels
          ) { row, column, logit in
            costs[start + row * shape.columns + column] = cost(
              row: firstUsed[item] + row, logit: logit)
          }
        }
      }
    }
    return costs
  }

  /// Calls `body` with the logits of some rows for some classes, as one product.
  private func logits(
    firstRow: Int, rows: Int, labels: [Int], _ body: (Int, Int, Float) -> Void
  ) {
    guard rows > 0, !labels.isEmpty else { return }
    var product = [Float](repeating: 0, count: rows * labels.count)
    weight.withUnsafeScalars { weight in
      let chosen = labels.flatMap { weight[$0 * width..<($0 + 1) * width] }
      hidden.withUnsafeBufferPointer { hidden in
        chosen.withUnsafeBufferPointer { chosen in
          product.withUnsafeMutableBufferPointer { product in
            guard let hidden = hidden.baseAddress, let chosen = chosen.baseAddress,
              let product = product.baseAddress
            else { return }
            BLAS.gemm(
              transposeRight: true, rows: rows, columns: labels.count, inner: width,
              left: hidden + firstRow * width, right: chosen, result: product)
          }
        }
      }
    }
    let biases = labels.map { label in bias?.withUnsafeScalars { $0[label] } ?? 0 }
    for row in 0..<rows {
      for column in labels.indices {
        body(
          row, column,
          product[row * labels.count + column] + biases[column] - shift(of: firstRow + row))
      }
    }
  }
}
