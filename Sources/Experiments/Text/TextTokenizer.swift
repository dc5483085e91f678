/// Splits English text into lower-case words and punctuation marks.
///
/// A word is letters and digits with an ending such as `'s` and plus or number signs after it, as in
/// `c++`; every other mark is a token of its own. Digits become `#`, addresses of pages `<url>`.
enum TextTokenizer {
  static func tokens(_ text: String) -> [String] {
    let lowered = text.lowercased().replacing("\u{2019}", with: "'")
    var scanner = Scanner(Array(withoutAddresses(lowered).unicodeScalars))
    var tokens: [String] = []
    while let token = scanner.next() { tokens.append(token) }
    return tokens
  }

  private static func withoutAddresses(_ text: String) -> String {
    text.contains("http") ? text.replacing(#/https?:\/\/\S+/#, with: "<url>") : text
  }

  private struct Scanner {
    private let scalars: [Unicode.Scalar]
    private var place = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    mutating func next() -> String? {
      while place < scalars.count, scalars[place].properties.isWhitespace { place += 1 }
      guard place < scalars.count else { return nil }
      let start = place
      if scalars[place].isWordLetter { skipWord() } else { place += 1 }
      var token = String.UnicodeScalarView()
      for scalar in scalars[start..<place] {
        token.append(scalar.properties.generalCategory == .decimalNumber ? "#" : scalar)
      }
      return String(token)
    }

    private mutating func skipWord() {
      skip(\.isWordLetter)
      if place + 1 < scalars.count, scalars[place] == "'", scalars[place + 1].isLowercaseASCII {
        place += 1
        skip(\.isLowercaseASCII)
      }
      skip { $0 == "+" || $0 == "#" }
    }

    private mutating func skip(_ isPart: (Unicode.Scalar) -> Bool) {
      while place < scalars.count, isPart(scalars[place]) { place += 1 }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isLowercaseASCII: Bool { ("a"..."z").contains(self) }

  /// A letter or a number of any script.
  fileprivate var isWordLetter: Bool {
    if isASCII {
      return isLowercaseASCII || ("0"..."9").contains(self) || ("A"..."Z").contains(self)
    }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }
}
