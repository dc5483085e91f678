import ProblemFiles
import Testing

@testable import CombinatorialExperiments

@Suite struct IDXFileTests {
  /// Two pictures of 2 x 3.
  static let valid: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(1...12)

  @Test func readsShapeAndElements() throws {
    let file = try IDXFile(Self.valid, rank: 3, file: "f")
    #expect(file.shape == [2, 2, 3])
    #expect(file.elements == Array(1...12))
  }

  @Test(arguments: valid.indices)
  func namesWhereATruncatedFileEnds(length: Int) {
    #expect {
      try IDXFile(Array(Self.valid[..<length]), rank: 3, file: "f")
    } throws: { error in
      guard case DataFileError.corrupt("f", length, _, _) = error else { return false }
      return true
    }
  }

  @Test(arguments: [(0, 1), (1, 1), (2, 0x0D), (3, 1)] as [(Int, UInt8)])
  func refusesAnotherMagicNumber(position: Int, value: UInt8) {
    var bytes = Self.valid
    bytes[position] = value
    #expect {
      try IDXFile(bytes, rank: 3, file: "f")
    } throws: { error in
      guard case DataFileError.corrupt("f", 0, _, _) = error else { return false }
      return true
    }
  }

  @Test func refusesBytesAfterTheLastElement() {
    #expect(
      throws: DataFileError.corrupt(
        file: "f", offset: Self.valid.count, expected: "the end of the file", found: "1 more bytes")
    ) { try IDXFile(Self.valid + [0], rank: 3, file: "f") }
  }

  @Test func refusesAShapeThatOverflows() {
    let huge = [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)
    #expect(throws: DataFileError.self) { try IDXFile(huge, rank: 3, file: "f") }
  }
}
