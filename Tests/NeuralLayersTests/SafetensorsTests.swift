import DifferentiableTensor
import Foundation
import Testing

@testable import NeuralLayers

/// A file written by the Python package safetensors 0.8.0, with NumPy and ml_dtypes:
///
///     save({"b.weight": np.array([[1.5, -2.25, 3e-40], [np.inf, -0.0, np.nan]], np.float32),
///           "a": np.array(0.1, np.float32),
///           "half": np.array([1.0, -0.5, 6e-8, 65504, np.inf], np.float16),
///           "brain": np.array([1.0, -3.140625, 1e38], ml_dtypes.bfloat16),
///           "double": np.array([0.1, 1e300, -1e-310]),
///           "empty": np.zeros((0, 3), np.float32)}, metadata={"note": 'ü "x"\n'})
private let pythonFile = bytes(
  hexadecimal: """
    90010000000000007b225f5f6d657461646174615f5f223a7b226e6f7465223a22c3bc205c22785c225c6e227d2c2264
    6f75626c65223a7b226474797065223a22463634222c227368617065223a5b335d2c22646174615f6f66667365747322
    3a5b302c32345d7d2c2261223a7b226474797065223a22463332222c227368617065223a5b5d2c22646174615f6f6666
    73657473223a5b32342c32385d7d2c22622e776569676874223a7b226474797065223a22463332222c22736861706522
    3a5b322c335d2c22646174615f6f666673657473223a5b32382c35325d7d2c22656d707479223a7b226474797065223a
    22463332222c227368617065223a5b302c335d2c22646174615f6f666673657473223a5b35322c35325d7d2c22627261
    696e223a7b226474797065223a2242463136222c227368617065223a5b335d2c22646174615f6f666673657473223a5b
    35322c35385d7d2c2268616c66223a7b226474797065223a22463136222c227368617065223a5b355d2c22646174615f
    6f666673657473223a5b35382c36385d7d7d2020202020209a9999999999b93f9c7500883ce4377e2be6708b68120080
    cdcccc3d0000c03f000010c0474403000000807f000000800000c07f803f49c0967e003c00b80100ff7b007c
    """)

private func bytes(hexadecimal text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue).map(UInt8.init)
  return stride(from: 0, to: digits.count, by: 2).map { 16 * digits[$0] + digits[$0 + 1] }
}

/// A file of this header, whose length goes in front, and so many zero bytes of data.
private func file(_ header: String, data: Int = 0) -> [UInt8] {
  let length = UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
    + [UInt8](repeating: 0, count: data)
}

