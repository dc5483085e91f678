import Foundation
import TestSupport
import Testing

@testable import NumPyFiles

@Suite struct NumPyArrayTests {
  /// A file that NumPy wrote, see Fixtures/make_fixtures.py.
  private static func fixture(_ name: String) throws -> String {
    let url = Bundle.module.url(forResource: name, withExtension: "npy", subdirectory: "Fixtures")
    return try #require(url, "\(name).npy").path
  }

  private static func expected(_ count: Int) -> [Double] {
    (0..<count).map { Double($0 * 7 % 23) }
  }

  static let numericTypes = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]

  @Test(arguments: numericTypes, ["little", "big"])
  func readsEveryType(type: String, order: String) throws {
    let array = try NumPyArray(contentsOf: Self.fixture("\(order)_\(type)"))
    #expect(array.shape == [3, 4])
    let numbers = Self.expected(12)
    let expected: NumPyArray.Elements =
      ["f2", "f4"].contains(type) ? .float(numbers.map { Float($0) }) : .double(numbers)
    #expect(array.elements == expected)
  }

  @Test(arguments: ["fortran", "version_2", "version_3"])
  func readsFortranOrderAndLaterVersions(name: String) throws {
    let array = try NumPyArray(contentsOf: Self.fixture(name))
    #expect(array.shape == [3, 4])
    #expect(array.elements == .double(Self.expected(12)))
  }

  @Test func readsBatchesBooleansAndEmptyArrays() throws {
    #expect(
      try NumPyArray(contentsOf: Self.fixture("batch")).elements == .double(Self.expected(24)))
    let fortran = try NumPyArray(contentsOf: Self.fixture("fortran_batch"))
    #expect(fortran.shape == [2, 3, 4])
    #expect(fortran.elements == .float(Self.expected(24).map { Float($0) }))
    let booleans = try NumPyArray(contentsOf: Self.fixture("booleans"))
    let areAbove: [Double] = Self.expected(12).map { $0 > 11 ? 1 : 0 }
    #expect(booleans.elements == .double(areAbove))
    let empty = try NumPyArray(contentsOf: Self.fixture("empty"))
    #expect(empty.shape == [0, 4])
    #expect(empty.elements.count == 0)
  }

  @Test(arguments: ["structured", "objects", "complex"])
  func refusesOtherTypes(name: String) throws {
    let path = try Self.fixture(name)
    #expect {
      try NumPyArray(contentsOf: path)
    } throws: { error in
      let text = "\(error)"
      return text.hasPrefix("\(path): byte ")
        && text.contains("float16, float32, float64, integers")
    }
  }

  /// Without a copy of the file, and like all other files.
  @Test func numbersLieAsInMemory() throws {
    for name in ["little_f4", "little_f8", "empty"] {
      let path = try Self.fixture(name)
      let bytes = try FileBytes.read(path)
      #expect(NumPyArray(readInPlace: path) == (try NumPyArray(bytes, file: path)))
      let folder = FileManager.default.temporaryDirectory.path
      for (ending, count) in [("short", bytes.count - 1), ("long", bytes.count + 1)] {
        let other = "\(folder)/\(UUID().uuidString)-\(ending).npy"
        defer { try? FileManager.default.removeItem(atPath: other) }
        try FileBytes.writeScratch((bytes + [0])[..<count], to: other)
        #expect(NumPyArray(readInPlace: other) == nil)
        #expect(throws: NumPyFileError.self) { try NumPyArray(contentsOf: other) }
      }
    }
    for name in ["little_f2", "big_f4", "little_i4", "fortran_batch"] {
      #expect(NumPyArray(readInPlace: try Self.fixture(name)) == nil)
    }
    #expect(NumPyArray(readInPlace: "-") == nil && NumPyArray(readInPlace: "/dev/null") == nil)
  }

  @Test func refusesEveryTruncation() throws {
    let bytes = try FileBytes.read(Self.fixture("little_f8"))
    #expect(throws: Never.self) { try NumPyArray(bytes, file: "f") }
    for length in bytes.indices {
      #expect {
        try NumPyArray(Array(bytes[..<length]), file: "f")
      } throws: { error in
        guard case NumPyFileError.file(.corrupt("f", length, _, _)) = error else { return false }
        return true
      }
    }
    #expect(throws: NumPyFileError.self) { try NumPyArray(bytes + [0], file: "f") }
  }

  @Test func refusesAnotherMagicOrVersion() throws {
    let bytes = try FileBytes.read(Self.fixture("little_f8"))
    for (position, value) in [(0, 0x92), (5, 0x79), (6, 0), (6, 4), (7, 1)] as [(Int, UInt8)] {
      var changed = bytes
      changed[position] = value
      #expect(throws: NumPyFileError.self) { try NumPyArray(changed, file: "f") }
    }
  }

  @Test(arguments: [
    NumPyArray.Elements.float([
      1, -0.0, .infinity, .leastNonzeroMagnitude, 3, .greatestFiniteMagnitude,
    ]),
    .double([1, -0.0, .infinity, .leastNonzeroMagnitude, 0.1, .greatestFiniteMagnitude]),
  ])
  func readsWhatItWrites(elements: NumPyArray.Elements) throws {
    let folder = try TemporaryFolder()
    for shape in [[6], [2, 3], [3, 1, 2], [1, 1, 6, 1]] {
      let array = try NumPyArray(shape: shape, elements: elements)
      let path = folder.path + "/a.npy"
      try array.write(to: path)
      #expect(try NumPyArray(contentsOf: path) == array)
      let headerLength = Int(array.fileBytes[8]) | Int(array.fileBytes[9]) << 8
      #expect((10 + headerLength) % 64 == 0)
    }
  }

  @Test func refusesToMakeArraysWhoseShapeDoesNotFit() {
    for shape in [[5], [], [-2, -3], [Int.max, 2], [0]] {
      #expect(throws: NumPyShapeError.self) {
        try NumPyArray(shape: shape, elements: .float([1, 2, 3, 4, 5, 6]))
      }
    }
  }

  /// A pipe is opened once: what was written is lost at its close, and the next reader would wait for ever.
  ///
  /// Who writes has a thread of its own: tests that compute may hold all those of the pool.
  @Test(.timeLimit(.minutes(5))) func namedPipesAreRead() async throws {
    let expected = try NumPyArray(contentsOf: Self.fixture("little_f4"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.fixture("little_f4")))
    let folder = try TemporaryFolder()
    for round in 0..<50 {
      let path = "\(folder.path)/pipe\(round)"
      try #require(mkfifo(path, 0o600) == 0)
      DispatchQueue(label: "writer").async {
        let pipe = FileHandle(forWritingAtPath: path)
        pipe?.write(bytes)
        pipe?.closeFile()
      }
      #expect(try NumPyArray(contentsOf: path) == expected)
    }
  }
}

