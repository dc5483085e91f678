import Foundation
import LinearPrograms
import Testing

@testable import ProblemFiles

/// The fixed form of MPS files, whose fields have columns of their own, beside the free one.
@Suite struct MPSFormTests {
  private static func model(_ text: String) throws -> LinearModel {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).mps")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try LinearModel(mps: file.path)
  }

  /// Rows `R 1` and `1`, a column `X 1`, sets without names.
  private static let blanks = """
    NAME          BLANKS
    ROWS
     N  COST
     G  R 1
     L  1
     E  R  1
    COLUMNS
        X 1       COST               1.0   R 1                1.0
        X 1       1                  2.0
        MARKER                 'MARKER'                 'INTORG'
        1         COST               2.0   R 1                1.0
        1         1                  4.0   R  1               8.0
        MARKER                 'MARKER'                 'INTEND'
    RHS
                  R 1                3.0   1                  9.0
                  COST               1.0
    RANGES
                  R 1                0.5
    BOUNDS
     UP           X 1                2.0
     LI           1                  1.0
     FR           1
    ENDATA

    """

  @Test func namesOfTheFixedFormHaveBlanks() throws {
    let model = try Self.model(Self.blanks)
    #expect(model.rowNames == ["R 1", "1", "R  1"])
    #expect(model.columnNames == ["X 1", "1"])
    #expect(model.constraints.dense == [1, 1, 2, 4, 0, 8])
    #expect(model.costs == [1, 2] && model.offset == -1)
    #expect(model.rowLower == [3, -.infinity, 0] && model.rowUpper == [3.5, 9, 0])
    #expect(model.lower == [0, -.infinity] && model.upper == [2, .infinity])
    #expect(model.relaxedColumns == [1])
  }

  @Test func commentsOfTheFixedForm() throws {
    let text = Self.blanks
      .replacingOccurrences(of: " G  R 1", with: " G  R 1       $ a row with a blank, by columns")
      .replacingOccurrences(
        of: "    X 1       1                  2.0",
        with: "    X 1       1                  2.0   $ and an entry that says so"
      )
      .replacingOccurrences(of: "ROWS\n", with: "* R 1 is not 1\n\nROWS\n")
    #expect(try Self.model(text) == Self.model(Self.blanks))
  }

  @Test func aFaultOfTheFixedFormIsNamedWhereItIs() throws {
    for (text, replacement, line, reason) in [
      (
        "1                  2.0", "1                  2x0", 9,
        "expected pairs of a name and a number"
      ),
      ("1                  4.0", "2                  4.0", 12, "there is no row 2"),
      ("UP           X 1 ", "UP           X 2 ", 20, "there is no column X 2"),
      (
        " UP           X 1                2.0", " UP           X 1", 20,
        "expected a column and a number"
      ),
    ] {
      let error = #expect(throws: MPSError.self) {
        try Self.model(Self.blanks.replacingOccurrences(of: text, with: replacement))
      }
      guard case .corrupt(_, line, reason) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  /// A file of the free form may have a line that looks fixed, and the other way round.
  @Test func theFormIsThatOfTheWholeFile() throws {
    let free = """
      ROWS
       N COST
       G A
       G B
      COLUMNS
          X         COST               1.0   A                  1.0
          X B 3.0
      RHS
          A         3.0
       B 6
      BOUNDS
       UP S X 9
      ENDATA
      """
    let model = try Self.model(free)
    #expect(model.rowLower == [3, 6] && model.constraints.dense == [1, 3] && model.upper == [9])
    // Fields apart by tabs are words.
    let tabs = free.replacingOccurrences(of: "\n ", with: "\n\t")
    #expect(try Self.model(tabs) == model)
    // A file without blanks in its names is the same in both forms.
    let plain = Self.blanks.replacingOccurrences(of: " R  1", with: " Q1  ")
      .replacingOccurrences(of: "R  1 ", with: "Q1   ").replacingOccurrences(of: "R 1", with: "R_1")
      .replacingOccurrences(of: "X 1", with: "X_1")
    let marked = plain.replacingOccurrences(of: "BLANKS", with: "PLAIN FREE")
    #expect(try Self.model(plain) == Self.model(marked))
    #expect(throws: MPSError.self) {
      try Self.model(Self.blanks.replacingOccurrences(of: "BLANKS", with: "BLANKS FREE"))
    }
  }

  @Test func namesOfAnyBytesAreNames() throws {
    let names = [
      "é\u{301}", "\u{202E}x", "a'b\"c", "R,1", "-1", "1e5", String(repeating: "L", count: 300),
    ]
    let rows = names.map { " G \($0)\n" }.joined()
    let entries = names.enumerated().map { " \($1) \($1) \($0 + 1)\n" }.joined()
    let model = try Self.model("ROWS\n\(rows)COLUMNS\n\(entries)ENDATA\n")
    #expect(model.rowNames == names && model.columnNames == names)
    #expect(model.constraints.values == (1...names.count).map(Double.init))
  }

  @Test func messagesQuoteNamesShortAndEscaped() throws {
    func reason(_ name: String) -> String? {
      let error = #expect(throws: MPSError.self) {
        try Self.model("ROWS\n N C\nCOLUMNS\n X \(name) 1\nENDATA\n")
      }
      guard case .corrupt(_, 4, let reason) = error else { return nil }
      return reason
    }
    #expect(reason("\u{7}\u{202E}\u{2028}") == "there is no row \\u{07}\\u{202E}\\u{2028}")
    #expect(
      reason(String(repeating: "x", count: 1000))
        == "there is no row " + String(repeating: "x", count: 60) + "…")
  }
}