/// A header that is wrong, data bytes that follow it, and the offset where a reader must see that.
private let wrongHeaders: [(String, Int, Int)] = [
  ("", 0, 8),
  ("[]", 0, 8),
  (#"{"a":1}"#, 0, 13),
  (#"{"a":{}}"#, 0, 14),
  (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, 13),
  (#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, 8, 22),
  (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,4]}}"#, 4, 55),
  (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, 55),
  (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 4, 55),
  (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 8, 55),
  (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, 55),
  (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, 37),
  (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4, 37),
  (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, 38),
  (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, 37),
  (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, 75),
  (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, 55),
  (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, 66),
  (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"stride":[1]}}"#, 4, 61),
  (#"{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}"#, 4, 40),
  (
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, 108
  ),
  (
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, 62
  ),
  (#"{"__metadata__":{"a":"b","a":"c"}}"#, 0, 33),
  (#"{"__metadata__":{"a":1}}"#, 0, 29),
  (#"{"__metadata__":{}} x"#, 0, 28),
  (#"{"a\q":1}"#, 0, 12),
  (#"{"\ud800":1}"#, 0, 11),
  (#"{"\ud8"#, 0, 11),
  ("{\"a\n\":1}", 0, 11),
  (#"{"a"#, 0, 11),
]

@Suite struct SafetensorsTests {
  @Test func readsWhatPythonWrote() throws {
    let contents = try Safetensors(bytes: pythonFile)
    #expect(contents.metadata == ["note": "ü \"x\"\n"])
    #expect(contents.tensors.count == 6)
    func expect(_ name: String, _ shape: [Int], _ scalars: [Float]) {
      let tensor = contents.tensors[name]
      #expect(tensor?.shape == shape, "\(name)")
      #expect(tensor?.scalars.map(\.bitPattern) == scalars.map(\.bitPattern), "\(name)")
    }
    expect("a", [], [0.1])
    expect(
      "b.weight", [2, 3], [1.5, -2.25, Float(bitPattern: 0x0003_4447), .infinity, -0.0, .nan])
    expect("half", [5], [1, -0.5, 0x1p-24, 65504, .infinity])
    expect("brain", [3], [1, -3.140625, Float(bitPattern: 0x7E96_0000)])
    expect("double", [3], [0.1, .infinity, -0.0])
    expect("empty", [0, 3], [])
  }

  @Test func writesWhatItReads() throws {
    let names = ["weight", "ä\u{1}\\\"\n\t/", "", "z\u{1F600}"]
    var generator = SeededGenerator(seed: 81)
    var contents = Safetensors(metadata: ["": "x", "\u{7F}\u{0}": "\r", "epoch": "3"])
    for (extent, name) in names.enumerated() {
      contents.tensors[name] = try .random(normal: [extent, 2], using: &generator)
    }
    contents.tensors["scalar"] = Tensor(.nan)
    let bytes = contents.bytes
    let read = try Safetensors(bytes: bytes)
    #expect(read.metadata == contents.metadata)
    #expect(Set(read.tensors.keys) == Set(contents.tensors.keys))
    for (name, tensor) in contents.tensors {
      #expect(read.tensors[name]?.shape == tensor.shape)
      #expect(
        read.tensors[name]?.scalars.map(\.bitPattern) == tensor.scalars.map(\.bitPattern))
    }
    #expect(read.bytes == bytes, "equal contents give equal files")
    #expect(bytes[0] % 8 == 0 && bytes[8] == UInt8(ascii: "{"))
  }

  @Test func emptyContents() throws {
    let read = try Safetensors(bytes: Safetensors().bytes)
    #expect(read.tensors.isEmpty && read.metadata.isEmpty)
    #expect(Safetensors().bytes == file("{}      "))
    #expect(try Safetensors(bytes: file(" \n{ } ")).tensors.isEmpty)
  }

  @Test("a file that is cut off anywhere is refused")
  func truncation() {
    for count in 0..<pythonFile.count {
      #expect(throws: SafetensorsError.self, "\(count) bytes") {
        try Safetensors(bytes: Array(pythonFile[..<count]))
      }
    }
  }

  @Test("a changed byte gives an error or a tensor, never a crash", arguments: [1, 0x20, 0xFF])
  func damage(mask: UInt8) {
    for position in 0..<408 {
      var bytes = pythonFile
      bytes[position] ^= mask
      let read = try? Safetensors(bytes: bytes)
      #expect(read == nil || read?.tensors.count == 6, "byte \(position)")
    }
  }

  @Test("says where a header goes wrong", arguments: wrongHeaders)
  func malformed(header: String, data: Int, offset: Int) throws {
    let error = #expect(throws: SafetensorsError.self) {
      try Safetensors(bytes: file(header, data: data), file: "x.safetensors")
    }
    guard case .malformed("x.safetensors", let found, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == offset, "\(String(describing: error))")
  }

  /// Sizes that a header invents take no memory, and overflow nothing.
  @Test(arguments: [
    "[0,4611686018427387904,4611686018427387904]", "[4611686018427387904,0,4]",
    "[1000000000000]", "[9223372036854775807,9223372036854775807,0]",
    "[\(String(repeating: "1,", count: 100_000))1]",
  ])
  func inventedSizesAreAnErrorOrEmpty(shape: String) throws {
    let header = #"{"a":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,0]}}"#
    do {
      #expect(try Safetensors(bytes: file(header)).tensors["a"]?.count == 0)
    } catch {
      #expect("\(error)".count < 300)
    }
  }

  @Test func messagesQuoteNamesShortAndEscaped() throws {
    let name = "\u{202E}\u{2028}" + String(repeating: "x", count: 1000)
    for header in [
      #"{"\#(name)":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
      #"{"\#(name)":{"dtype":"F32","shape":[1]}}"#, #"{"a":{"\#(name)":1}}"#,
      #"{"a":{"dtype":"\#(name)"}}"#, #"{"__metadata__":{"\#(name)":"","\#(name)":""}}"#,
    ] {
      let error = #expect(throws: SafetensorsError.self) {
        try Safetensors(bytes: file(header, data: 4), file: "f\u{1B}")
      }
      let text = "\(try #require(error))"
      #expect(
        text.hasPrefix("f\\u{1B}: byte") && text.contains("“\\u{202E}\\u{2028}xxx"), "\(text)")
      #expect(text.count < 300 && text.contains("x…"), "\(text)")
    }
  }

  @Test func saysThatTheHeaderIsTooLong() {
    let expected = SafetensorsError.malformed(
      file: "f", offset: 0, expected: "a header length of at most 2", found: "3")
    #expect(throws: expected) {
      try Safetensors(bytes: [3, 0, 0, 0, 0, 0, 0, 0, 123, 125], file: "f")
    }
    #expect(throws: SafetensorsError.self) {
      try Safetensors(bytes: [UInt8](repeating: 0xFF, count: 16))
    }
  }

  #if !(os(macOS) && arch(x86_64))
    @Test func convertsEveryHalfPrecisionNumber() {
      for bits in UInt16.min ... .max {
        let (found, expected) = (Float(halfPrecision: bits), Float(Float16(bitPattern: bits)))
        #expect(
          found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN), "\(bits)")
      }
    }
  #endif
}
