internal import CombinatorialFiles
internal import LinearPrograms

/// Reads a file in the MPS format, line by line.
///
/// B. Murtagh, Advanced Linear Programming, 1981, chapter 9; extensions as CPLEX has them.
struct MPSReader {
  /// What a row's name stands for.
  private enum RowReference {
    case objective
    case constraint(Int)
    /// A free row that is not the objective.
    case ignored
  }

  /// Of several sets of right-hand sides, ranges or bounds the first counts.
  private struct FirstSet {
    private var first: TextBytes?

    /// Whether a line that names this set counts.
    mutating func contains(_ name: TextBytes) -> Bool {
      guard !name.isEmpty else { return true }
      guard let first else {
        self.first = name
        return true
      }
      return first.elementsEqual(name)
    }
  }

  private let file: String
  private let form: MPSForm
  private var lines: TextLines
  private var section: MPSSection?
  private var objective: (name: TextBytes, line: Int)?
  private var hasObjective = false
  private var insideIntegers = false
  private var rowNames = MPSNames()
  private var rowReferences: [RowReference] = []
  private var columnNames = MPSNames()
  private var sets = (rightHandSides: FirstSet(), ranges: FirstSet(), bounds: FirstSet())
  private var parts = MPSParts()

  /// - Parameter text: The file, which must outlive the reader.
  init(_ text: TextBytes, file: String) {
    self.file = file
    form = MPSForm(of: text)
    lines = TextLines(text)
    // Lines with one entry have at least 12 bytes in all but the tersest of files.
    parts.columns.reserve(entries: text.count / 12)
  }

  /// Reads all lines up to ENDATA.
  mutating func read() throws(MPSError) -> LinearModel {
    while lines.next() {
      guard let first = lines.line.first, first != UInt8(ascii: "*") else { continue }
      if !first.isBlank {
        try readHeader()
        if section == .end { return parts.model() }
      } else {
        try readData()
      }
    }
    throw .corrupt(
      file: file, line: lines.endNumber, reason: "expected ENDATA, found the end")
  }

  private mutating func readHeader() throws(MPSError) {
    lines.split()
    guard let section = MPSSection(rawValue: lines.words[0].keyword) else {
      // Some write MAX or MIN at the beginning of its line.
      if self.section == .objectiveSense { return try readSense(lines.words[0]) }
      throw error(
        "expected a section of a linear program, found \(PrintableText.excerpt(lines.words[0]))")
    }
    self.section = section
    if section == .objectiveSense, lines.words.count > 1 { try readSense(lines.words[1]) }
    if section == .columns, let objective, !hasObjective {
      throw .corrupt(
        file: file, line: objective.line,
        reason: "there is no row \(shown(objective.name)) of kind N")
    }
  }

  private mutating func readData() throws(MPSError) {
    switch (section, form) {
    case (.rows, .fixed), (.columns, .fixed), (.rightHandSides, .fixed), (.ranges, .fixed),
      (.bounds, .fixed):
      if let line = MPSFixedLine(lines.line), line.fits(section) { return try read(line) }
      lines.split()
      guard !lines.words.isEmpty else { return }
      // Markers may stand anywhere; what else is not of the fixed form makes the file a free one.
      try readMarker()
    default:
      lines.split()
      guard !lines.words.isEmpty else { return }
      try readWords()
    }
  }

  private mutating func read(_ line: MPSFixedLine) throws(MPSError) {
    switch section {
    case .rows: try readRow(line.kind, line.name)
    case .columns:
      if line.pairs.first.name.equals("'MARKER'") {
        lines.split()
        return try readMarker()
      }
      try beginColumn(line.name)
      try readEntry(line.pairs.first)
      if isPair(line.pairs.second) { try readEntry(line.pairs.second) }
    case .rightHandSides, .ranges:
      try readSide(line.pairs.first, set: line.name)
      if isPair(line.pairs.second) { try readSide(line.pairs.second, set: line.name) }
    case .bounds:
      try readBound(
        line.kind, set: line.name, column: line.pairs.first.name, line.pairs.first.number)
    case .name, .objectiveSense, .objectiveName, .end, nil: break
    }
  }

  private func isPair(_ pair: MPSPair) -> Bool { !pair.isEmpty }

  // MARK: Free form

