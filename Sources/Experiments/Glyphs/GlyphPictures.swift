/// What a picture of the glyph data set is: a gray picture of one character of one font face.
enum GlyphPictures {
  /// Rows and columns.
  static let side = 28
  static let pixels = side * side

  /// The classes, in the order of their labels.
  static let characters = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".unicodeScalars)
  static let pixelsPerFace = pixels * characters.count

  /// The labels of a letter's two cases.
  static let casePairs = (0..<26).map { (upper: 10 + $0, lower: 36 + $0) }
}

/// A font face with its pictures.
struct GlyphFace: Sendable, Equatable {
  /// Where the font lies in the tree of the unpacked packages.
  let path: String
  /// The family name that the font gives itself.
  let family: String
  /// One picture for each of ``GlyphPictures/characters``, row-major, 0 is the ground.
  let pictures: [UInt8]

  func picture(_ label: Int) -> ArraySlice<UInt8> {
    pictures[label * GlyphPictures.pixels..<(label + 1) * GlyphPictures.pixels]
  }
}

/// Why a font is not in the data set, in the order in which fonts are examined.
enum GlyphRejection: Sendable, CaseIterable {
  case unreadable, incomplete, unicase, low, duplicate, surplus

  /// What the fonts do that are left out.
  var description: String {
    switch self {
    case .unreadable: "cannot be read or drawn"
    case .incomplete: "lack one of the characters, or draw it blank"
    case .unicase: "draw upper and lower case alike"
    case .low: "are mostly under \(GlyphSelection.leastHeight) pixels high"
    case .duplicate: "look like an earlier one"
    case .surplus: "exceed \(GlyphSelection.mostFacesPerStem) of a family"
    }
  }
}
