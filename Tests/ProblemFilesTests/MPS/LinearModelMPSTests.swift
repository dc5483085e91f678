import Foundation
import LinearPrograms
import ProblemFiles
import Testing

struct LinearModelMPSTests {
  /// max x + 2y + 3z - 10, z integer: x + y + z <= 40; 2 <= x - 3y <= 12 as a range; y + z = 25.
  private static let text = """
    NAME          SAMPLE
    OBJSENSE
        MAX
    ROWS
     N  GAIN
     L  TOTAL
     L  SPREAD
     E  FIXED
    COLUMNS
        X         GAIN               1.0   TOTAL              1.0
        X         SPREAD             1.0
        Y         GAIN               2.0   TOTAL              1.0
        Y         SPREAD            -3.0   FIXED              1.0
        MARKER                 'MARKER'                 'INTORG'
        Z         GAIN               3.0   TOTAL              1.0
        Z         FIXED              1.0
        MARKER                 'MARKER'                 'INTEND'
    RHS
        RHS       GAIN              10.0   TOTAL             40.0
        RHS       SPREAD            12.0   FIXED             25.0
    RANGES
        RNG       SPREAD            10.0
    BOUNDS
     UP BND       X                 30.0
     FR BND       Y
     LO BND       Z                  2.5
     UP BND       Z                 24.5
    ENDATA

    """

  private func isClose(_ first: Double, _ second: Double) -> Bool {
    abs(first - second) <= 1e-9 * max(1, abs(first), abs(second))
  }

  /// Runs `body` with a file of the given contents.
  private func withFile<Result>(
    _ contents: String, named name: String = "model.mps", _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try Data(contents.utf8).write(to: file)
    return try body(file.path)
  }

  @Test func everySectionIsRead() throws {
    let model = try withFile(Self.text) { try LinearModel(mps: $0) }
    #expect(model.sense == .maximize)
    #expect(model.costs == [1, 2, 3])
    #expect(model.offset == -10)
    #expect(model.constraints.dense == [1, 1, 1, 1, -3, 0, 0, 1, 1])
    #expect(model.rowLower == [-.infinity, 2, 25])
    #expect(model.rowUpper == [40, 12, 25])
    #expect(model.lower == [0, -.infinity, 2.5])
    #expect(model.upper == [30, .infinity, 24.5])
    #expect(model.relaxedColumns == [2])
    #expect(model.rowNames == ["TOTAL", "SPREAD", "FIXED"])
    #expect(model.columnNames == ["X", "Y", "Z"])
  }

  private func solve(mps path: String) throws -> LinearProgramSolution {
    try LinearProgram(method: .presolved).solve(LinearModel(mps: path))
  }

  @Test func theRelaxationIsSolved() throws {
    let solution = try withFile(Self.text) { try solve(mps: $0) }
    // With z = 25 - y the gain is x - y + 65, and x is at most 15 and at most 12 + 3y.
    #expect(isClose(solution.value, 79))
    #expect(zip(solution.primal, [15, 1, 24]).allSatisfy { isClose($0, $1) })
    // One more unit of TOTAL lets x rise by 1 and y by 1/3; one more of SPREAD lets y fall by 1/3.
    let dual: [Double] = [2.0 / 3, 1.0 / 3, 7.0 / 3]
    #expect(zip(solution.dual, dual).allSatisfy { isClose($0, $1) })
  }

  @Test func withoutIntegersNothingIsRelaxed() throws {
    let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
    let continuous = lines.filter { !$0.contains("MARKER") }.joined(separator: "\n")
    let model = try withFile(continuous) { try LinearModel(mps: $0) }
    #expect(model.relaxedColumns.isEmpty)
  }

