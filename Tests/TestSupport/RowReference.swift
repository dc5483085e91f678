import Foundation

/// What the row kernels are to compute, straight from the definitions in double precision.
public enum RowReference {
  /// log(sum exp x), by the maximum.
  public static func logSumExp(_ x: some Collection<Double>) -> Double {
    guard let maximum = x.max(), maximum > -.infinity else { return -.infinity }
    return maximum + logSum(x, maximum)
  }

  /// x - log(sum exp x), in two steps: beside a maximum of 1e15 the logarithm would be rounded away.
  public static func logSoftmax(_ x: some Collection<Double>) -> [Double] {
    guard let maximum = x.max(), maximum > -.infinity else { return x.map { _ in .nan } }
    let logSum = logSum(x, maximum)
    return x.map { ($0 - maximum) - logSum }
  }

  /// exp(x) / sum exp(x).
  public static func softmax(_ x: some Collection<Double>) -> [Double] {
    logSoftmax(x).map { exp($0) }
  }

  /// log(sum exp(x - maximum)), the sum compensated (A. Neumaier, 1974).
  private static func logSum(_ x: some Collection<Double>, _ maximum: Double) -> Double {
    var (sum, rest) = (0.0, 0.0)
    for logit in x {
      let term = exp(logit - maximum)
      let next = sum + term
      rest += sum >= term ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    return log(sum + rest)
  }
}

/// What the row kernels may differ from ``RowReference`` by: the bounds in cl_rows.h, which hold for every
/// instruction set, and the reference's own rounding.
public struct RowTolerance: Sendable {
  /// The unit in the last place of 1.
  public let unit: Double
  /// e, the error of the logarithm of a row's sum.
  public let logSum: Double

  /// The bounds of rows of this length.
  public init(isFloat: Bool, columns: Int) {
    unit = isFloat ? 0x1p-23 : 0x1p-52
    logSum = isFloat ? 3e-6 : 1e-14 + Double(columns) * 0x1p-58 + 0x1p-49
  }

  /// Of log-sum-exps, log-probabilities, losses and costs, relative above 1.
  public var logarithm: Double { logSum + 2 * unit }

  /// Of a probability with this logarithm, relative.
  public func relative(_ logProbability: Double) -> Double {
    1.5 * logSum + (5 + 0.6 * abs(logProbability)) * unit
  }

  /// Of any probability, absolute: p |log p| is at most 1/e.
  public var probability: Double { 1.5 * logSum + 5.5 * unit }

  /// Of the gradient of a row's loss whose weights' magnitudes add up to `weight`: a probability, and a
  /// rounding for each of the labels that is subtracted.
  public func gradient(weight: Double, labels: Int = 1) -> Double {
    weight * (probability + Double(labels) * unit)
  }
}
