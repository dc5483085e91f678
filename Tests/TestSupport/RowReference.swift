import Foundation

/// What the row kernels are to compute, straight from the definitions in double precision.
public enum RowReference {
  /// log(sum exp x), by the maximum.
  public static func logSumExp(_ x: some Collection<Double>) -> Double {
    guard let maximum = x.max(), maximum > -.infinity else { return -.infinity }
    return maximum + log(x.reduce(0) { $0 + exp($1 - maximum) })
  }

  /// exp(x) / sum exp(x).
  public static func softmax(_ x: some Collection<Double>) -> [Double] {
    let maximum = x.max() ?? 0
    let powers = x.map { exp($0 - maximum) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }
}
