import CombinatorialFiles
import DifferentiableTensor
import Foundation
import TestSupport
import Testing

@testable import NumPyFiles

@Suite struct NumPyArchiveTests {
  private static func path(_ name: String) throws -> String {
    try #require(
      Bundle.module.url(forResource: name, withExtension: "npz", subdirectory: "Fixtures")
    ).path
  }

  private static func numbers(_ count: Int) -> [Double] {
    (0..<count).map { Double($0 * 7 % 23) }
  }

  @Test(arguments: ["stored", "deflated"])
  func readsWhatNumPyWrote(name: String) throws {
    let path = try Self.path(name)
    let archive = try NumPyArchive(contentsOf: path)
    let names = ["pictures", "labels", "half", "fortran", "empty", "scalar", "strings"]
    #expect(archive.names == names + (name == "deflated" ? ["zeros"] : []))
    let pictures = try Tensor(archive["pictures"])
    #expect(pictures.shape == [2, 3, 4] && pictures.scalars == Self.numbers(24).map { Float($0) })
    #expect(try archive["labels"].integers() == [3, 0, 1 << 40])
    #expect(try archive["half"].elements == .float([0, 7, 14]))
    #expect(try archive["fortran"].elements == .double(Self.numbers(12)))
    #expect(try archive["empty"].shape == [0, 4] && archive["scalar"].elements == .double([2.5]))
    #expect {
      try archive["strings"]
    } throws: { "\($0)".hasPrefix("\(path): strings.npy: byte ") }
    #expect(throws: NumPyFileError.noArray(file: path, name: "label", names: archive.names)) {
      try archive["label"]
    }
    if name == "deflated" {
      #expect(try archive["zeros"].elements == .double([Double](repeating: 0, count: 100_000)))
    }
  }

  @Test func roundsToHalfPrecisionAsNumPyDoes() throws {
    let archive = try NumPyArchive(contentsOf: Self.path("rounding"))
    let (doubles, half) = (try archive["doubles"], try archive["half"])
    #expect(half.shape == [910])
    let rounded = try NumPyArray(doubles.fileBytes(as: .float16), file: "f")
    #expect(rounded.elements.bits == half.elements.bits)
    #expect(
      try NumPyArray(half.fileBytes(as: .float16), file: "f").elements.bits == half.elements.bits)
  }

  @Test func everyHalfIsWrittenAsItWasRead() throws {
    for bits in 0...UInt16.max {
      let value = Float(halfPrecision: bits)
      #expect(Double(value).halfPrecision == (value.isNaN ? bits & 0x8000 | 0x7E00 : bits))
    }
  }

  @Test(arguments: [false, true])
  func readsWhatItWrites(compresses: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.npz"
    let tensor = try Tensor([[1, 2], [3, 4], [5, 6]])
    let arrays = [
      "tensor": try NumPyArray(tensor), "ü": try NumPyArray(shape: [1], elements: .double([0.1])),
      "noise": try NumPyArray(shape: [4000], elements: .double((0..<4000).map { sin(Double($0)) })),
      "empty": try NumPyArray(shape: [0], elements: .float([])),
    ]
    try NumPyArchive.write(arrays, to: path, compresses: compresses)
    let archive = try NumPyArchive(contentsOf: path)
    #expect(archive.names == ["empty", "noise", "tensor", "ü"])
    for (name, array) in arrays { #expect(try archive[name] == array) }
    try NumPyArchive.write([:], to: path)
    #expect(try NumPyArchive(contentsOf: path).names == [])
    #expect {
      try NumPyArchive.write(arrays, to: folder.path + "/none/a.npz")
    } throws: { error in
      if case NumPyFileError.file(.unwritable) = error { true } else { false }
    }
  }

  /// As if 32 bits ended at some small number, where sizes, offsets and counts go over.
  @Test(arguments: [0, 1, 2, 100, 150, 300, 1000], [false, true])
  func largeSizesAreRead(largest: Int, deflates: Bool) throws {
    var writer = ZipWriter(largest: largest)
    let contents: [[UInt8]] = [
      [], [UInt8](repeating: 7, count: 99), (0..<150).map { UInt8($0) }, [1, 2, 3],
    ]
    for (index, bytes) in contents.enumerated() {
      writer.add("\(index)", bytes, deflates: deflates)
    }
    let reader = try ZipReader(writer.finished(), file: "f")
    #expect(reader.members.map(\.name) == ["0", "1", "2", "3"])
    for (member, bytes) in zip(reader.members, contents) {
      #expect(try reader.contents(of: member) == bytes)
      #expect(member.isDeflated == deflates && member.size == bytes.count)
    }
  }

  @Test(arguments: ["stored", "deflated"])
  func refusesEveryTruncationAndChange(name: String) throws {
    let bytes = try FileBytes.read(Self.path(name))
    for length in bytes.indices {
      #expect(throws: DataFileError.self) { try NumPyArchive(Array(bytes[..<length]), file: "f") }
    }
    // Every byte counts but those that say when and by which system a member was made.
    let archive = try NumPyArchive(bytes, file: "f")
    let names = archive.names.filter { $0 != "strings" }
    let expected = try names.map { try archive[$0] }
    for offset in stride(from: 0, to: bytes.count, by: 7) {
      var changed = bytes
      changed[offset] ^= 0x41
      do {
        let archive = try NumPyArchive(changed, file: "f")
        guard archive.names.filter({ $0 != "strings" }) == names else { continue }
        #expect(try names.map { try archive[$0] } == expected, "byte \(offset)")
      } catch is DataFileError {
      } catch is NumPyFileError {
      }
    }
  }

  @Test func refusesWhatItCannotRead() throws {
    var writer = ZipWriter()
    for _ in 0..<2 { writer.add("a.npy", [1], deflates: false) }
    let twice = writer.finished()
    #expect {
      try NumPyArchive(twice, file: "f")
    } throws: { "\($0)".hasSuffix("expected every name once, found “a” again") }

    writer = ZipWriter()
    writer.add("a.npy", [UInt8](repeating: 0, count: 5000), deflates: true)
    let bytes = writer.finished()
    let entry = try #require(
      bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    for (offset, value, message) in [
      (8, 1, "not encrypted"), (10, 12, "method 12"), (27, 1, "a size that"),
      (24, 0x89, "deflated bytes"),
      (16, 0, "with checksum"), (42, 1, "signature 4034b50"), (46 + 4, 0x78, ""),
    ] as [(Int, UInt8, String)] {
      var changed = bytes
      changed[entry + offset] = value == 0 ? changed[entry + offset] ^ 1 : value
      #expect {
        let archive = try NumPyArchive(changed, file: "f")
        #expect(message.isEmpty == archive.names.isEmpty || archive.names == ["a"])
        _ = try archive["a"]
      } throws: {
        (message.isEmpty || "\($0)".contains(message)) && "\($0)".hasPrefix("f: ")
      }
    }
    #expect(throws: DataFileError.self) { try NumPyArchive([], file: "f") }
  }
}