@Suite struct NumPyHeaderTests {
  private static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    let length = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array(header.utf8) + data
  }

  @Test(arguments: [
    "{'shape': (1, 2), 'fortran_order': False, 'descr': '<f8'}",
    "  {  \"descr\" :'<f8' , 'fortran_order':False,'shape':(1 , 2 , ) , }  \n",
    "{'descr': '<f8', 'fortran_order': True, 'shape': (1L, 2L)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': [1, +2]}",
  ])
  func readsAnyFormOfTheDictionary(header: String) throws {
    let array = try NumPyArray(Self.file(header, data: [UInt8](repeating: 0, count: 16)), file: "f")
    #expect(array.shape == [1, 2])
    #expect(array.elements == .double([0, 0]))
  }

  @Test(arguments: [
    "", " ", "{", "{}", "{'descr': '<f8'", "None", "('descr', '<f8')", "{'descr' '<f8'}", "{,}",
    "{'descr': '<f8', 'fortran_order': False}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': 3}",
    "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}",
    "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 2)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976, 1)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)} x",
    "{'descr': '<f8\\'', 'fortran_order': False, 'shape': (1, 1)}",
    "{'descr': '<f3', 'fortran_order': False, 'shape': (1, 1)}",
    "{'descr': '|f8', 'fortran_order': False, 'shape': (1, 1)}",
    "{'descr': 'f8', 'fortran_order': False, 'shape': (1, 1)}",
    "{'descr': '', 'fortran_order': False, 'shape': (1, 1)}",
    "{'descr': ((((((((((1,),),),),),),),),),), 'fortran_order': False, 'shape': (1, 1)}",
  ])
  func refusesBrokenHeaders(header: String) {
    #expect {
      try NumPyArray(Self.file(header, data: [UInt8](repeating: 0, count: 8)), file: "f")
    } throws: { error in
      guard case NumPyFileError.file(.corrupt("f", let offset, _, _)) = error else { return false }
      return (10...10 + header.utf8.count).contains(offset)
    }
  }

  /// What a header claims takes no memory that is not there.
  @Test(arguments: [
    "(1000000000000,)", "(1000000, 1000000)", "(9223372036854775807,)", "(3037000500, 3037000500)",
    "(4294967296, 4294967296)", "(2305843009213693952, 4)",
  ])
  func sizesThatHeadersInventAreRefused(shape: String) {
    let header = "{'descr': '|u1', 'fortran_order': True, 'shape': \(shape)}"
    #expect(throws: NumPyFileError.self) {
      try NumPyArray(Self.file(header, data: [UInt8](repeating: 0, count: 8)), file: "f")
    }
  }

  @Test func messagesQuoteHeadersShortAndEscaped() throws {
    let shape = String(repeating: "1, ", count: 5000)
    for header in [
      "{'descr': '<f8', 'fortran_order': False, 'shape': (\(shape)2)}",
      "{'descr': '\u{202E}\u{7}\(String(repeating: "x", count: 3000))', 'fortran_order': False, 'shape': (1,)}",
      "{'\u{2028}\u{1B}\(String(repeating: "x", count: 3000))': 1}",
    ] {
      let error = #expect(throws: NumPyFileError.self) {
        try NumPyArray(Self.file(header, data: [0]), file: "f\u{1B}")
      }
      let text = "\(try #require(error))"
      #expect(text.count < 300 && text.hasPrefix("f\\u{1B}: byte"), "\(text)")
      #expect(
        !text.unicodeScalars.contains {
          $0.value < 0x20 || $0.value == 0x202E || $0.value == 0x2028
        })
    }
  }

  @Test func namesTheCellOfAnIntegerThatADoubleCannotHold() throws {
    let exact: Int64 = 1 << 53
    for (descriptor, order, cell) in [("<i8", "False", [1, 0]), ("<i8", "True", [0, 1])] {
      let header = "{'descr': '\(descriptor)', 'fortran_order': \(order), 'shape': (2, 2)}"
      let data = [exact, -exact, exact + 1, 4].flatMap { word in
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
      }
      #expect(
        throws: NumPyFileError.inexactInteger(file: "f", cell: cell, value: "\(exact + 1)")
      ) { try NumPyArray(Self.file(header, data: data), file: "f") }
    }
    let unsigned = Self.file(
      "{'descr': '>u8', 'fortran_order': False, 'shape': (1, 1)}",
      data: [UInt8](repeating: 255, count: 8))
    #expect(
      throws: NumPyFileError.inexactInteger(file: "f", cell: [0, 0], value: "\(UInt64.max)")
    ) { try NumPyArray(unsigned, file: "f") }
  }
}
