/// A sum of doubles that is rounded only when it is read: parts that do not overlap, in ascending order.
///
/// J. R. Shewchuk, Adaptive precision floating-point arithmetic, Discrete & Computational Geometry 18 (1997),
/// doi:10.1007/PL00009321: growing an expansion.
struct UnroundedSum {
  private var parts: [Double] = []
  /// Multiples of 2^-scale of terms so great that their sum may exceed the largest double.
  private var greatParts: [Double] = []

  private static let great = 0x1p900
  private static let scale = 0x1p100

  init() {}

  init(_ terms: some Sequence<Double>) {
    for term in terms { self += term }
  }

  static func += (sum: inout UnroundedSum, term: Double) {
    if abs(term) < great {
      grow(&sum.parts, by: term)
    } else {
      grow(&sum.greatParts, by: term / scale)
    }
  }

  static func -= (sum: inout UnroundedSum, term: Double) { sum += -term }

  /// Adds x y; what lies below the least double is rounded.
  mutating func addProduct(_ x: Double, _ y: Double) {
    let product = x * y
    self += product
    if product.isFinite { self += (-product).addingProduct(x, y) }
  }

  /// Numbers whose sum it is, without rounding; infinite ones beyond the largest double.
  var terms: [Double] { parts + greatParts.map { $0 * Self.scale } }

  /// The sum, rounded; an infinity beyond the largest double.
  var value: Double {
    guard !greatParts.isEmpty else { return parts.reduce(0, +) }
    var all = greatParts
    for part in parts { Self.grow(&all, by: part / Self.scale) }
    let great = all.reduce(0, +)
    // What is left once great terms have cancelled has lost nothing.
    return greatParts.reduce(0, +) == 0 ? parts.reduce(0, +) : great * Self.scale
  }

  private static func grow(_ parts: inout [Double], by term: Double) {
    var rest = term
    var count = 0
    for part in parts {
      let sum = rest + part
      let other = sum - rest
      let error = (rest - (sum - other)) + (part - other)
      if error != 0 {
        parts[count] = error
        count += 1
      }
      rest = sum
    }
    parts.removeSubrange(count...)
    if rest != 0 { parts.append(rest) }
  }
}
