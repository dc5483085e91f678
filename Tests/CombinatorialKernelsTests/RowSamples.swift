import CombinatorialKernels
import TestSupport

/// An instruction set and an element type to test: `Double` if not `Float`.
struct RowVariant: CustomStringConvertible, Sendable {
  let set: InstructionSet
  let isFloat: Bool

  static let all = InstructionSet.available.flatMap { set in
    [RowVariant(set: set, isFloat: true), RowVariant(set: set, isFloat: false)]
  }

  var description: String { "\(set) \(isFloat ? "Float" : "Double")" }
}

/// Rows of random logits with a label each.
struct RowSample<Scalar: CostScalar> {
  let rows, columns: Int
  var logits: [Scalar]
  var labels: [Int32]

  /// Logits in ± `scale`; a tenth of them are -infinity if `holes`, never all of a row.
  init(
    rows: Int, columns: Int, scale: Double = 8, holes: Bool = false,
    using random: inout SeededRandom
  ) {
    (self.rows, self.columns) = (rows, columns)
    logits = (0..<rows * columns).map { cell in
      let value = Double.random(in: -scale...scale, using: &random)
      let isHole = holes && cell % columns != 0 && Int.random(in: 0..<10, using: &random) == 0
      return isHole ? -.infinity : Scalar(value)
    }
    labels = (0..<rows).map { _ in Int32.random(in: 0..<Int32(columns), using: &random) }
  }

  /// A row in double precision, for the reference.
  func row(_ row: Int) -> [Double] {
    doubles(Array(logits[row * columns..<(row + 1) * columns]))
  }

  /// Calls `body` with the rows.
  func withRows<Result>(_ body: (Rows<Scalar>) -> Result) -> Result {
    logits.withUnsafeBufferPointer { body(Rows($0, count: rows, columns: columns)) }
  }
}

/// `count` numbers that `body` writes, out of a buffer with canaries around them.
///
/// - Parameter offset: Elements between the start of the buffer and the numbers, for alignments.
func guarded<Scalar: CostScalar>(
  _ count: Int, offset: Int = 3, _ body: (UnsafeMutableBufferPointer<Scalar>) -> Void
) -> (numbers: [Scalar], isIntact: Bool) {
  let canary: Scalar = -12345
  var buffer = [Scalar](repeating: canary, count: offset + count + 67)
  buffer.withUnsafeMutableBufferPointer { body(.init(rebasing: $0[offset..<offset + count])) }
  let isIntact =
    buffer[..<offset].allSatisfy { $0 == canary }
    && buffer[(offset + count)...].allSatisfy { $0 == canary }
  return (Array(buffer[offset..<offset + count]), isIntact)
}

/// The greatest |a - b| / max(1, |b|); NaN and infinities must agree.
func worstError<Scalar: CostScalar>(_ found: [Scalar], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let found = doubles(found)
  var (worst, index) = (0.0, 0)
  while index < found.count {
    let (a, b) = (found[index], expected[index])
    index += 1
    guard a != b, !(a.isNaN && b.isNaN) else { continue }
    let error = (a - b).magnitude / max(1, b.magnitude)
    worst = error.isNaN ? .infinity : max(worst, error)
  }
  return worst
}

/// The same numbers: a generic conversion of each takes long in a debug build.
private func doubles<Scalar: CostScalar>(_ numbers: [Scalar]) -> [Double] {
  guard Scalar.self == Float.self else {
    return numbers as? [Double] ?? numbers.map(Double.init)
  }
  return numbers.withUnsafeBufferPointer { numbers in
    numbers.withMemoryRebound(to: Float.self) { floats in
      [Double](unsafeUninitializedCapacity: floats.count) { doubles, count in
        while count < floats.count {
          (doubles.baseAddress! + count).initialize(to: Double(floats.baseAddress![count]))
          count += 1
        }
      }
    }
  }
}
