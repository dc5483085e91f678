import LinearPrograms
import TestSupport
import Testing

struct ConstraintMatrixTests {
  // 1 0 2
  // 0 3 4
  private let dense: [Double] = [1, 0, 2, 0, 3, 4]

  @Test func everyFormGivesTheSameMatrix() throws {
    let matrix = try ConstraintMatrix(dense: dense, rows: 2, columns: 3)
    #expect(matrix.columnStarts == [0, 1, 2, 4])
    #expect(matrix.rowIndices == [0, 1, 0, 1])
    #expect(matrix.values == [1, 3, 2, 4])
    #expect(matrix.entryCount == 4)
    #expect(matrix.dense == dense)
    let byColumns = try ConstraintMatrix(
      rows: 2, columnStarts: [0, 1, 2, 4], rowIndices: [0, 1, 1, 0], values: [1, 3, 4, 2])
    let byRows = try ConstraintMatrix(
      columns: 3, rowStarts: [0, 2, 4], columnIndices: [2, 0, 1, 2], values: [2, 1, 3, 4])
    let triplets = try ConstraintMatrix(
      rows: 2, columns: 3,
      entries: [(1, 2, 4), (0, 0, 1), (1, 1, 3), (0, 2, 2), (0, 1, 0)])
    #expect(byColumns == matrix)
    #expect(byRows == matrix)
    #expect(triplets == matrix)
  }

  @Test func entriesNamedTwiceAreAddedUp() throws {
    let matrix = try ConstraintMatrix(
      rows: 2, columns: 2, entries: [(0, 1, 1), (1, 0, 5), (0, 1, 2), (1, 1, 7), (0, 1, 4)])
    #expect(matrix.dense == [0, 7, 5, 7])
    #expect(matrix.entryCount == 3)
  }

  @Test func randomTripletsEqualTheirSum() throws {
    var random = SeededRandom(seed: 1)
    for _ in 0..<50 {
      let (rows, columns) = (
        Int.random(in: 1...6, using: &random), Int.random(in: 1...6, using: &random)
      )
      var sum = [Double](repeating: 0, count: rows * columns)
      let entries = (0..<30).map { _ in
        (
          row: Int.random(in: 0..<rows, using: &random),
          column: Int.random(in: 0..<columns, using: &random),
          value: Double(Int.random(in: -4...4, using: &random))
        )
      }
      for entry in entries { sum[entry.row * columns + entry.column] += entry.value }
      #expect(try ConstraintMatrix(rows: rows, columns: columns, entries: entries).dense == sum)
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    #expect(throws: LinearProgramError.self) {
      try ConstraintMatrix(dense: dense, rows: 2, columns: 2)
    }
    #expect(throws: LinearProgramError.self) {
      try ConstraintMatrix(dense: dense, rows: -2, columns: -3)
    }
    #expect(throws: LinearProgramError.self) {
      try ConstraintMatrix(dense: [], rows: .max, columns: 2)
    }
    #expect(throws: LinearProgramError.sizeOverflow("a matrix of 2147483648 rows and 1 columns")) {
      try ConstraintMatrix(rows: 1 << 31, columns: 1, entries: [])
    }
  }

  @Test func indicesOutsideAreNamed() {
    #expect(
      throws: LinearProgramError.indexOutOfRange(
        position: 1, row: 0, column: 2, rows: 1, columns: 2)
    ) {
      try ConstraintMatrix(rows: 1, columns: 2, entries: [(0, 0, 1), (0, 2, 1)])
    }
    #expect(
      throws: LinearProgramError.indexOutOfRange(
        position: 0, row: 3, column: 0, rows: 2, columns: 1)
    ) {
      try ConstraintMatrix(rows: 2, columnStarts: [0, 1], rowIndices: [3], values: [1])
    }
    #expect(
      throws: LinearProgramError.indexOutOfRange(
        position: 0, row: 0, column: -1, rows: 1, columns: 2)
    ) {
      try ConstraintMatrix(columns: 2, rowStarts: [0, 1], columnIndices: [-1], values: [1])
    }
    for starts in [[], [1, 1], [0, 2, 1], [0, 3]] {
      #expect(throws: LinearProgramError.self) {
        try ConstraintMatrix(rows: 2, columnStarts: starts, rowIndices: [0, 1], values: [1, 1])
      }
    }
  }

  @Test func numbersThatAreNotFiniteAreRefused() {
    for value in [Double.nan, .infinity] {
      #expect {
        try ConstraintMatrix(dense: [0, value], rows: 1, columns: 2)
      } throws: { error in
        guard case .invalidCoefficient(0, 0, 1, _) = error as? LinearProgramError else {
          return false
        }
        return true
      }
      #expect(throws: LinearProgramError.self) {
        try ConstraintMatrix(rows: 1, columns: 2, entries: [(0, 1, value)])
      }
    }
  }
}
