internal import CCombinatorialKernels

/// Why the tokens have no alignment; the first one of the batch, whatever the threads did.
package enum TokenAlignmentFailure: Error, Equatable {
  /// The row's log-sum-exp is not finite.
  case invalidLogits(batch: Int, row: Int)
}

/// Logits `[batch, rows, classes]` aligned with target tokens `[batch, columns]`: the costs are
/// logSumExp - logits[token], read from the logits' own rows, and no matrix of costs is made.
package enum TokenAlignmentKernel {
  /// The log-sum-exps of the rows in use, 0 in the padding.
  package static func logSumExp(
    _ logits: UnsafeBufferPointer<Float>, classes: Int, shape: AlignmentShape,
    maxThreads: Int? = nil
  ) throws(TokenAlignmentFailure) -> [Double] {
    let rows = Rows(logits, count: shape.batch * shape.rows, columns: classes)
    let table = RowTable<Float>.table(.current)
    let sums = filledArray(count: rows.count, of: 0.0) { sums in
      Parallel.forEachSlice(
        of: shape.batch, minimumSlice: max(1, rows.minimumSlice / max(1, shape.rows)),
        maxThreads: maxThreads
      ) { items in
        for item in items {
          let first = item * shape.rows
          table.logSumExp(
            rows.start(of: first), shape.rowCount(item), classes, classes, sums.value + first)
        }
      }
    }
    if let row = sums.firstIndex(where: { !$0.isFinite }) {
      throw .invalidLogits(batch: row / shape.rows, row: row % shape.rows)
    }
    return sums
  }

  /// The gradient of the values by the logits: with G the gradient by the costs, row by row
  /// sum_k G[k] (softmax(x) - onehot(tokens[k])), 0 in the padding.
  ///
  /// - Parameter pairs: The entries of G of an item that are not 0.
  package static func gradient(
    _ logits: UnsafeBufferPointer<Float>, classes: Int, logSumExp: [Double], tokens: [Int32],
    cotangent: [Float], shape: AlignmentShape,
    into gradient: UnsafeMutableBufferPointer<Float>, maxThreads: Int? = nil,
    pairs: @escaping @Sendable (Int) -> [AlignedPair]
  ) {
    let rows = Rows(logits, count: shape.batch * shape.rows, columns: classes)
    let kernels = RowKernels<Float>()
    let gradient = Shared(gradient)
    Parallel.forEachSlice(
      of: shape.batch, minimumSlice: max(1, 16384 / max(1, shape.rows * classes)),
      maxThreads: maxThreads
    ) { items in
      for item in items {
        let first = item * shape.rows
        let used = first..<first + shape.rowCount(item)
        let sums = RowSums(
          pairs(item), tokens: tokens, first: item * shape.columns, rows: used.count)
        let weight = cotangent[item]
        kernels.crossEntropyGradient(
          rows, firstRow: first, labels: sums.labels,
          logSumExp: Array(logSumExp[used]), weights: sums.totals.map { $0 * weight },
          into: gradient.value)
        for change in sums.changes {
          gradient.value[(first + change.row) * classes + change.label] -= change.amount * weight
        }
        gradient.value[used.upperBound * classes..<(item + 1) * shape.rows * classes]
          .update(repeating: 0)
      }
    }
  }
}

/// A cell of an alignment problem and its share of the gradient by the costs.
package struct AlignedPair: Sendable {
  package let row: Int
  package let column: Int
  package let weight: Float

  package init(row: Int, column: Int, weight: Float) {
    self.row = row
    self.column = column
    self.weight = weight
  }
}

extension AlignmentShape {
  /// The cells that the moves of a path read, with their share of the gradient.
  package func pairs(
    of item: Int, output: AlignmentOutput, rule: AlignmentRule
  ) -> [AlignedPair] {
    let (rows, columns) = (rowCount(item), columnCount(item))
    guard rows > 0, columns > 0 else { return [] }
    let gap = Float(rule.gapWeight)
    var (row, column) = (0, 0)
    return output.moves(of: item, shape: self).map { move in
      defer {
        if move != 1 { row += 1 }
        if move != 2 { column += 1 }
      }
      return AlignedPair(
        row: min(row, rows - 1), column: min(column, columns - 1), weight: move == 0 ? 1 : gap)
    }
  }
}

/// Weighted tokens of each row, as one label with the whole weight and corrections to it.
private struct RowSums {
  var totals: [Float]
  var labels: [Int32]
  var changes: [(row: Int, label: Int, amount: Float)] = []

  init(_ pairs: [AlignedPair], tokens: [Int32], first: Int, rows: Int) {
    totals = .init(repeating: 0, count: rows)
    labels = .init(repeating: -1, count: rows)
    for pair in pairs where pair.weight != 0 {
      let (row, weight) = (pair.row, pair.weight)
      let token = tokens[first + pair.column]
      totals[row] += weight
      if labels[row] < 0 { labels[row] = token }
      if labels[row] != token {
        changes.append((row, Int(token), weight))
        changes.append((row, Int(labels[row]), -weight))
      }
    }
    for row in 0..<rows where labels[row] < 0 { labels[row] = 0 }
  }
}
