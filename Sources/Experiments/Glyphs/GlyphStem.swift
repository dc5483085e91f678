/// The name of a font's family, freed from what foundries add and from what tells styles apart, so
/// that the faces of a family share it: DejaVu Sans Condensed Bold has the stem `deja vu sans`.
///
/// Words for the kind of a design (sans, mono) stay: they tell apart families that were drawn as a
/// set.
enum GlyphStem {
  static func stem(ofFamily family: String) -> String {
    let words = words(family)
    let proper = words.filter { word in
      word.count > 1 && !word.allSatisfy(\.isNumber)
        && !foundryWords.contains(word) && !styleWords.contains(word)
    }
    // Names such as B612 Mono and C059 consist of nothing else.
    let kept = proper.allSatisfy(kindWords.contains) ? words : proper
    return kept.joined(separator: " ")
  }

  /// Lower-case words: `OCRABold` has two, `Essays1743` as well.
  static func words(_ family: String) -> [String] {
    let characters = Array(family)
    var words = [""]
    for (index, character) in characters.enumerated() {
      guard character.isLetter || character.isNumber else {
        words.append("")
        continue
      }
      if index > 0, startsWord(at: index, in: characters) { words.append("") }
      words[words.count - 1] += character.lowercased()
    }
    return words.filter { !$0.isEmpty }
  }

  private static func startsWord(at index: Int, in characters: [Character]) -> Bool {
    let previous = characters[index - 1]
    let character = characters[index]
    if previous.isNumber != character.isNumber { return true }
    guard character.isUppercase else { return false }
    let isBeforeLowercase = index + 1 < characters.count && characters[index + 1].isLowercase
    return previous.isLowercase || (previous.isUppercase && isBeforeLowercase)
  }

  private static func list(_ words: String) -> Set<String> {
    Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  /// Foundries, their abbreviations and file formats. `TeX Gyre` is split into `te x gyre`.
  private static let foundryWords = list(
    "adf bltc brk gfs gwf gyre otf pro ps sil std te tt ttf unz urw")

  /// Weight, width, slope, case and decoration. The last line is how one foundry marks round,
  /// solid and outlined variants.
  private static let styleWords = list(
    """
    hairline thin extralight ultralight light book regular medium demi semi bold extra ultra black
    heavy condensed cond cn compressed narrow squeeze wide wyde extended tall stubby
    italic italics oblique slant slanted slanting upright unslanted
    proportional prop variable width caps capz smallcaps small style titling script quotation
    alt alta outline outlined solid round rounded shadow thick hollow inverted plain linear lines
    segments fill layer mini empty gapped hard flat no ii
    ol rh ro rs so wo
    """)

  private static let kindWords = list(
    "sans serif slab mono monospace roman text display caption math code typewriter")
}
