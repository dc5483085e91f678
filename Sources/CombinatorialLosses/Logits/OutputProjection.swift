internal import CombinatorialKernels
internal import CombinatorialLibc

/// A linear layer to class logits, x[i] = weight hidden[i] + bias, whose logits are only ever computed
/// a block of rows and a block of classes at a time.
///
/// Blocks depend on the extents alone, and partial sums are added in their order: results do not depend
/// on the number of threads.
///
/// Where logits are so large that a log-sum-exp would lose in rounding what makes a loss, the logits here
/// are those less their row's log-sum-exp, which changes neither losses nor gradients.
struct OutputProjection: Sendable {
  /// [rows, width], the rows in use of the hidden states.
  let hidden: [Float]
  /// [classes, width].
  let weight: Tensor
  /// [classes].
  let bias: Tensor?
  let rows, width, classes: Int
  let maxThreads: Int?
  /// Of each row's logits.
  private(set) var logSumExp: [Double] = []
  /// What is subtracted from each row's logits; nil: nothing.
  private var shifts: [Float]?

  /// Rows and classes of a block: half a megabyte of logits, which stays in the second-level cache.
  private static let rowBlock = 128
  private static let classBlock = 1024
  /// The most partial sums of the gradient by the hidden states.
  private static let maximumPieces = 8

  /// - Parameters:
  ///   - hidden: [rows, width].
  ///   - used: The rows that are not padding.
  init(
    hidden: Tensor, used: [Int], weight: Tensor, bias: Tensor?, maxThreads: Int?
  ) throws(CombinatorialError) {
    width = hidden.shape[hidden.rank - 1]
    guard weight.rank == 2, weight.shape[1] == width,
      bias.map({ $0.shape == [weight.shape[0]] }) ?? true
    else {
      throw .shapeMismatch(
        expected: "a weight [classes, \(width)] and a bias [classes] or none",
        found: "\(weight.shape) and \(bias.map { "\($0.shape)" } ?? "none")")
    }
    classes = weight.shape[0]
    rows = used.count
    self.weight = weight.detached
    self.bias = bias?.detached
    self.maxThreads = maxThreads
    let width = width
    self.hidden = hidden.withUnsafeScalars { hidden in
      used.flatMap { hidden[$0 * width..<($0 + 1) * width] }
    }
    logSumExp = computeLogSumExp()
    shifts = LogitShift.shifts(logSumExp)
    if shifts != nil { logSumExp = computeLogSumExp() }
  }

  /// What is subtracted from a row's logits.
  func shift(of row: Int) -> Float { shifts?[row] ?? 0 }

  /// logSumExp[row] - logit, which only rounding makes negative.
  func cost(row: Int, logit: Float) -> Float { max(0, Float(logSumExp[row] - Double(logit))) }

