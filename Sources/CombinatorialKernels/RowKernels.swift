package import CCombinatorialKernels

/// Rows of a matrix, next to each other in memory.
package struct Rows<Scalar: CostScalar>: @unchecked Sendable {
  package let scalars: UnsafeBufferPointer<Scalar>
  package let count, columns: Int

  /// - Parameter scalars: `[count, columns]`; the caller has checked that it holds as many.
  package init(_ scalars: UnsafeBufferPointer<Scalar>, count: Int, columns: Int) {
    (self.scalars, self.count, self.columns) = (scalars, count, columns)
  }

  /// Where a row starts; nil if there are no scalars at all.
  func start(of row: Int) -> UnsafePointer<Scalar>? {
    scalars.baseAddress.map { $0 + row * columns }
  }
}

/// The kernels that work on rows of logits, on slices of the rows.
///
/// Labels are `0 ..< columns`: the caller has checked them, see ``firstInvalidLabel(_:columns:)``. For the
/// accuracy, which does not depend on the magnitude of the logits, see cl_rows.h. Log-sum-exps are rounded to
/// double: take losses from the kernels, not from a difference of these and logits.
package struct RowKernels<Scalar: CostScalar>: @unchecked Sendable {
  package let table: cl_rows_kernels

  package init(_ instructionSet: InstructionSet = .current) {
    table = instructionSet.found { cl_rows_table($0, Scalar.element) }.pointee
  }

  /// The position of the first label outside `0 ..< columns`.
  package static func firstInvalidLabel(_ labels: [Int32], columns: Int) -> Int? {
    labels.firstIndex { $0 < 0 || Int($0) >= columns }
  }

  /// log(sum_c exp(x[i][c])) of each row.
  package func logSumExp(_ x: Rows<Scalar>) -> [Double] {
    filledArray(count: x.count, of: 0.0) { output in
      slices(of: x) { rows in
        table.log_sum_exp(
          x.start(of: rows.lowerBound), rows.count, x.columns, x.columns,
          output.value + rows.lowerBound)
      }
    }
  }

  /// exp(x[i][c] - logSumExp(x[i])).
  package func softmax(_ x: Rows<Scalar>, into y: UnsafeMutableBufferPointer<Scalar>) {
    map(x, into: y, table.softmax)
  }

  /// x[i][c] - logSumExp(x[i]).
  package func logSoftmax(_ x: Rows<Scalar>, into y: UnsafeMutableBufferPointer<Scalar>) {
    map(x, into: y, table.log_softmax)
  }

  /// The pullback of ``softmax(_:into:)`` from its result y and cotangent dy.
  package func softmaxGradient(
    _ y: Rows<Scalar>, cotangent dy: Rows<Scalar>, into dx: UnsafeMutableBufferPointer<Scalar>
  ) {
    pullBack(y, dy, into: dx, table.softmax_backward)
  }

  /// The pullback of ``logSoftmax(_:into:)`` from its result y and cotangent dy.
  package func logSoftmaxGradient(
    _ y: Rows<Scalar>, cotangent dy: Rows<Scalar>, into dx: UnsafeMutableBufferPointer<Scalar>
  ) {
    pullBack(y, dy, into: dx, table.log_softmax_backward)
  }

  /// logSumExp(x[i]) - x[i][labels[i]], and the log-sum-exps, which the gradient needs again.
  package func crossEntropy(
    _ x: Rows<Scalar>, labels: [Int32]
  ) -> (losses: [Scalar], logSumExp: [Double]) {
    var logSumExp: [Double] = []
    let losses = filledArray(count: x.count, of: 0 as Scalar) {
      logSumExp = crossEntropy(
        x, labels: labels, into: UnsafeMutableBufferPointer(start: $0.value, count: x.count))
    }
    return (losses, logSumExp)
  }

  /// The same with the losses written to where they are wanted: `[rows]`.
  package func crossEntropy(
    _ x: Rows<Scalar>, labels: [Int32], into losses: UnsafeMutableBufferPointer<Scalar>
  ) -> [Double] {
    let losses = Shared(losses)
    return filledArray(count: x.count, of: 0.0) { logSumExp in
      labels.withUnsafeBufferPointer { labels in
        let labels = Shared(labels.baseAddress)
        slices(of: x) { rows in
          let first = rows.lowerBound
          var fault = cl_fault()
          _ = table.cross_entropy(
            x.start(of: first), labels.value.map { $0 + first }, rows.count, x.columns, x.columns,
            logSumExp.value + first, losses.value.baseAddress.map { $0 + first }, &fault)
        }
      }
    }
  }

  /// weights[i] (softmax(x[i]) - onehot(labels[i])).
  ///
  /// - Parameter streaming: Whether to write past the caches; nil: if the gradient exceeds them.
  package func crossEntropyGradient(
    _ x: Rows<Scalar>, labels: [Int32], logSumExp: [Double], weights: [Scalar],
    streaming: Bool? = nil, into dx: UnsafeMutableBufferPointer<Scalar>
  ) {
    let dx = Shared(dx)
    slices(of: x) { rows in
      crossEntropyGradient(
        x, rows: rows, labels: labels, logSumExp: logSumExp, weights: weights,
        streaming: streaming, into: dx.value)
    }
  }

  /// The gradient on one thread, for consecutive rows.
  func crossEntropyGradient(
    _ x: Rows<Scalar>, rows: Range<Int>, labels: [Int32], logSumExp: [Double], weights: [Scalar],
    streaming: Bool? = nil, into dx: UnsafeMutableBufferPointer<Scalar>
  ) {
    var fault = cl_fault()
    labels.withUnsafeBufferPointer { labels in
      logSumExp.withUnsafeBufferPointer { logSumExp in
        weights.withUnsafeBufferPointer { weights in
          let first = rows.lowerBound
          _ = table.cross_entropy_backward(
            x.start(of: first), labels.baseAddress.map { $0 + first },
            logSumExp.baseAddress.map { $0 + first }, weights.baseAddress.map { $0 + first },
            rows.count, x.columns, x.columns, 1, x.columns, x.store(streaming),
            dx.baseAddress.map { $0 + first * x.columns }, &fault)
        }
      }
    }
  }

  /// The gradient on one thread, for as many rows from `firstRow` on as there are labels; the arrays
  /// are those of these rows alone.
  package func crossEntropyGradient(
    _ x: Rows<Scalar>, firstRow: Int, labels: [Int32], logSumExp: [Double], weights: [Scalar],
    into dx: UnsafeMutableBufferPointer<Scalar>
  ) {
    let start = firstRow * x.columns
    let some = Rows(
      UnsafeBufferPointer(rebasing: x.scalars[start..<start + labels.count * x.columns]),
      count: labels.count, columns: x.columns)
    crossEntropyGradient(
      some, rows: 0..<labels.count, labels: labels, logSumExp: logSumExp, weights: weights,
      streaming: x.store(nil) == CL_ROWS_STORE_STREAMING,
      into: UnsafeMutableBufferPointer(rebasing: dx[start...]))
  }

  /// exp(x[i]) for x[i] <= 1 or NaN: the exponential of all the kernels, whose tolerance tests check.
  package func exponential(
    _ x: UnsafeBufferPointer<Scalar>, into y: UnsafeMutableBufferPointer<Scalar>
  ) {
    table.exponential(x.baseAddress, x.count, y.baseAddress)
  }

  private func map(
    _ x: Rows<Scalar>, into y: UnsafeMutableBufferPointer<Scalar>,
    _ kernel: @escaping (UnsafeRawPointer?, Int, Int, Int, Int, UnsafeMutableRawPointer?) -> Void
  ) {
    let y = Shared(y)
    let kernel = Shared(kernel)
    slices(of: x) { rows in
      kernel.value(
        x.start(of: rows.lowerBound), rows.count, x.columns, x.columns, x.columns,
        y.value.baseAddress.map { $0 + rows.lowerBound * x.columns })
    }
  }

  private func pullBack(
    _ y: Rows<Scalar>, _ dy: Rows<Scalar>, into dx: UnsafeMutableBufferPointer<Scalar>,
    _ kernel:
      @escaping (UnsafeRawPointer?, UnsafeRawPointer?, Int, Int, UnsafeMutableRawPointer?) -> Void
  ) {
    let dx = Shared(dx)
    let kernel = Shared(kernel)
    slices(of: y) { rows in
      kernel.value(
        y.start(of: rows.lowerBound), dy.start(of: rows.lowerBound), rows.count, y.columns,
        dx.value.baseAddress.map { $0 + rows.lowerBound * y.columns })
    }
  }

  private func slices(of x: Rows<Scalar>, _ body: @Sendable (Range<Int>) -> Void) {
    Parallel.forEachSlice(of: x.count, minimumSlice: x.minimumSlice, body)
  }
}

extension Rows {
  /// Rows that are worth a thread of their own.
  var minimumSlice: Int { max(1, 16384 / max(1, columns)) }

  /// How to write a gradient of these rows. By itself, one that does not fit the caches together with
  /// its logits goes past them if its rows have many cache lines, because a row's first and last line
  /// go through the cache.
  package func store(_ streaming: Bool?) -> cl_rows_store {
    let hasLongRows = columns * MemoryLayout<Scalar>.stride >= 4000
    let exceedsCaches = hasLongRows && !Self.fitCaches(scalarCount: count * columns)
    return streaming ?? exceedsCaches ? CL_ROWS_STORE_STREAMING : CL_ROWS_STORE_CACHED
  }

  /// Whether the caches may hold so many scalars, and as many again.
  package static func fitCaches(scalarCount: Int) -> Bool {
    scalarCount * MemoryLayout<Scalar>.stride <= 16 << 20
  }
}
