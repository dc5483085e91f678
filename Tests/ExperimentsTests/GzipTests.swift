import Foundation
import ProblemFiles
import Testing

@testable import CombinatorialExperiments

@Suite struct GzipTests {
  /// "the cat sat on the mat\n" packed by gzip 1.12 with `gzip -n9`.
  static let packed: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2b, 0xc9, 0x48, 0x55, 0x48, 0x4e,
    0x2c, 0x51, 0x28, 0x06, 0xe2, 0xfc, 0x3c, 0x85, 0x12, 0x20, 0x37, 0x37, 0xb1, 0x84, 0x0b, 0x00,
    0x0b, 0xfe, 0x1d, 0x73, 0x17, 0x00, 0x00, 0x00,
  ]
  static let unpacked = Array("the cat sat on the mat\n".utf8)

  @Test func unpacksWhatGzipPacked() throws {
    #expect(try Gzip.unpack(Self.packed, file: "f") == Self.unpacked)
  }

  @Test func unpacksSeveralMembersInARow() throws {
    #expect(try Gzip.unpack(Self.packed + Self.packed, file: "f") == Self.unpacked + Self.unpacked)
  }

  @Test(arguments: packed.indices)
  func namesFileAndPlaceOfTruncation(length: Int) {
    #expect {
      try Gzip.unpack(Array(Self.packed[..<length]), file: "f.gz")
    } throws: { error in
      guard case DataFileError.corrupt("f.gz", let offset, _, let found) = error else {
        return false
      }
      return offset <= length && found == "the end of the file"
    }
  }

  /// A changed byte is noticed wherever it matters: the header's time, flags and system do not.
  @Test(arguments: [0, 1, 2] + Array(10..<packed.count))
  func noticesAChangedByte(position: Int) {
    var bytes = Self.packed
    bytes[position] ^= 0x55
    #expect(throws: DataFileError.self) { try Gzip.unpack(bytes, file: "f") }
  }

  @Test func refusesWhatFollowsTheLastMember() {
    #expect(throws: DataFileError.self) { try Gzip.unpack(Self.packed + [1, 2, 3], file: "f") }
  }

  @Test func refusesMoreThanTheLimit() throws {
    #expect(throws: DataFileError.self) {
      try Gzip.unpack(Self.packed, file: "f", maximumSize: Self.unpacked.count - 1)
    }
    #expect(
      try Gzip.unpack(Self.packed, file: "f", maximumSize: Self.unpacked.count) == Self.unpacked)
  }

  @Test func saysWhyAFileCannotBeRead() {
    #expect(
      throws: DataFileError.unreadable(file: "/nowhere", reason: "No such file or directory")
    ) { try FileBytes.read("/nowhere") }
    #expect(throws: DataFileError.self) { try FileBytes.read("/") }
  }
}
