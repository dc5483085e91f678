/// Reads the lines of a file in the MPS format, one after the other.
///
/// B. Murtagh, Advanced Linear Programming, 1981, chapter 9; extensions as CPLEX has them.
struct MPSReader {
  private enum Section: String {
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

  /// What a row's name stands for.
  enum RowReference {
    case objective
    case constraint(Int)
    /// A free row that is not the objective.
    case ignored
  }

  /// The lines read so far.
  private(set) var line = 0
  private let path: String
  private var section: Section?
  private var objectiveName: Substring?
  private var hasObjective = false
  private var insideIntegers = false
  private var rowReferences: [Substring: RowReference] = [:]
  private var columnNumbers: [Substring: Int] = [:]
  private var parts = MPSParts()

  init(path: String) { self.path = path }

  /// Takes in a line; returns whether it was the last one.
  mutating func read(_ text: String) throws(LinearProgramError) -> Bool {
    line += 1
    guard let first = text.first, first != "*", text.contains(where: { !$0.isWhitespace }) else {
      return false
    }
    if first.isWhitespace {
      try readData(text)
      return false
    }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let section = Section(rawValue: words[0].uppercased()) else {
      throw error("expected a section of a linear program, found \(words[0])")
    }
    self.section = section
    if section == .objectiveSense, words.count > 1 { try readSense(words[1]) }
    return section == .end
  }

  private mutating func readData(_ text: String) throws(LinearProgramError) {
    let words = text.split(whereSeparator: \.isWhitespace)
    switch section {
    case .objectiveSense: try readSense(words[0])
    case .objectiveName: objectiveName = words[0]
    case .rows: try readRow(words)
    case .columns:
      if words.count > 2, words[1] == "'MARKER'" {
        insideIntegers = words[2] == "'INTORG'"
      } else {
        try readColumn(fields(text, words, needsName: true))
      }
    case .rightHandSides: try readRightHandSide(fields(text, words))
    case .ranges: try readRange(fields(text, words))
    case .bounds: try readBound(text, words)
    case .name, .end, nil: throw error("expected a section, found \(words[0])")
    }
  }

  private mutating func readSense(_ word: Substring) throws(LinearProgramError) {
    switch word.uppercased() {
    case "MAX", "MAXIMIZE", "MAXIMISE": parts.sense = .maximize
    case "MIN", "MINIMIZE", "MINIMISE": parts.sense = .minimize
    default: throw error("expected MIN or MAX, found \(word)")
    }
  }

  // MARK: Rows and columns

  private mutating func readRow(_ words: [Substring]) throws(LinearProgramError) {
    guard words.count >= 2, let kind = MPSParts.RowKind(rawValue: words[0].uppercased()) else {
      throw error("expected N, L, G or E and the name of a row")
    }
    // Only names of the fixed form have blanks in them.
    let name = words.count == 2 ? words[1] : Substring(words[1...].joined(separator: " "))
    guard rowReferences[name] == nil else { throw error("row \(name) is there twice") }
    guard kind == .free else {
      rowReferences[name] = .constraint(parts.add(row: String(name), kind))
      return
    }
    let isObjective = objectiveName.map { $0 == name } ?? !hasObjective
    rowReferences[name] = isObjective ? .objective : .ignored
    hasObjective = hasObjective || isObjective
  }

  private mutating func readColumn(_ fields: Fields) throws(LinearProgramError) {
    guard let name = fields.name else { throw error("expected the name of a column") }
    if columnNumbers[name] == nil {
      columnNumbers[name] = parts.add(column: String(name), isInteger: insideIntegers)
    } else if columnNumbers[name] != parts.columnCount - 1 {
      throw error("the entries of column \(name) are apart")
    }
    for (name, value) in fields.pairs {
      switch try row(name) {
      case .objective: parts.addCost(value)
      case .constraint(let row): parts.addEntry(row: row, value)
      case .ignored: break
      }
    }
  }

  private mutating func readRightHandSide(_ fields: Fields) throws(LinearProgramError) {
    for (name, value) in fields.pairs {
      switch try row(name) {
      // The objective is c . u less its right-hand side.
      case .objective: parts.offset = -value
      case .constraint(let row): parts.rightHandSides[row] = value
      case .ignored: break
      }
    }
  }

  private mutating func readRange(_ fields: Fields) throws(LinearProgramError) {
    for (name, value) in fields.pairs {
      if case .constraint(let row) = try row(name) { parts.ranges[row] = value }
    }
  }

  private func row(_ name: Substring) throws(LinearProgramError) -> RowReference {
    guard let reference = rowReferences[name] else { throw error("there is no row \(name)") }
    return reference
  }

  // MARK: Bounds

  private mutating func readBound(
    _ text: String, _ words: [Substring]
  ) throws(LinearProgramError) {
    guard let kind = MPSParts.BoundKind(rawValue: words[0].uppercased()) else {
      throw error("expected the kind of a bound of a linear program, found \(words[0])")
    }
    // The name of the set of bounds may be left out.
    var names = words.dropFirst()
    var value = 0.0
    if kind.hasValue {
      guard let last = names.popLast(), let number = Double(last), !number.isNaN else {
        throw error("expected a column and a number")
      }
      value = number
    } else if names.count > 1, columnNumbers[names[names.endIndex - 1]] == nil,
      Double(names[names.endIndex - 1]) != nil
    {
      names.removeLast()
    }
    let fixed = Self.fixedFields(text)
    guard
      let column = names.last.flatMap({ columnNumbers[$0] })
        ?? (fixed.count > 2 ? columnNumbers[fixed[2]] : nil)
    else { throw error("there is no column \(names.last ?? "")") }
    parts.setBound(kind, of: column, value)
  }

  // MARK: Fields

  /// A name, which may be missing, and pairs of a name and a number.
  private struct Fields {
    var name: Substring?
    var pairs: [(Substring, Double)] = []

    init?(_ words: [Substring]) {
      name = words.count % 2 == 1 ? words[0] : nil
      for first in stride(from: words.count % 2, to: words.count, by: 2) {
        guard let value = Double(words[first + 1]), value.isFinite else { return nil }
        pairs.append((words[first], value))
      }
    }
  }

  /// The words of a line as fields; by the columns of the fixed form if that does not work, as its
  /// names may have blanks in them.
  private func fields(
    _ text: String, _ words: [Substring], needsName: Bool = false
  ) throws(LinearProgramError) -> Fields {
    if let fields = Fields(words), fields.name != nil || !needsName { return fields }
    let fixed = Self.fixedFields(text)
    guard fixed.count > 3, fixed.count % 2 == 0, let fields = Fields(Array(fixed.dropFirst()))
    else {
      throw error("expected pairs of a name and a number")
    }
    return fields
  }

  /// The fields of the fixed form: columns 2-3, 5-12, 15-22, 25-36, 40-47, 50-61.
  private static func fixedFields(_ text: String) -> [Substring] {
    let characters = Array(text)
    let starts = [1..<3, 4..<12, 14..<22, 24..<36, 39..<47, 49..<61]
    return starts.prefix { $0.lowerBound < characters.count }.map { range in
      let field = String(characters[range.clamped(to: 0..<characters.count)])
      return Substring(field.split(separator: " ").joined(separator: " "))
    }
  }

  // MARK: Result

  /// The model, once all lines are read.
  func model() throws(LinearProgramError) -> LinearModel {
    guard hasObjective else { throw error("there is no objective: no row of kind N") }
    return try parts.model()
  }

  private func error(_ reason: String) -> LinearProgramError {
    .corruptFile(path: path, line: line, reason: reason)
  }
}
