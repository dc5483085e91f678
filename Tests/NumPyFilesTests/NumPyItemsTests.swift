import Foundation
import TestSupport
import Testing

@testable import NumPyFiles

@Suite struct NumPyItemsTests {
  private static func fixture(_ name: String) throws -> String {
    let url = Bundle.module.url(forResource: name, withExtension: "npy", subdirectory: "Fixtures")
    return try #require(url, "\(name).npy").path
  }

  private static let names =
    NumPyArrayTests.numericTypes.flatMap { ["little_\($0)", "big_\($0)"] }
    + ["batch", "booleans", "empty", "version_2", "version_3"]

  /// Every range of items is that part of the whole array.
  @Test(arguments: names)
  func itemsArePartsOfTheArray(name: String) throws {
    let path = try Self.fixture(name)
    let (items, whole) = (try NumPyItems(contentsOf: path), try NumPyArray(contentsOf: path))
    #expect(items.shape == whole.shape)
    let size = whole.shape.dropFirst().reduce(1, *)
    for first in 0...whole.shape[0] {
      for end in first...whole.shape[0] {
        let part = try items.array(first..<end)
        #expect(part.shape == [end - first] + whole.shape.dropFirst())
        switch (part.elements, whole.elements) {
        case (.float(let found), .float(let all)):
          #expect(found == Array(all[first * size..<end * size]))
        case (.double(let found), .double(let all)):
          #expect(found == Array(all[first * size..<end * size]))
        default: Issue.record("another type of numbers")
        }
      }
    }
  }

  @Test func namesThePlaceInTheWholeFile() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/integers.npy"
    try NumPyArray(shape: [3, 2], elements: .double([1, 2, 3, 4, 5, 6])).write(to: path, as: .int64)
    var bytes = try FileBytes.read(path)
    // 2^53 + 1 in place of the last number but one.
    bytes.replaceSubrange(
      bytes.count - 16..<bytes.count - 8, with: [1, 0, 0, 0, 0, 0, 0x20, 0])
    try folder.write(bytes, as: "integers.npy")
    let items = try NumPyItems(contentsOf: path)
    #expect(try items.array(0..<2).elements == .double([1, 2, 3, 4]))
    let refusal = NumPyFileError.inexactInteger(
      file: path, cell: [2, 0], value: "9007199254740993")
    #expect(throws: refusal) { try items.array(1..<3) }
  }

  @Test func refusesWhatHasNoItems() throws {
    for (name, reason) in [("fortran", "C order"), ("structured", "float16")] {
      #expect {
        try NumPyItems(contentsOf: Self.fixture(name))
      } throws: { "\($0)".contains(reason) }
    }
    #expect { try NumPyItems(contentsOf: "-") } throws: { "\($0)".contains("expected a file") }
    #expect { try NumPyItems(contentsOf: "/none.npy") } throws: { "\($0)".contains("/none.npy") }
    let folder = try TemporaryFolder()
    let bytes = try FileBytes.read(Self.fixture("little_f8"))
    for changed in [Array(bytes.dropLast()), bytes + [0], Array(bytes.prefix(9))] {
      let path = try folder.write(changed, as: "changed.npy")
      #expect { try NumPyItems(contentsOf: path) } throws: { "\($0)".contains("\(path): byte ") }
    }
  }
}
