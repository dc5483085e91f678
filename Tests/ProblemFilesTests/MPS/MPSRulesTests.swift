import Foundation
import LinearPrograms
import Testing

@testable import ProblemFiles

/// What MPS files say where formats, sets, orders and infinite numbers leave a choice.
@Suite struct MPSRulesTests {
  /// min x + 2y subject to x + y >= 3 and x <= 2, in sections that tests replace.
  private struct Sections {
    var rows = " N  COST\n G  NEED\n"
    var columns = " X COST 1 NEED 1\n Y COST 2 NEED 1\n"
    var sides = " B NEED 3\n"
    var ranges = ""
    var bounds = " UP B X 2\n"

    var text: String {
      "NAME T\nROWS\n\(rows)COLUMNS\n\(columns)RHS\n\(sides)RANGES\n\(ranges)BOUNDS\n\(bounds)ENDATA\n"
    }
  }

  private static func model(_ bytes: some Sequence<UInt8>) throws -> LinearModel {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).mps")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try LinearModel(mps: file.path)
  }

  private static func model(_ text: String) throws -> LinearModel { try model(text.utf8) }

  private static func value(_ text: String) throws -> Double {
    try LinearProgram(method: .presolved).solve(model(text)).value
  }

  /// Expects a corrupt file.
  private static func expectRefusal(_ text: String, line: Int, _ reason: String) {
    let error = #expect(throws: MPSError.self) { try model(text) }
    guard case .corrupt(_, let found, let account) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == line, "\(account)")
    #expect(account == reason)
  }

  // MARK: Sets

  @Test(arguments: [
    ("RHS", " R1 NEED 3\n R2 NEED 5\n"), ("RHS", " R1 NEED 3\n R2 COST 5\n"),
    ("RHS", " NEED 3\n OTHER COST 0\n"), ("BOUNDS", " UP B1 X 2\n UP B2 X 1\n LO B2 Y 7\n"),
    ("BOUNDS", " UP B1 X 2\n UP B2 X 1\n FX B2 Y 7\n"),
  ])
  func theFirstSetCounts(section: String, lines: String) throws {
    let sections = section == "RHS" ? Sections(sides: lines) : Sections(bounds: lines)
    #expect(try Self.value(sections.text) == 4)
  }

  @Test func theFirstSetOfRangesCounts() throws {
    let model = try Self.model(Sections(ranges: " A NEED 1\n B NEED 9\n").text)
    #expect(model.rowLower == [3] && model.rowUpper == [4])
  }

  @Test func linesThatNameNoSetBelongToTheFirst() throws {
    let rows = " N COST\n G NEED\n G MORE\n"
    let columns = " X COST 1 NEED 1\n Y COST 2 MORE 1\n"
    let model = try Self.model(
      Sections(rows: rows, columns: columns, sides: " B NEED 3\n MORE 4\n C MORE 5\n").text)
    #expect(model.rowLower == [3, 4])
  }

  // MARK: Bounds

  private static let infinity = Double.infinity

  @Test(arguments: [
    // A negative upper bound takes a lower bound of 0 with it, unless that was given.
    (" UP B X -3\n", -infinity, -3), (" LO B X 0\n UP B X -3\n", 0, -3),
    (" UP B X -3\n LO B X 0\n", 0, -3), (" UI B X -3\n", -infinity, -3),
    (" UI B X -3\n LI B X 0\n", 0, -3), (" MI B X\n UP B X -3\n", -infinity, -3),
    (" LO B X -5\n UP B X -3\n", -5, -3), (" UP B X 0\n", 0, 0), (" FX B X -3\n", -3, -3),
    // Infinite ones.
    (" UP B X 1e30\n", 0, infinity), (" LO B X -1e30\n", -infinity, infinity),
    (" UP B X inf\n LO B X -Infinity\n", -infinity, infinity), (" UP B X 9.9e29\n", 0, 9.9e29),
    (" UP B X 1D31\n", 0, infinity), (" UP B X 1e400\n", 0, infinity),
    // The kinds without numbers, some with one that does not count.
    (" FR B X\n", -infinity, infinity), (" MI X\n", -infinity, infinity),
    (" PL B X\n", 0, infinity),
    (" BV B X 1\n", 0, 1), (" BV X 1\n", 0, 1), (" FR B X 0\n", -infinity, infinity),
    (" FR B X\n UP B X 4\n", -infinity, 4), (" UP B X 4\n PL B X\n", 0, infinity),
    (" UP X 4\n", 0, 4), (" LI B X 2\n", 2, infinity),
    // What is said twice in the same way is no contradiction.
    (" UP B X 4\n UP B X 4\n", 0, 4),
  ])
  func boundsOfAColumn(lines: String, lower: Double, upper: Double) throws {
    let model = try Self.model(Sections(bounds: lines).text)
    #expect(model.lower[0] == lower && model.upper[0] == upper)
    #expect(model.lower[1] == 0 && model.upper[1] == Self.infinity)
  }

  @Test(arguments: [
    (" UP B X 2\n UP B X 3\n", 2, "column X has a second upper bound, 3.0 after 2.0"),
    (" FX B X 2\n LO B X 1\n", 2, "column X has a second lower bound, 1.0 after 2.0"),
    (" LO B X 1e30\n", 1, "column X has an infinite lower bound that no point can satisfy"),
    (" FX B X -1e31\n", 1, "column X has an infinite upper bound that no point can satisfy"),
    (" UP B X -inf\n", 1, "column X has an infinite upper bound that no point can satisfy"),
    (" SC B X 4\n", 1, "expected the kind of a bound of a linear program, found SC"),
    (" UP B X nan\n", 1, "expected a column and a number"),
    (" UP B X 0x10\n", 1, "expected a column and a number"),
    (" UP B X 1_0\n", 1, "expected a column and a number"),
    (" UP B X\n", 1, "expected a column and a number"),
    (" FR\n", 1, "there is no column ''"), (" UP B Z 1\n", 1, "there is no column Z"),
  ])
  func boundsThatAreRefused(lines: String, line: Int, reason: String) {
    Self.expectRefusal(Sections(bounds: lines).text, line: 11 + line, reason)
  }

  @Test func anIntegerIsBinaryOnlyWithoutBounds() throws {
    for (bounds, lower, upper) in [
      ("", 0.0, 1.0), (" UP B X 5\n", 0, 5), (" LO B X 2\n", 2, Self.infinity),
      (" PL B X\n", 0, Self.infinity), (" UP C Y 1\n", 0, 1),
    ] {
      let columns =
        " M 'MARKER' 'INTORG'\n X COST 1 NEED 1\n M 'MARKER' 'INTEND'\n Y COST 1 NEED 1\n"
      let model = try Self.model(Sections(columns: columns, bounds: bounds).text)
      #expect(model.lower[0] == lower && model.upper[0] == upper, "\(bounds)")
      #expect(model.relaxedColumns == [0])
    }
  }

  // MARK: Rows

  @Test(arguments: [
    ("L", " B R 5\n", "", -infinity, 5), ("G", " B R 5\n", "", 5, infinity),
    ("E", " B R 5\n", "", 5, 5), ("L", "", "", -infinity, 0),
    ("L", " B R 5\n", " A R -2\n", 3, 5), ("G", " B R 5\n", " A R -2\n", 5, 7),
    ("E", " B R 5\n", " A R 2\n", 5, 7), ("E", " B R 5\n", " A R -2\n", 3, 5),
    ("E", " B R 5\n", " A R 0\n", 5, 5), ("E", " B R 5\n", " A R 1e30\n", 5, infinity),
    ("L", " B R 5\n", " A R inf\n", -infinity, 5),
    ("L", " B R 1e30\n", "", -infinity, infinity), ("G", " B R -1e30\n", "", -infinity, infinity),
    ("L", " B R inf\n", "", -infinity, infinity), ("G", " B R -1d99\n", "", -infinity, infinity),
    ("G", " B R 9e29\n", " A R 9e29\n", 9e29, infinity),
  ])
  func boundsOfARow(
    kind: String, sides: String, ranges: String, lower: Double, upper: Double
  ) throws {
    let rows = " N COST\n \(kind) R\n"
    let model = try Self.model(
      Sections(rows: rows, columns: " X COST 1 R 1\n", sides: sides, ranges: ranges).text)
    #expect(model.rowLower == [lower] && model.rowUpper == [upper])
  }

  @Test(arguments: [
    (" B NEED 1e30\n", 1, "row NEED has an infinite right-hand side that no point can satisfy"),
    (" B NEED 3\n B NEED 4\n", 2, "row NEED has a second right-hand side, 4.0 after 3.0"),
    (" B COST 3\n B COST 4\n", 2, "row COST has a second right-hand side, 4.0 after 3.0"),
    (" B COST 1e999\n", 1, "expected pairs of a name and a number"),
    (" B NEED 3 COST\n", 1, "expected pairs of a name and a number"),
    (" B NEED\n", 1, "expected pairs of a name and a number"),
    (" B NEED 3 x\n", 1, "expected pairs of a name and a number"),
  ])
  func sidesThatAreRefused(lines: String, line: Int, reason: String) {
    Self.expectRefusal(Sections(sides: lines).text, line: 8 + line, reason)
  }

  @Test func rangesThatAreRefused() {
    Self.expectRefusal(
      Sections(ranges: " A NEED 1\n A NEED 2\n").text, line: 12,
      "row NEED has a second range, 2.0 after 1.0")
    Self.expectRefusal(
      Sections(sides: " B NEED -1e30\n", ranges: " A NEED 1\n").text, line: 11,
      "row NEED has a range beside an infinite right-hand side")
  }

  @Test func aCoefficientComesOnce() {
    Self.expectRefusal(
      Sections(columns: " X COST 1 NEED 1\n X NEED 2\n").text, line: 7,
      "column X has a second entry in row NEED")
    Self.expectRefusal(
      Sections(columns: " X COST 1 COST 1\n").text, line: 6,
      "column X has a second entry in row COST")
    Self.expectRefusal(
      Sections(columns: " X NEED 0 NEED 1\n").text, line: 6,
      "column X has a second entry in row NEED")
  }

  @Test func entriesComeInAnyOrderOfRows() throws {
    let model = try Self.model(
      Sections(
        rows: " N COST\n G NEED\n L A\n E B\n",
        columns: " X B 3 A 2\n X NEED 1 COST 9\n Y NEED 4 B 5\n"
      ).text)
    #expect(model.constraints.dense == [1, 4, 2, 0, 3, 5])
    #expect(model.costs == [9, 0])
  }

  // MARK: Objective

  @Test func aModelWithoutObjectiveHasTheValueZero() throws {
    let text = "ROWS\n G NEED\nCOLUMNS\n X NEED 1\nRHS\n B NEED 3\nENDATA\n"
    #expect(try Self.model(text).costs == [0])
    #expect(try Self.value(text) == 0)
    #expect(try Self.value("NAME EMPTY\nROWS\nCOLUMNS\nENDATA\n") == 0)
  }

  @Test func theRightHandSideOfTheObjectiveIsTakenOff() throws {
    #expect(try Self.value(Sections(sides: " B NEED 3 COST 10\n").text) == 4 - 10)
    #expect(try Self.value(Sections(sides: " B NEED 3 COST -1.5D0\n").text) == 5.5)
  }

  @Test(arguments: [
    "OBJSENSE MAX\n", "OBJSENSE\n    MAX\n", "OBJSENSE\nMAXIMIZE\n", "objsense\n maximise\n",
  ])
  func theSenseComesInSeveralForms(lines: String) throws {
    let text = lines + Sections(bounds: " UP B X 2\n UP B Y 4\n").text
    #expect(try Self.value(text) == 10)
    let late = text.replacingOccurrences(of: lines, with: "")
      .replacingOccurrences(of: "ENDATA", with: lines + "ENDATA")
    #expect(try Self.value(late) == 10)
    Self.expectRefusal(
      "OBJSENSE MIN\n" + text, line: 1 + lines.split(separator: "\n").count,
      "expected one sense of the objective, found maximize after another")
  }

  @Test func anotherFreeRowMayBeTheObjective() throws {
    let rows = " N COST\n N OTHER\n G NEED\n"
    let columns = " X COST 1 OTHER 3\n X NEED 1\n Y OTHER 1 NEED 1\n"
    let sections = Sections(rows: rows, columns: columns)
    #expect(try Self.model(sections.text).costs == [1, 0])
    #expect(try Self.model("OBJNAME\n OTHER\n" + sections.text).costs == [3, 1])
    let between = sections.text.replacingOccurrences(
      of: "COLUMNS", with: "OBJNAME\n OTHER\nCOLUMNS")
    #expect(try Self.model(between).costs == [3, 1])
    Self.expectRefusal(
      sections.text.replacingOccurrences(of: "RHS", with: "OBJNAME\n OTHER\nRHS"), line: 11,
      "expected the name of the objective ahead of the columns")
  }

  // MARK: Lines and numbers

  @Test(arguments: [
    ("1.0", 1), ("1.0D+00", 1), ("0.1D+01", 1), ("1d0", 1), ("+1.", 1), (".1e1", 1), ("10E-1", 1),
    ("1.00000000000000000000000000000", 1), ("0.1e0", 0.1),
    ("4.9e-324", Double.leastNonzeroMagnitude),
    ("123456789012345678901234567890", 1.2345678901234568e29), ("1e-400", 0),
  ])
  func numbersOfEveryKind(text: String, value: Double) throws {
    let model = try Self.model(Sections(columns: " X COST \(text) NEED 1\n Y NEED \(text)\n").text)
    #expect(model.costs[0] == value)
    #expect(model.constraints.values.last == (value == 0 ? 1 : value))
  }

  @Test(arguments: [
    "1..0", "1e", "1e+", "e5", ".", "-", "", "1f", "0x1p3", "1,0", "--1", "inf", "1e999",
  ])
  func coefficientsThatAreNoNumbers(text: String) {
    Self.expectRefusal(
      Sections(columns: " X COST \(text) NEED 1\n").text, line: 6,
      "expected pairs of a name and a number")
  }

  @Test func commentsBeginWithDollarInPlaceOfNames() throws {
    let text = Sections(
      rows: " N  COST $ dear\n G  NEED      $ how much is needed\n",
      columns: " X COST 1 $ NEED 7\n X NEED 1 $\n Y COST 2 NEED 1 $ one two three four five six\n",
      sides: " B NEED 3 $three\n", bounds: " UP B X 2 $ two\n FR B Y $ free\n LO B Y 0 $\n"
    ).text
    #expect(try Self.value(text) == 4)
    // A row that is called so is one.
    let named = Sections(
      rows: " N $C\n G $NEED\n", columns: " X $C 1 $NEED 1\n $Y $C 2 $NEED 1\n",
      sides: " B $NEED 3\n")
    #expect(try Self.value(named.text) == 4)
  }

  @Test(arguments: ["\r\n", "\r", "\n\n", " \t\n"])
  func linesEndInSeveralWays(end: String) throws {
    let text = Sections().text.replacingOccurrences(of: "\n", with: end)
    #expect(try Self.value(text) == 4)
    #expect(try Self.value("\u{FEFF}" + text) == 4)
    #expect(try Self.value(text.trimmingCharacters(in: .whitespacesAndNewlines)) == 4)
  }

  @Test func linesAreCountedWhateverEndsThem() {
    for end in ["\n", "\r\n", "\r"] {
      let text = Sections(columns: " X COST 1 NONE 1\n").text.replacingOccurrences(
        of: "\n", with: end)
      Self.expectRefusal(text, line: 6, "there is no row NONE")
      Self.expectRefusal("\u{FEFF}" + text, line: 6, "there is no row NONE")
    }
  }

  @Test func otherFilesAreRefused() throws {
    for (bytes, name) in [
      ([0x1F, 0x8B, 8, 0], "a compressed file"), ([0xFF, 0xFE, 0x4E, 0], "UTF-16"),
      ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "a NumPy file"),
    ] as [([UInt8], String)] {
      let error = #expect(throws: MPSError.self) { try Self.model(bytes) }
      #expect(error?.description.contains("expected text, found \(name)") == true)
    }
  }

  @Test func sectionsComeInOtherOrders() throws {
    let text = """
      ROWS
       N COST
       G NEED
      RHS
       B NEED 3
      COLUMNS
       X COST 1 NEED 1
       Y COST 2 NEED 1
      BOUNDS
       UP B X 2
      RANGES
       A NEED 0.5
      NAME LATE
      OBJSENSE
       MIN
      ENDATA
      what follows is not read
      """
    #expect(try Self.value(text) == 4)
  }
}
