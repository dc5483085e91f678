internal import CombinatorialFiles

/// What stands in front of the elements of an .npy file.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3.
struct NumPyHeader: Equatable {
  let elementType: NumPyElementType
  let isFortranOrder: Bool
  let shape: [Int]
  let elementCount: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads the header and leaves `reader` at the first element.
  init(from reader: inout ByteReader) throws(DataFileError) {
    let magic = try reader.take(Self.magic.count, for: "magic string")
    guard Array(magic) == Self.magic else {
      throw reader.corrupt(
        at: 0, expected: "the magic string \\x93NUMPY", found: "bytes \(Array(magic))")
    }
    let version = Array(try reader.take(2, for: "format version"))
    guard (1...3).contains(version[0]), version[1] == 0 else {
      throw reader.corrupt(
        at: Self.magic.count, expected: "format version 1.0, 2.0 or 3.0",
        found: "\(version[0]).\(version[1])")
    }
    let length = try reader.littleEndian(byteCount: version[0] == 1 ? 2 : 4, for: "header length")
    let start = reader.offset
    let text = try reader.take(length, for: "header")
    let literal: PythonLiteral
    do {
      literal = try PythonLiteralParser.parse(text)
    } catch {
      throw reader.corrupt(
        at: start + error.offset, expected: error.expected,
        found: Self.excerpt(text.dropFirst(error.offset)))
    }
    try self.init(literal, text: Self.excerpt(text), start: start, reader: reader)
  }

  private init(
    _ literal: PythonLiteral, text: String, start: Int, reader: ByteReader
  ) throws(DataFileError) {
    guard case .dictionary(let entries) = literal,
      Set(entries.keys) == ["descr", "fortran_order", "shape"],
      case .boolean(let isFortranOrder)? = entries["fortran_order"],
      case .sequence(let extents)? = entries["shape"], let descriptor = entries["descr"]
    else {
      throw reader.corrupt(
        at: start, expected: "a dictionary of descr, fortran_order and shape", found: text)
    }
    guard case .string(let typeName) = descriptor, let type = NumPyElementType(typeName) else {
      throw reader.corrupt(
        at: start, expected: "elements of float16, float32, float64, integers or booleans",
        found: Self.name(of: descriptor))
    }
    elementType = type
    self.isFortranOrder = isFortranOrder
    var shape: [Int] = []
    for extent in extents {
      guard case .integer(let extent?) = extent, extent >= 0 else {
        throw reader.corrupt(at: start, expected: "extents of at least 0", found: text)
      }
      shape.append(extent)
    }
    guard let count = Self.elementCount(shape, byteCount: type.byteCount) else {
      throw reader.corrupt(
        at: start, expected: "a size that can be addressed", found: NumPyArray.name(ofShape: shape))
    }
    self.shape = shape
    elementCount = count
  }

  /// That of another number of items along the first axis, in the same order of elements.
  init(_ header: NumPyHeader, items: Int) {
    (elementType, isFortranOrder) = (header.elementType, header.isFortranOrder)
    shape = [items] + header.shape.dropFirst()
    elementCount = shape.reduce(1, *)
  }

  /// The product of the extents, if its size in bytes is an `Int`; a zero anywhere makes it 0.
  private static func elementCount(_ shape: [Int], byteCount: Int) -> Int? {
    guard !shape.contains(0) else { return 0 }
    var size = byteCount
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      size = product
    }
    return size / byteCount
  }

  private static func name(of descriptor: PythonLiteral) -> String {
    guard case .string(let text) = descriptor else { return "a structured type" }
    let name = PrintableText.excerpt(text)
    return name.hasSuffix("O") ? "'\(name)', pickled Python objects" : "'\(name)'"
  }

  private static func excerpt(_ text: ArraySlice<UInt8>) -> String {
    text.prefix(100).allSatisfy(\.isBlank)
      ? "nothing" : "'\(PrintableText.excerpt(text, maximumLength: 100))'"
  }
}

/// The types that elements may have.
struct NumPyElementType: Equatable {
  enum Kind: Character { case float = "f", signed = "i", unsigned = "u", boolean = "b" }

  let kind: Kind
  let byteCount: Int
  let isBigEndian: Bool

  init(kind: Kind, byteCount: Int, isBigEndian: Bool) {
    (self.kind, self.byteCount, self.isBigEndian) = (kind, byteCount, isBigEndian)
  }

  /// Parses a type such as `<f8`, `>i4` or `|b1`; nil for one that is not read.
  init?(_ descriptor: String) {
    let characters = Array(descriptor)
    guard characters.count == 3, "<>|=".contains(characters[0]),
      let kind = Kind(rawValue: characters[1]), let byteCount = characters[2].wholeNumberValue,
      Self.byteCounts(of: kind).contains(byteCount), characters[0] != "|" || byteCount == 1
    else { return nil }
    self.init(
      kind: kind, byteCount: byteCount,
      isBigEndian: characters[0] == ">" || (characters[0] == "=" && Self.hostIsBigEndian))
  }

  static let hostIsBigEndian = 1.bigEndian == 1

  private static func byteCounts(of kind: Kind) -> [Int] {
    switch kind {
    case .float: [2, 4, 8]
    case .signed, .unsigned: [1, 2, 4, 8]
    case .boolean: [1]
    }
  }

  /// NumPy's name for the type.
  var descriptor: String {
    "\(byteCount == 1 ? "|" : isBigEndian ? ">" : "<")\(kind.rawValue)\(byteCount)"
  }
}
