internal import CombinatorialFiles

/// How the numbers of one tensor are written in a safetensors file.
enum SafetensorsType: String, CaseIterable, Sendable {
  case float32 = "F32"
  case float64 = "F64"
  case float16 = "F16"
  case brainFloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case unsigned64 = "U64"
  case unsigned32 = "U32"
  case unsigned16 = "U16"
  case unsigned8 = "U8"
  case boolean = "BOOL"

  var byteCount: Int {
    switch self {
    case .float64, .int64, .unsigned64: 8
    case .float32, .int32, .unsigned32: 4
    case .float16, .brainFloat16, .int16, .unsigned16: 2
    case .int8, .unsigned8, .boolean: 1
    }
  }
}

/// One entry of the header: where a tensor lies in the file, and as what.
struct SafetensorsEntry: Sendable {
  var name: String
  var type: SafetensorsType
  var shape: [Int]
  /// Byte range in the file, the header included.
  var bytes: Range<Int>
  /// Where in the file the entry's `data_offsets` stand, for error messages.
  var offset: Int
}

/// The header of a safetensors file: eight bytes of little-endian length, then JSON, then data.
///
/// The rules are those of the format's description
/// (https://github.com/huggingface/safetensors#format): no name twice, no hole and no overlap
/// between the tensors, and nothing after the last one.
struct SafetensorsHeader {
  /// The format's own limit on the length of the JSON text.
  static let maxLength = 100_000_000

  private(set) var entries: [SafetensorsEntry] = []
  private(set) var metadata: [String: String] = [:]

  /// Reads and checks the header of a whole file.
  init(bytes: [UInt8], file: String) throws(SafetensorsError) {
    let length = try Self.length(bytes, file: file)
    let dataStart = 8 + length
    var scanner = JSONScanner(bytes: bytes, file: file, position: 8, end: dataStart)
    try readObject(&scanner, dataStart: dataStart)
    try scanner.expectPaddingToEnd()
    try checkCoverage(of: dataStart..<bytes.count, file: file)
  }

  private static func length(_ bytes: [UInt8], file: String) throws(SafetensorsError) -> Int {
    guard bytes.count >= 8 else {
      throw .malformed(
        file: file, offset: bytes.count, expected: "8 bytes of header length",
        found: "the end of the file")
    }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let available = min(bytes.count - 8, maxLength)
    guard length <= UInt64(available) else {
      throw .malformed(
        file: file, offset: 0, expected: "a header length of at most \(available)",
        found: "\(length)")
    }
    return Int(length)
  }

  private mutating func readObject(
    _ scanner: inout JSONScanner, dataStart: Int
  ) throws(SafetensorsError) {
    var names: Set<String> = []
    try scanner.expect("{")
    if scanner.skip("}") { return }
    repeat {
      let offset = scanner.tokenPosition
      let name = try scanner.string()
      guard names.insert(name).inserted else {
        throw scanner.error(at: offset, expected: "every name once", found: "\(name.quoted) again")
      }
      try scanner.expect(":")
      if name == "__metadata__" {
        metadata = try Self.metadata(&scanner)
      } else {
        entries.append(try Self.entry(name, &scanner, dataStart: dataStart))
      }
    } while scanner.skip(",")
    try scanner.expect("}")
  }

  private static func metadata(
    _ scanner: inout JSONScanner
  ) throws(SafetensorsError) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.expect("{")
    if scanner.skip("}") { return metadata }
    repeat {
      let offset = scanner.tokenPosition
      let key = try scanner.string()
      try scanner.expect(":")
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw scanner.error(at: offset, expected: "every key once", found: "\(key.quoted) again")
      }
    } while scanner.skip(",")
    try scanner.expect("}")
    return metadata
  }

  private static func entry(
    _ name: String, _ scanner: inout JSONScanner, dataStart: Int
  ) throws(SafetensorsError) -> SafetensorsEntry {
    var type: SafetensorsType?
    var shape: [Int]?
    var range: (offsets: [Int], position: Int)?
    let start = scanner.tokenPosition
    try scanner.expect("{")
    repeat {
      let offset = scanner.tokenPosition
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "dtype" where type == nil: type = try scanner.type()
      case "shape" where shape == nil: shape = try scanner.wholeNumbers()
      case "data_offsets" where range == nil:
        range = (offsets: [], position: scanner.tokenPosition)
        range?.offsets = try scanner.wholeNumbers()
      default:
        throw scanner.error(
          at: offset, expected: "dtype, shape and data_offsets, each once", found: key.quoted)
      }
    } while scanner.skip(",")
    try scanner.expect("}")
    guard let type, let shape, let range else {
      throw scanner.error(
        at: start, expected: "dtype, shape and data_offsets of \(name.quoted)",
        found: "fewer fields")
    }
    let bytes = try byteRange(
      range.offsets, at: range.position, of: name, type: type, shape: shape, dataStart: dataStart,
      scanner: scanner)
    return SafetensorsEntry(
      name: name, type: type, shape: shape, bytes: bytes, offset: range.position)
  }

  private static func byteRange(
    _ offsets: [Int], at position: Int, of name: String, type: SafetensorsType, shape: [Int],
    dataStart: Int, scanner: JSONScanner
  ) throws(SafetensorsError) -> Range<Int> {
    let available = scanner.bytes.count - dataStart
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= available else {
      throw scanner.error(
        at: position, expected: "[begin, end] of \(name.quoted) within \(available) bytes of data",
        found: PrintableText.excerpt("\(offsets.prefix(64))"))
    }
    var size = type.byteCount
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      size = overflow ? -1 : product
      if overflow { break }
    }
    guard offsets[1] - offsets[0] == size else {
      throw scanner.error(
        at: position,
        expected: size < 0
          ? "a shape of \(name.quoted) that fits in memory"
          : "\(size) bytes for \(type.rawValue) \(name.quoted) of shape \(PrintableText.excerpt("\(shape.prefix(64))"))",
        found: size < 0
          ? PrintableText.excerpt("\(shape.prefix(64))") : "\(offsets[1] - offsets[0])")
    }
    return dataStart + offsets[0]..<dataStart + offsets[1]
  }

  private func checkCoverage(of data: Range<Int>, file: String) throws(SafetensorsError) {
    var end = data.lowerBound
    let sorted = entries.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    for entry in sorted {
      guard entry.bytes.lowerBound == end else {
        throw .malformed(
          file: file, offset: entry.offset,
          expected: "\(entry.name.quoted) to begin at data byte \(end - data.lowerBound)",
          found: "\(entry.bytes.lowerBound - data.lowerBound)")
      }
      end = entry.bytes.upperBound
    }
    guard end == data.upperBound else {
      throw .malformed(
        file: file, offset: end, expected: "the end of the file",
        found: "\(data.upperBound - end) bytes that belong to no tensor")
    }
  }
}