  private mutating func readWords() throws(MPSError) {
    switch section {
    case .objectiveSense: try readSense(lines.words[0])
    case .objectiveName: try readObjectiveName(lines.words[0])
    case .rows:
      guard wordCount(fieldsBefore: 2) == 2 else {
        throw error("expected N, L, G or E and the name of a row")
      }
      try readRow(lines.words[0], lines.words[1])
    case .columns:
      if lines.words.count > 1, lines.words[1].equals("'MARKER'") { return try readMarker() }
      let count = wordCount(fieldsBefore: 1)
      guard count == 3 || count == 5 else {
        throw error("expected pairs of a name and a number")
      }
      try beginColumn(lines.words[0])
      for first in stride(from: 1, to: count, by: 2) { try readEntry(pair(first)) }
    case .rightHandSides, .ranges:
      let count = wordCount(fieldsBefore: 1)
      guard (2...5).contains(count) else { throw error("expected pairs of a name and a number") }
      let set = count % 2 == 1 ? lines.words[0] : TextBytes(start: nil, count: 0)
      for first in stride(from: count % 2, to: count, by: 2) {
        try readSide(pair(first), set: set)
      }
    case .bounds: try readBoundWords()
    case .name, .end, nil:
      throw error("expected a section, found \(PrintableText.excerpt(lines.words[0]))")
    }
  }

  private func pair(_ first: Int) -> MPSPair {
    MPSPair(name: lines.words[first], number: lines.words[first + 1])
  }

  /// How many words stand before a comment, which begins with $ in place of a name.
  private func wordCount(fieldsBefore first: Int) -> Int {
    for (position, word) in lines.words.enumerated().dropFirst(first)
    where word.first == UInt8(ascii: "$") {
      // A name that was declared is one.
      if rowNames.number(of: word) == nil, columnNames.number(of: word) == nil { return position }
    }
    return lines.words.count
  }

  /// The kind, the set, which may be left out, the column, and a number where the kind has one.
  private mutating func readBoundWords() throws(MPSError) {
    let words = lines.words.prefix(wordCount(fieldsBefore: 2)).dropFirst()
    let none = TextBytes(start: nil, count: 0)
    let hasValue = MPSColumns.BoundKind(rawValue: lines.words[0].keyword)?.hasValue ?? false
    func isColumn(_ name: TextBytes) -> Bool { columnNames.number(of: name) != nil }
    switch (words.count, hasValue) {
    case (3, _): try readBound(lines.words[0], set: words[1], column: words[2], words[3])
    case (2, _) where hasValue || !isColumn(words[2]) && isColumn(words[1]):
      // Without a set; where the kind has no value, what stands there is passed over.
      try readBound(lines.words[0], set: none, column: words[1], words[2])
    case (2, _): try readBound(lines.words[0], set: words[1], column: words[2], none)
    case (1, false): try readBound(lines.words[0], set: none, column: words[1], none)
    default: try readBound(lines.words[0], set: none, column: none, none)
    }
  }

  // MARK: Objective

  private mutating func readSense(_ word: TextBytes) throws(MPSError) {
    let sense: OptimizationSense
    switch word.keyword {
    case "MAX", "MAXIMIZE", "MAXIMISE": sense = .maximize
    case "MIN", "MINIMIZE", "MINIMISE": sense = .minimize
    default: throw error("expected MIN or MAX, found \(PrintableText.excerpt(word))")
    }
    guard parts.sense == nil || parts.sense == sense else {
      throw error("expected one sense of the objective, found \(sense) after another")
    }
    parts.sense = sense
  }

  private mutating func readObjectiveName(_ name: TextBytes) throws(MPSError) {
    guard parts.columns.count == 0 else {
      throw error("expected the name of the objective ahead of the columns")
    }
    objective = (name, lines.number)
    hasObjective = false
    for (number, reference) in rowReferences.enumerated() {
      if case .constraint = reference { continue }
      let isObjective = rowNames.number(of: name) == number
      rowReferences[number] = isObjective ? .objective : .ignored
      if isObjective { hasObjective = true }
    }
  }

  // MARK: Rows and columns

  private mutating func readRow(
    _ kind: TextBytes, _ name: TextBytes
  ) throws(MPSError) {
    guard let kind = MPSParts.RowKind(rawValue: kind.keyword) else {
      throw error("expected N, L, G or E and the name of a row")
    }
    guard rowNames.insert(name) else { throw error("row \(shown(name)) is there twice") }
    guard kind == .free else {
      guard parts.rowCount < Int(Int32.max) - 1 else {
        throw error("expected at most \(Int32.max - 1) rows")
      }
      rowReferences.append(.constraint(parts.add(row: name, kind)))
      return
    }
    let isObjective = !hasObjective && (objective.map { $0.name.elementsEqual(name) } ?? true)
    rowReferences.append(isObjective ? .objective : .ignored)
    hasObjective = hasObjective || isObjective
  }