  @Test func aFileThatCannotBeOpenedIsNamed() throws {
    #expect(
      throws: MPSError.file(
        .unreadable(file: "/no/such/model.mps", reason: "No such file or directory"))
    ) { try LinearModel(mps: "/no/such/model.mps") }
    let folder = FileManager.default.temporaryDirectory.path
    #expect(
      throws: MPSError.file(.unreadable(file: folder, reason: "Is a directory"))
    ) { try LinearModel(mps: folder) }
  }

  private static let corruptFiles: [(contents: String, line: Int, reason: String)] = [
    ("", 1, "expected ENDATA, found the end"),
    ("this is not a model\n", 1, "expected a section of a linear program, found this"),
    ("NAME X\n OOPS\n", 2, "expected a section, found OOPS"),
    ("ROWS\n N COST\n", 3, "expected ENDATA, found the end"),
    ("ROWS\n Q COST\n", 2, "expected N, L, G or E and the name of a row"),
    ("ROWS\n N COST\n L A\n G A\n", 4, "row A is there twice"),
    ("OBJSENSE\n UP\n", 2, "expected MIN or MAX, found UP"),
    ("OBJNAME\n COST\nROWS\n N OTHER\nCOLUMNS\n", 2, "there is no row COST of kind N"),
    ("QUADOBJ\n", 1, "expected a section of a linear program, found QUADOBJ"),
    (
      text.replacingOccurrences(of: "X         GAIN  ", with: "X         NONE  "), 10,
      "there is no row NONE"
    ),
    (
      text.replacingOccurrences(of: "FIXED             25.0", with: "FIXED             2x.0"), 20,
      "expected pairs of a name and a number"
    ),
    (
      text.replacingOccurrences(of: "GAIN               1.0", with: "GAIN               nan"), 10,
      "expected pairs of a name and a number"
    ),
    (
      text.replacingOccurrences(of: " FR BND       Y", with: " XY BND       Y"), 25,
      "expected the kind of a bound of a linear program, found XY"
    ),
    (
      text.replacingOccurrences(of: "BND       X  ", with: "BND       W  "), 24,
      "there is no column W"
    ),
    (
      text.replacingOccurrences(of: "    Z         FIXED", with: "    X         FIXED"), 16,
      "the entries of column X are apart"
    ),
    (
      text.split(separator: "\n").prefix(11).joined(separator: "\n"), 11,
      "expected ENDATA, found the end"
    ),
  ]

  @Test(arguments: corruptFiles.indices)
  func aCorruptFileIsNamedWithTheLine(number: Int) throws {
    let file = Self.corruptFiles[number]
    try withFile(file.contents) { path in
      _ = #expect(
        throws: MPSError.corrupt(file: path, line: file.line, reason: file.reason)
      ) { try LinearModel(mps: path) }
    }
  }

  @Test func everyTruncationIsRefused() throws {
    // All up to the last word, without which nobody can tell.
    for length in stride(from: 0, to: Self.text.count - 8, by: 7) {
      try withFile(String(Self.text.prefix(length))) { path in
        _ = #expect(throws: MPSError.self) { try LinearModel(mps: path) }
      }
    }
  }

  @Test func theFreeFormAndFixedNamesWithBlanksAreRead() throws {
    let free = Self.text.split(separator: "\n").map { line in
      (line.first == " " ? " " : "")
        + line.split(separator: " ").joined(separator: line.first == " " ? "\t" : " ")
    }.joined(separator: "\r\n")
    let blanks = Self.text.replacingOccurrences(of: " X     ", with: " X 1   ")
      .replacingOccurrences(of: "SPREAD", with: "SP READ").replacingOccurrences(
        of: "SP READ ", with: "SP READ")
    let expected = try withFile(Self.text) { try LinearModel(mps: $0) }
    #expect(try withFile(free) { try LinearModel(mps: $0) } == expected)
    let model = try withFile(blanks) { try LinearModel(mps: $0) }
    #expect(model.rowNames == ["TOTAL", "SP READ", "FIXED"])
    #expect(model.columnNames == ["X 1", "Y", "Z"])
    #expect(model.constraints == expected.constraints)
    #expect(model.upper == expected.upper)
  }

  private static let boundColumns = [
    "UP", "NU", "LO", "FX", "FR", "MI", "PL", "BV", "LI", "UI", "IN",
  ]
  private static let boundText = """
    ROWS
     N COST
     N OTHER
     E A
     E B
    COLUMNS
    \(boundColumns.dropLast().map { " \($0) COST 1 A 1\n \($0) OTHER 9" }.joined(separator: "\n"))
     M 'MARKER' 'INTORG'
     IN A 1 B 1
     M 'MARKER' 'INTEND'
    RHS
     A 5
     B 7
    RANGES
     R A 2 B -3
    BOUNDS
     UP BND UP 4
     UP BND NU -4
     LO BND LO -2
     FX FX 3
     FR BND FR
     MI BND MI
     PL BND PL
     BV BND BV
     LI BND LI 2
     UI BND UI 6
    ENDATA
    """

  @Test func boundsOfEveryKind() throws {
    let model = try withFile(Self.boundText) { try LinearModel(mps: $0) }
    let infinity = Double.infinity
    #expect(model.columnNames == Self.boundColumns)
    #expect(model.costs == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0])
    #expect(model.lower == [0, -infinity, -2, 3, -infinity, -infinity, 0, 0, 2, 0, 0])
    #expect(
      model.upper == [4, -4, infinity, 3, infinity, infinity, infinity, 1, infinity, 6, 1])
    #expect(model.relaxedColumns == [7, 8, 9, 10])
    #expect(model.rowLower == [5, 4])
    #expect(model.rowUpper == [7, 7])
    #expect(model.sense == .minimize)
  }

  @Test func infeasibleAndUnboundedModelsAreErrors() throws {
    let infeasible = Self.text.replacingOccurrences(
      of: "LO BND       Z                  2.5", with: "LO BND       Z                 18.0"
    ).replacingOccurrences(
      of: "TOTAL             40.0", with: "TOTAL              3.0")
    try withFile(infeasible) { path in
      _ = #expect(throws: LinearProgramError.infeasible(batch: 0)) {
        try solve(mps: path)
      }
    }
    let unbounded = Self.text.replacingOccurrences(of: " L  TOTAL", with: " G  TOTAL")
      .replacingOccurrences(of: " L  SPREAD", with: " G  SPREAD")
      .replacingOccurrences(of: " UP BND       X                 30.0", with: " PL BND       X")
      .replacingOccurrences(of: "    RNG       SPREAD            10.0", with: "")
    try withFile(unbounded) { path in
      _ = #expect(throws: LinearProgramError.unbounded(batch: 0)) {
        try solve(mps: path)
      }
    }
  }
}
