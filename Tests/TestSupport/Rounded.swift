/// A number computed in `Float`, as its exact value and a bound of what rounding has done to it so far:
/// running error analysis. The bound holds whatever the order of a sum or of a product and whichever
/// products are fused with sums, as long as nothing underflows.
///
/// N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002, section 3.3.
public struct Rounded: Sendable {
  /// The exact result, computed in double precision.
  public let value: Double
  /// The most that the result in `Float` can differ from it.
  public let error: Double

  /// A number without an error, or with a known one.
  public init(_ value: Double, error: Double = 0) { (self.value, self.error) = (value, error) }

  /// A number that is given in `Float`.
  public init(_ value: Float) { self.init(Double(value)) }

  /// The greatest magnitude that the result in `Float` can have.
  private var magnitude: Double { abs(value) + error }

  /// A rounding of a result within `error` of `value`. It errs by u / (1 + u) of the result (Higham,
  /// theorem 2.3): the rest of u covers the rounding of the value and the bound in double precision.
  private static func rounded(_ value: Double, error: Double) -> Rounded {
    Rounded(value, error: error + ErrorBound.unit * (abs(value) + error))
  }

  /// The number as `Float` keeps it, where it was computed in more digits.
  public var stored: Rounded { Self.rounded(value, error: error) }

  /// The sum, rounded.
  public static func + (a: Rounded, b: Rounded) -> Rounded {
    rounded(a.value + b.value, error: a.error + b.error)
  }

  /// The difference, rounded.
  public static func - (a: Rounded, b: Rounded) -> Rounded {
    rounded(a.value - b.value, error: a.error + b.error)
  }

  /// The product, rounded.
  public static func * (a: Rounded, b: Rounded) -> Rounded {
    rounded(
      a.value * b.value, error: a.magnitude * b.magnitude - abs(a.value * b.value))
  }

  /// The quotient, rounded; `b` is farther from 0 than its error.
  public static func / (a: Rounded, b: Rounded) -> Rounded {
    let value = a.value / b.value
    return rounded(value, error: (a.error + abs(value) * b.error) / (abs(b.value) - b.error))
  }

  /// A function whose slope is at most `slope` between the value and the result in `Float`, computed
  /// with an error of at most `absolute`, or of `units` in the last place.
  public func mapped(
    slope: Double, absolute: Double = 0, units: Double = 0, _ function: (Double) -> Double
  ) -> Rounded {
    let (result, propagated) = (function(value), slope * error)
    return Rounded(
      result,
      error: propagated + absolute + 2 * units * ErrorBound.unit * (abs(result) + propagated))
  }

  /// The square root, rounded; the slope is greatest at the least number within the error.
  public func squareRoot() -> Rounded {
    let least = (value - error).squareRoot()
    return mapped(slope: 1 / (2 * least), units: 0.5) { $0.squareRoot() }
  }

  /// max(0, x), which does not round.
  public var rectified: Rounded { Rounded(max(0, value), error: error) }

  /// A sum in any order.
  ///
  /// - Parameter roundings: How many a term takes part in at most, where that is not n - 1.
  public static func sum(_ terms: [Rounded], roundings: Int? = nil) -> Rounded {
    let magnitude = terms.reduce(0) { $0 + $1.magnitude }
    let error = terms.reduce(0) { $0 + $1.error }
    return Rounded(
      terms.reduce(0) { $0 + $1.value },
      error: error + ErrorBound.gamma(roundings ?? max(1, terms.count - 1)) * magnitude)
  }

  /// The greatest distance of numbers to what they should be, in units of what rounding allows; infinite
  /// for NaN or another count.
  public static func excess(_ found: [Float], _ expected: [Rounded]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).reduce(0) { greatest, pair in
      let distance = abs(Double(pair.0) - pair.1.value)
      if distance == 0 { return greatest }
      return distance.isNaN ? .infinity : max(greatest, distance / pair.1.error)
    }
  }
}
