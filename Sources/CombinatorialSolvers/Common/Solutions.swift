public import CombinatorialKernels

/// An optimal solution, what proves it, and what it says of the costs.
///
/// Every problem's solution has these words; two are equal if problem and answer are, and JSON has the arrays
/// under their names.
public protocol OptimalSolution: Sendable, Equatable, Encodable {
  /// z*, the optimal value.
  var value: Double { get }
  /// What the solution may cost more than the best one, at most, computed from the costs, the solution and
  /// what proves it. 0 up to rounding, and the solution is optimal.
  var dualityGap: Double { get }
  /// dz*/dcosts, in the shape of the costs, row by row.
  var gradient: [Double] { get }
}

/// The solutions of a batch: a collection of them, with the values of all at hand.
public protocol SolutionBatch: RandomAccessCollection, Sendable
where Element: OptimalSolution, Index == Int {
  /// `[batch]`: z* of each problem.
  var values: [Double] { get }
  /// The costs' shape.
  var shape: BatchShape { get }
  /// Calls `body` with the entries of one problem's dz*/dcosts that are not 0, each with its position among
  /// the costs of the problem, padding included. A position may come several times: entries add up.
  func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  /// The gradient of a weighted sum of the values; by default from its entries, one by one.
  ///
  /// - Parameters:
  ///   - weights: `[batch]`: the derivative of a loss by each value.
  ///   - gradient: `[batch, rows, columns]`: dloss/dcosts, 0 in the padding.
  func gradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>)
  /// Copies the costs that the problems were solved with, for the certificates.
  mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>)
}

extension SolutionBatch {
  /// 0.
  public var startIndex: Int { 0 }
  /// The number of problems.
  public var endIndex: Int { values.count }

  /// The gradient of a weighted sum of the values, from its entries.
  public func gradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    if Scalar.self == Float.self {
      gradient.withMemoryRebound(to: Float.self) { gradient in
        weights.withMemoryRebound(to: Float.self) { fill(gradient, weights: $0) }
      }
    } else {
      gradient.withMemoryRebound(to: Double.self) { gradient in
        weights.withMemoryRebound(to: Double.self) { fill(gradient, weights: $0) }
      }
    }
  }

  // Twice, as a function that is generic over numbers too would look them up for every entry.

  private func fill(
    _ gradient: UnsafeMutableBufferPointer<Float>, weights: UnsafeBufferPointer<Float>
  ) {
    gradient.update(repeating: 0)
    for item in indices {
      let (first, weight) = (item * shape.itemCount, weights[item])
      forEachGradientEntry(of: item) { gradient[first + $0] += weight * Float($1) }
    }
  }

  private func fill(
    _ gradient: UnsafeMutableBufferPointer<Double>, weights: UnsafeBufferPointer<Double>
  ) {
    gradient.update(repeating: 0)
    for item in indices {
      let (first, weight) = (item * shape.itemCount, weights[item])
      forEachGradientEntry(of: item) { gradient[first + $0] += weight * $1 }
    }
  }

  /// The gradient of the sum of the values: `[batch, rows, columns]`, 0 in the padding.
  public func gradient<Scalar: CostScalar>(of type: Scalar.Type) -> [Scalar] {
    let ones = [Scalar](repeating: 1, count: count)
    let size = count * shape.itemCount
    return [Scalar](uninitializedCount: size) { gradient, initialized in
      gradient.initialize(repeating: 0)
      ones.withUnsafeBufferPointer {
        self.gradient(weights: $0, into: gradient)
      }
      initialized = size
    }
  }

  /// dz*/dcosts of one problem, padding included.
  func gradient(of item: Int) -> [Double] {
    var gradient = [Double](repeating: 0, count: shape.itemCount)
    forEachGradientEntry(of: item) { gradient[$0] += $1 }
    return gradient
  }
}

/// A gradient that is 1 at some positions and 0 elsewhere.
func indicator(of positions: some Sequence<Int>, count: Int) -> [Double] {
  var gradient = [Double](repeating: 0, count: count)
  for position in positions { gradient[position] = 1 }
  return gradient
}
