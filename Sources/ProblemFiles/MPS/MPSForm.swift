internal import CombinatorialFiles

/// The sections of an MPS file.
enum MPSSection: String {
  case name = "NAME"
  case objectiveSense = "OBJSENSE"
  case objectiveName = "OBJNAME"
  case rows = "ROWS"
  case columns = "COLUMNS"
  case rightHandSides = "RHS"
  case ranges = "RANGES"
  case bounds = "BOUNDS"
  case end = "ENDATA"
}

/// Whether the fields of an MPS file are words or have columns of their own.
enum MPSForm {
  case fixed
  case free

  /// The form of a file: fixed if every line of data fits it.
  init(of text: TextBytes) {
    var lines = TextLines(text)
    var section: MPSSection?
    while lines.next() {
      guard let first = lines.line.first, first != UInt8(ascii: "*") else { continue }
      guard first.isBlank else {
        lines.split()
        section = MPSSection(rawValue: lines.words[0].keyword)
        if section == .name, lines.words.count == 3, lines.words[2].keyword == "FREE" {
          self = .free
          return
        }
        if section == .end { break }
        continue
      }
      if MPSFixedLine(lines.line)?.fits(section) ?? false { continue }
      lines.split()
      let isMarker = lines.words.count > 1 && lines.words[1].equals("'MARKER'")
      guard lines.words.isEmpty || isMarker else {
        self = .free
        return
      }
    }
    self = .fixed
  }
}

/// A line of data of the fixed form.
struct MPSFixedLine {
  /// Columns 2-3: the kind of a row or bound.
  let kind: TextBytes
  /// Columns 5-12: a row, a column or a set.
  let name: TextBytes
  /// Columns 15-22 and 25-36, 40-47 and 50-61.
  let pairs: (first: MPSPair, second: MPSPair)

  private static let gaps = [0..<1, 3..<4, 12..<14, 22..<24, 36..<39, 47..<49, 61..<Int.max]

  /// The fields of a line; nil if something stands between them.
  init?(_ line: TextBytes) {
    var line = line
    // A comment in place of the first or the second name of a pair.
    for start in [14, 39] where line.count > start && line[start] == UInt8(ascii: "$") {
      line = TextBytes(rebasing: line[..<start])
    }
    for gap in Self.gaps {
      for position in gap.clamped(to: 0..<line.count) where line[position] != 0x20 { return nil }
    }
    guard !line.contains(UInt8(ascii: "\t")) else { return nil }
    func field(_ range: Range<Int>) -> TextBytes {
      TextBytes(rebasing: line[range.clamped(to: 0..<line.count)]).trimmed
    }
    kind = field(1..<3)
    name = field(4..<12)
    pairs = (
      MPSPair(name: field(14..<22), number: field(24..<36)),
      MPSPair(name: field(39..<47), number: field(49..<61))
    )
  }

  /// Whether a section may have such a line.
  func fits(_ section: MPSSection?) -> Bool {
    let hasKind = !kind.isEmpty
    switch section {
    case .rows: return hasKind && !name.isEmpty && pairs.first.isEmpty && pairs.second.isEmpty
    case .columns:
      return !hasKind && !name.isEmpty && pairs.first.isWhole
        && (pairs.second.isEmpty || pairs.second.isWhole)
    case .rightHandSides, .ranges:
      return !hasKind && pairs.first.isWhole && (pairs.second.isEmpty || pairs.second.isWhole)
    case .bounds:
      return hasKind && !pairs.first.name.isEmpty && pairs.first.isNumberAWord
        && pairs.second.isEmpty
    case .name, .objectiveSense, .objectiveName, .end, nil: return true
    }
  }
}

/// The name of a row or column, and a number.
struct MPSPair {
  let name, number: TextBytes

  var isEmpty: Bool { name.isEmpty && number.isEmpty }
  var isNumberAWord: Bool { !number.contains(where: \.isBlank) }
  /// Whether there is a name and one word that may be a number.
  var isWhole: Bool { !name.isEmpty && !number.isEmpty && isNumberAWord }
}