@Suite struct StoredTypeTests {
  @Test(arguments: NumPyArray.StoredType.allCases)
  func everyTypeIsReadBack(type: NumPyArray.StoredType) throws {
    let array = try NumPyArray(shape: [2, 2], elements: .double([0, 1, 1, 0]))
    let read = try NumPyArray(array.fileBytes(as: type), file: "f")
    #expect(read.shape == [2, 2] && read.doubles == [0, 1, 1, 0])
  }

  @Test func numbersThatATypeDoesNotHoldAreRefused() throws {
    for (type, number) in [
      (.int8, 128), (.int8, 0.5), (.int16, -32769), (.int32, 0x1p31), (.int64, 0x1p63),
      (.uint8, -1), (.uint16, 65536), (.uint32, 0x1p32), (.uint64, 0x1p64), (.bool, 2),
      (.int64, .nan), (.int32, .infinity),
    ] as [(NumPyArray.StoredType, Double)] {
      let array = try NumPyArray(shape: [2, 2], elements: .double([1, 0, number, 1]))
      let error = #expect(throws: NumPyElementError.self) { try array.fileBytes(as: type) }
      #expect(error?.cell == [1, 0], "\(type)")
      let text = error.map { "\($0)" } ?? ""
      #expect(
        text.hasPrefix("cell (row 1, column 0): expected ") && text.hasSuffix("found \(number)"))
    }
    let path = try TemporaryFolder().path + "/a.npy"
    let array = try NumPyArray(shape: [1], elements: .float([0.5]))
    #expect { try array.write(to: path, as: .uint8) } throws: { "\($0)".hasPrefix("\(path): cell") }
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(throws: NumPyElementError.self) { try array.integers(Int32.self) }
  }
}

extension NumPyArray.Elements {
  /// To compare zeros with their signs.
  fileprivate var bits: [UInt32] {
    if case .float(let values) = self { values.map(\.bitPattern) } else { [] }
  }
}