  private func computeLogSumExp() -> [Double] {
    var sums = [Double](repeating: -.infinity, count: rows)
    let kernels = RowKernels<Float>()
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      Parallel.forEachSlice(of: blocks(rows, Self.rowBlock), maxThreads: maxThreads) { slice in
        withBlock { logits in
          for block in slice {
            let rows = range(block, Self.rowBlock, rows)
            for classBlock in 0..<blocks(classes, Self.classBlock) {
              let classes = range(classBlock, Self.classBlock, classes)
              compute(rows, classes, into: logits)
              let parts = kernels.logSumExpHere(
                Rows(.init(logits), count: rows.count, columns: classes.count))
              for (row, part) in zip(rows, parts) { sums[row] = Self.logSum(sums[row], part) }
            }
          }
        }
      }
    }
    return sums
  }

  /// log(exp(a) + exp(b)); NaN and +infinity stay what they are.
  private static func logSum(_ a: Double, _ b: Double) -> Double {
    let (larger, smaller) = a >= b ? (a, b) : (b, a)
    guard smaller > -.infinity else { return smaller.isNaN || larger.isNaN ? .nan : larger }
    return larger + log1p(exp(smaller - larger))
  }

  /// The gradients of sum_i weights[i] logSumExp[i].
  ///
  /// - Returns: By the hidden states in use, the weight and the bias.
  func gradients(weights: [Float]) throws -> Gradients {
    var result = Gradients(
      hidden: .init(repeating: 0, count: rows * width),
      weight: try Tensor.zeros([classes, width]), bias: .init(repeating: 0, count: classes))
    let classBlocks = blocks(classes, Self.classBlock)
    let pieces = min(Self.maximumPieces, classBlocks)
    var partial = [Float](repeating: 0, count: pieces * rows * width)
    partial.withUnsafeMutableBufferPointer { partial in
      result.weight.withUnsafeMutableScalars { weightGradient in
        result.bias.withUnsafeMutableBufferPointer { biasGradient in
          guard let partial = partial.baseAddress, let weightGradient = weightGradient.baseAddress,
            let biasGradient = biasGradient.baseAddress
          else { return }
          nonisolated(unsafe) let targets = (partial, weightGradient, biasGradient)
          Parallel.forEachSlice(of: pieces, maxThreads: maxThreads) { slice in
            for piece in slice {
              for block in classBlocks * piece / pieces..<classBlocks * (piece + 1) / pieces {
                addGradients(
                  of: range(block, Self.classBlock, classes), weights,
                  targets.0 + piece * rows * width, targets.1, targets.2)
              }
            }
          }
        }
      }
    }
    for piece in 0..<pieces {
      let start = piece * rows * width
      for index in 0..<rows * width { result.hidden[index] += partial[start + index] }
    }
    return result
  }

  /// What the projection's parameters get.
  struct Gradients {
    /// [rows, width], of the rows in use.
    var hidden: [Float]
    var weight: Tensor
    var bias: [Float]
  }

  /// The shares of a block of classes: softmax probabilities times the rows' weights, multiplied out.
  private func addGradients(
    of classes: Range<Int>, _ weights: [Float],
    _ hiddenGradient: UnsafeMutablePointer<Float>, _ weightGradient: UnsafeMutablePointer<Float>,
    _ biasGradient: UnsafeMutablePointer<Float>
  ) {
    withBlock { logits in
      for block in 0..<blocks(rows, Self.rowBlock) {
        let rows = range(block, Self.rowBlock, rows)
        compute(rows, classes, into: logits)
        RowKernels<Float>().scaleSoftmaxHere(
          logits, columns: classes.count, logSumExp: logSumExp[rows], weights: weights[rows])
        guard let block = logits.baseAddress else { return }
        for row in 0..<rows.count {
          let start = row * classes.count
          for column in 0..<classes.count {
            biasGradient[classes.lowerBound + column] += block[start + column]
          }
        }
        hidden.withUnsafeBufferPointer { hidden in
          weight.withUnsafeScalars { weight in
            guard let hidden = hidden.baseAddress, let weight = weight.baseAddress else { return }
            BLAS.gemm(
              rows: rows.count, columns: width, inner: classes.count, left: block,
              right: weight + classes.lowerBound * width, accumulate: true,
              result: hiddenGradient + rows.lowerBound * width)
            BLAS.gemm(
              transposeLeft: true, rows: classes.count, columns: width, inner: rows.count,
              left: block, right: hidden + rows.lowerBound * width, accumulate: true,
              result: weightGradient + classes.lowerBound * width)
          }
        }
      }
    }
  }

  /// The logits of a block.
  private func compute(
    _ rows: Range<Int>, _ classes: Range<Int>, into logits: UnsafeMutableBufferPointer<Float>
  ) {
    guard let block = logits.baseAddress else { return }
    hidden.withUnsafeBufferPointer { hidden in
      weight.withUnsafeScalars { weight in
        guard let hidden = hidden.baseAddress, let weight = weight.baseAddress else { return }
        BLAS.gemm(
          transposeRight: true, rows: rows.count, columns: classes.count, inner: width,
          left: hidden + rows.lowerBound * width, right: weight + classes.lowerBound * width,
          result: block)
      }
    }
    bias?.withUnsafeScalars { bias in
      for row in 0..<rows.count {
        let start = row * classes.count
        for column in 0..<classes.count {
          block[start + column] += bias[classes.lowerBound + column]
        }
      }
    }
    guard shifts != nil else { return }
    for (position, row) in rows.enumerated() {
      let start = position * classes.count
      for cell in start..<start + classes.count { block[cell] -= shift(of: row) }
    }
  }

  /// The logit of one row and class.
  func logit(row: Int, of label: Int) -> Float {
    weight.withUnsafeScalars { weight in
      var sum: Float = 0
      for index in 0..<width { sum += hidden[row * width + index] * weight[label * width + index] }
      return sum + (bias?.withUnsafeScalars { $0[label] } ?? 0) - shift(of: row)
    }
  }

  private func withBlock(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.rowBlock * Self.classBlock) {
      body($0)
    }
  }

  private func blocks(_ extent: Int, _ block: Int) -> Int { (extent + block - 1) / block }

  private func range(_ index: Int, _ block: Int, _ extent: Int) -> Range<Int> {
    index * block..<min(extent, (index + 1) * block)
  }
}

extension OutputProjection.Gradients {
  /// Adds those of -amount times the logit of one row and class.
  mutating func subtract(
    _ amount: Float, row: Int, label: Int, of projection: OutputProjection
  ) {
    let width = projection.width
    projection.weight.withUnsafeScalars { weight in
      for index in 0..<width {
        hidden[row * width + index] -= amount * weight[label * width + index]
      }
    }
    weight.withUnsafeMutableScalars { gradient in
      for index in 0..<width {
        gradient[label * width + index] -= amount * projection.hidden[row * width + index]
      }
    }
    bias[label] -= amount
  }

  /// The gradients in the shapes of the inputs: padding gets 0.
  ///
  /// - Parameter used: The rows of the hidden states that are in use.
  func tensors(hiddenShape: [Int], used: [Int], hasBias: Bool) throws -> [Tensor?] {
    let width = weight.shape[1]
    let scattered = try Tensor(shape: hiddenShape) { scattered in
      scattered.update(repeating: 0)
      for (row, target) in used.enumerated() {
        for index in 0..<width {
          scattered[target * width + index] = hidden[row * width + index]
        }
      }
    }
    return [scattered, weight] + (hasBias ? [try Tensor(bias, shape: [bias.count])] : [])
  }
}