  private mutating func readMarker() throws(MPSError) {
    guard lines.words.count > 2, lines.words[1].equals("'MARKER'") else {
      throw error("expected pairs of a name and a number")
    }
    if lines.words[2].equals("'INTORG'") {
      insideIntegers = true
    } else if lines.words[2].equals("'INTEND'") {
      insideIntegers = false
    } else {
      throw error("expected 'INTORG' or 'INTEND', found \(shown(lines.words[2]))")
    }
  }

  private mutating func beginColumn(_ name: TextBytes) throws(MPSError) {
    if columnNames.isLast(name) { return }
    guard columnNames.insert(name) else {
      throw error("the entries of column \(shown(name)) are apart")
    }
    guard parts.columns.add(column: name, isInteger: insideIntegers) else {
      throw error("expected at most \(Int32.max) entries")
    }
  }

  private mutating func readEntry(_ pair: MPSPair) throws(MPSError) {
    let value = try number(pair)
    guard value.isFinite else { throw error("expected pairs of a name and a number") }
    let isNew =
      switch try row(pair.name) {
      case .objective: parts.columns.setCost(value)
      case .constraint(let row): parts.columns.addEntry(row: row, value)
      case .ignored: true
      }
    guard isNew else {
      let column = parts.columns.names[parts.columns.count - 1]
      throw error(
        "column \(PrintableText.excerpt(column)) has a second entry in row \(shown(pair.name))")
    }
  }

  private func row(_ name: TextBytes) throws(MPSError) -> RowReference {
    guard let number = rowNames.number(of: name) else {
      throw error("there is no row \(shown(name))")
    }
    return rowReferences[number]
  }

  // MARK: Right-hand sides, ranges and bounds

  private mutating func readSide(
    _ pair: MPSPair, set: TextBytes
  ) throws(MPSError) {
    let value = try number(pair)
    let row = try row(pair.name)
    let isRange = section == .ranges
    guard isRange ? sets.ranges.contains(set) : sets.rightHandSides.contains(set) else { return }
    var fault: String?
    switch row {
    case .objective where !isRange:
      guard value.isFinite else { throw error("expected pairs of a name and a number") }
      if let other = parts.objectiveSide, other != value {
        fault = "has a second right-hand side, \(value) after \(other)"
      }
      parts.objectiveSide = value
    case .constraint(let row):
      fault =
        isRange
        ? parts.setRange(value, ofRow: row) : parts.setRightHandSide(value, ofRow: row)
    case .objective, .ignored: break
    }
    if let fault { throw error("row \(shown(pair.name)) \(fault)") }
  }

  private mutating func readBound(
    _ kind: TextBytes, set: TextBytes, column: TextBytes, _ number: TextBytes
  ) throws(MPSError) {
    guard let boundKind = MPSColumns.BoundKind(rawValue: kind.keyword) else {
      throw error(
        "expected the kind of a bound of a linear program, found \(PrintableText.excerpt(kind))")
    }
    var value = 0.0
    if boundKind.hasValue {
      guard let bound = self.number(number) else { throw error("expected a column and a number") }
      value = bound
    }
    guard let place = columnNames.number(of: column) else {
      throw error("there is no column \(shown(column))")
    }
    guard sets.bounds.contains(set) else { return }
    if let fault = parts.columns.setBound(boundKind, ofColumn: place, value) {
      throw error("column \(shown(column)) \(fault)")
    }
  }

  // MARK: Numbers and messages

  private func number(_ text: TextBytes) -> Double? {
    TextNumber.decimal(text) ?? TextNumber.infinity(text)
  }

  private func number(_ pair: MPSPair) throws(MPSError) -> Double {
    guard !pair.name.isEmpty, let value = number(pair.number) else {
      throw error("expected pairs of a name and a number")
    }
    return value
  }

  private func shown(_ name: TextBytes) -> String {
    name.isEmpty ? "''" : PrintableText.excerpt(name)
  }

  private func error(_ reason: String) -> MPSError {
    .corrupt(file: file, line: lines.number, reason: reason)
  }
}
