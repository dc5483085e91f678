import CombinatorialSolvers

/// Two hashes over the bits of answers: of values and solutions with their potentials, and of what is computed
/// from these to prove them, so that another way to prove them leaves the first.
///
/// FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, RFC 9923) over words instead of bytes, whose upper half is folded
/// into the lower.
struct AnswerHash: Equatable {
  private(set) var answer: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var proof: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Adds parts of an answer.
  mutating func add(_ parts: any Recorded...) {
    for part in parts {
      for word in part.words { Self.mix(word, into: &answer) }
    }
  }

  /// Adds what proves an answer.
  mutating func prove(_ numbers: Double...) {
    for number in numbers { Self.mix(number.word, into: &proof) }
  }

  /// Adds what proves an answer.
  mutating func prove(_ numbers: [Double]) {
    for number in numbers { Self.mix(number.word, into: &proof) }
  }

  /// Adds whether an answer is the only one.
  mutating func prove(isUnique: Bool) { Self.mix(isUnique ? 1 : 0, into: &proof) }

  /// Adds a refusal: its kind, the item of the batch, and where it is.
  mutating func add(_ error: CombinatorialError) {
    let (kind, numbers) = error.recorded
    add(Array(kind.utf8), numbers)
  }

  private static func mix(_ word: UInt64, into hash: inout UInt64) {
    hash = (hash ^ word) &* 0x100_0000_01B3
    hash ^= hash >> 32
  }
}

/// Part of an answer: a number, or an array after its count.
protocol Recorded {
  var words: [UInt64] { get }
}

/// A number as its bits; processors differ in those of one that is none.
protocol RecordedNumber: Recorded {
  var word: UInt64 { get }
}

extension RecordedNumber {
  var words: [UInt64] { [word] }
}

extension RecordedNumber where Self: BinaryInteger {
  var word: UInt64 { UInt64(truncatingIfNeeded: self) }
}

extension Int: RecordedNumber {}
extension Int32: RecordedNumber {}
extension UInt8: RecordedNumber {}

extension Double: RecordedNumber {
  var word: UInt64 { isNaN ? Double.nan.bitPattern : bitPattern }
}

extension Bool: RecordedNumber {
  var word: UInt64 { self ? 1 : 0 }
}

extension Array: Recorded where Element: RecordedNumber {
  var words: [UInt64] { [UInt64(count)] + map(\.word) }
}

extension CombinatorialError {
  /// What is recorded of a refusal: a word that stays when a case is named anew, the item, and the place.
  fileprivate var recorded: (String, [Int]) {
    let item = item ?? 0
    return switch reason {
    case .invalidCost(let row, let column, _): ("cost", [item, row, column])
    case .invalidCostAt(let position, _): ("costAt", [item, position])
    case .negativeCost(let row, let column, _): ("negativeCost", [item, row, column])
    case .negativeCycle(let arcs, let nodes): ("negativeCycle", [item] + arcs + nodes)
    case .invalidUnmatchedCost: ("unmatchedCost", [item])
    case .invalidPotential(let column, _): ("potential", [item, column])
    case .invalidGapCost: ("gapCost", [item])
    case .invalidOption: ("option", [])
    case .infeasible: ("infeasible", [item])
    case .invalidCapacity(let position, _): ("capacity", [item, position])
    case .invalidGridCost(let channel, let row, let column, _):
      ("gridCost", [item, channel, row, column])
    case .unboundedFlow: ("unboundedFlow", [item])
    case .labelOutOfRange(let position, _, _): ("label", [item, position])
    case .unknownLetter(_, let position): ("letter", [item, position])
    case .lengthOutOfRange: ("length", [item])
    case .invalidLogit(let row, let column, _): ("logit", [item, row, column])
    case .shapeMismatch: ("shape", [])
    case .invalidMass(let side, let position, _):
      ("mass", [item, side == .supply ? 0 : 1, position])
    case .unbalanced: ("unbalanced", [item])
    case .notConverged: ("notConverged", [item])
    case .emptySequence(let side): ("emptySequence", [item, side == .predicted ? 0 : 1])
    case .valueOutOfRange: ("valueOutOfRange", [item])
    case .wrongValue: ("wrongValue", [item])
    case .sizeOverflow: ("size", [])
    case .cancelled: ("cancelled", [item])
    }
  }
}
