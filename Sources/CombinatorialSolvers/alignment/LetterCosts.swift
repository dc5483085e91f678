public import CombinatorialKernels

/// What aligning the letters of an alphabet costs: a table of pairs, and the price of a gap on either side.
///
/// Scores of a table that is to be made great, as BLOSUM62 is, are negated: ``scores(_:letters:gapPenalty:)``. With
/// what a ``LetterAlignment`` takes of the costs it is their gradient too.
public struct LetterCosts<Scalar: CostScalar>: Sendable, Equatable, Encodable {
  /// `[letters, letters]`, row by row: what it costs to match a letter of the predicted sequence, the row, with one of
  /// the target, the column. `+infinity` forbids a pair.
  public var substitutions: [Scalar]
  /// The price of V, of skipping a letter of the predicted sequence. `+infinity` forbids it.
  public var predictedGap: Scalar
  /// The price of H, of skipping a letter of the target.
  public var targetGap: Scalar
  /// How many letters the alphabet has, at most 256: letters are 0 ..< letters.
  public let letters: Int

  /// Costs by a table.
  ///
  /// - Parameters:
  ///   - substitutions: `[letters, letters]`.
  ///   - letters: How many letters there are.
  ///   - gap: The price of a gap on either side.
  public init(substitutions: [Scalar], letters: Int, gap: Scalar) {
    (self.substitutions, self.letters) = (substitutions, letters)
    (predictedGap, targetGap) = (gap, gap)
  }

  /// Costs of letters that are equal or different; by default those of the edit distance.
  ///
  /// - Parameters:
  ///   - letters: How many letters there are.
  ///   - equal: What it costs to match two equal letters.
  ///   - different: What it costs to match two others.
  ///   - gap: The price of a gap on either side.
  public init(letters: Int, equal: Scalar = 0, different: Scalar = 1, gap: Scalar = 1) {
    let count = min(max(0, letters), 257)  // what is refused needs no table
    self.init(
      substitutions: (0..<count * count).map { $0 % (count + 1) == 0 ? equal : different },
      letters: letters, gap: gap)
  }

  /// The costs of a table of scores, the greatest sum of which is sought: the value is that sum, negated.
  ///
  /// - Parameters:
  ///   - scores: `[letters, letters]`.
  ///   - letters: How many letters there are.
  ///   - gapPenalty: What the score loses by each gap.
  public static func scores(_ scores: [Scalar], letters: Int, gapPenalty: Scalar) -> LetterCosts {
    LetterCosts(substitutions: scores.map { -$0 }, letters: letters, gap: gapPenalty)
  }

  /// Refuses what is no table, and gaps without a price; entries are left to the kernel.
  func validate() throws(CombinatorialError) {
    guard (0...256).contains(letters), substitutions.count == letters * letters else {
      throw .shapeMismatch(
        expected: "costs of each pair of at most 256 letters",
        found: "\(substitutions.count) costs of \(letters) letters")
    }
    for gap in [predictedGap, targetGap] where !(gap > -.infinity) {
      throw CombinatorialError(.invalidGapCost(value: Double(gap)))
    }
  }
}

extension LetterCosts<Double> {
  /// The same costs in double.
  @_specialize(where Other == Float)
  @_specialize(where Other == Double)
  init<Other: CostScalar>(_ other: LetterCosts<Other>) {
    self.init(
      substitutions: other.substitutions.map { Double($0) }, letters: other.letters,
      gap: Double(other.predictedGap))
    targetGap = Double(other.targetGap)
  }
}

/// The letters of a text as numbers: each by its place in the alphabet.
///
///     try Alphabet("ACGT").numbers(of: "GATTACA")  // [2, 0, 3, 3, 0, 1, 0]
public struct Alphabet: Sendable, Hashable {
  /// The letters, in order.
  public let letters: [Character]
  private let places: [Character: UInt8]

  /// An alphabet of at most 256 letters; of one that comes twice the first place counts.
  public init(_ letters: String) {
    self.letters = Array(letters)
    let numbered = zip(self.letters, 0...UInt8.max)
    places = Dictionary(numbered.map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }

  /// The number of each letter.
  ///
  /// - Throws: ``CombinatorialError/Reason/unknownLetter(_:position:)``.
  public func numbers(of text: String) throws(CombinatorialError) -> [UInt8] {
    var numbers: [UInt8] = []
    numbers.reserveCapacity(text.utf8.count)
    for letter in text {
      guard let number = places[letter] else {
        throw CombinatorialError(.unknownLetter(letter, position: numbers.count))
      }
      numbers.append(number)
    }
    return numbers
  }
}
