public import CombinatorialFiles

extension NumPyArray {
  /// As in NumPy; it keeps the header shorter than version 1 can say.
  private static let maximumRank = 64

  /// An array to write.
  ///
  /// - Throws: ``NumPyShapeError`` unless the product of the extents is the number of elements.
  public init(shape: [Int], elements: Elements) throws(NumPyShapeError) {
    let product = shape.reduce(Optional(1)) { product, extent in
      guard let product, extent >= 0 else { return nil }
      let (result, overflow) = product.multipliedReportingOverflow(by: extent)
      return overflow ? nil : result
    }
    guard product == elements.count, shape.count <= Self.maximumRank else {
      throw NumPyShapeError(shape: shape, elementCount: elements.count)
    }
    self.init(checkedShape: shape, elements: elements)
  }

  /// Writes an .npy file of format version 1, little-endian, in C order.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - type: How the numbers are stored; nil: float32 or float64, as they are. Floating-point numbers round to
  ///     the nearest, beyond the greatest to infinity; integers have to be exact.
  /// - Throws: ``NumPyFileError/file(_:)`` if the file cannot be written, ``NumPyFileError/element(file:_:)``
  ///   for a number that an integer or a boolean is not equal to.
  public func write(
    to path: String, as type: StoredType? = nil
  ) throws(NumPyFileError) {
    let bytes: [UInt8]
    do { bytes = try fileBytes(as: type ?? elements.type) } catch {
      throw .element(file: path, error)
    }
    do { try FileBytes.write(bytes, to: path) } catch { throw .file(error) }
  }

  /// The file that ``write(to:as:)`` writes without a type.
  var fileBytes: [UInt8] {
    switch elements {
    case .float(let values): header(.float32) + Self.bytes(values.lazy.map(\.bitPattern))
    case .double(let values): header(.float64) + Self.bytes(values.lazy.map(\.bitPattern))
    }
  }

  func fileBytes(as type: StoredType) throws(NumPyElementError) -> [UInt8] {
    header(type) + (try elementBytes(as: type))
  }

  private func header(_ type: StoredType) -> [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    let header =
      "{'descr': '\(type.elementType.descriptor)', 'fortran_order': False, 'shape': (\(extents)), }"
    // Magic string, version and length are 10 bytes; the elements start at a multiple of 64.
    let length = (10 + header.utf8.count + 1 + 63) / 64 * 64 - 10
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: length - header.utf8.count - 1)
    return NumPyHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      + Array(header.utf8) + padding + [UInt8(ascii: "\n")]
  }

  private func elementBytes(as type: StoredType) throws(NumPyElementError) -> [UInt8] {
    switch type {
    case .float16: Self.bytes(doubles.lazy.map(\.halfPrecision))
    case .float32: Self.bytes(doubles.lazy.map { Float($0).bitPattern })
    case .float64: Self.bytes(doubles.lazy.map(\.bitPattern))
    case .int8: Self.bytes(try integers(Int8.self))
    case .int16: Self.bytes(try integers(Int16.self))
    case .int32: Self.bytes(try integers(Int32.self))
    case .int64: Self.bytes(try integers(Int64.self))
    case .uint8: Self.bytes(try integers(UInt8.self))
    case .uint16: Self.bytes(try integers(UInt16.self))
    case .uint32: Self.bytes(try integers(UInt32.self))
    case .uint64: Self.bytes(try integers(UInt64.self))
    case .bool: try integers(UInt8.self, through: 1)
    }
  }

  private static func bytes<Word: FixedWidthInteger>(_ words: some Collection<Word>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words.count * MemoryLayout<Word>.size)
    for word in words {
      withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}

extension NumPyArray {
  /// How the numbers of a file are stored, by NumPy's names.
  public enum StoredType: String, Sendable, CaseIterable {
    /// Half precision, `<f2`.
    case float16
    /// Single precision, `<f4`.
    case float32
    /// Double precision, `<f8`.
    case float64
    /// Signed, 8 bits.
    case int8
    /// Signed, 16 bits.
    case int16
    /// Signed, 32 bits.
    case int32
    /// Signed, 64 bits.
    case int64
    /// Unsigned, 8 bits.
    case uint8
    /// Unsigned, 16 bits.
    case uint16
    /// Unsigned, 32 bits.
    case uint32
    /// Unsigned, 64 bits.
    case uint64
    /// 0 or 1, a byte each, `|b1`.
    case bool

    var elementType: NumPyElementType {
      let (kind, byteCount): (NumPyElementType.Kind, Int) =
        switch self {
        case .float16: (.float, 2)
        case .float32: (.float, 4)
        case .float64: (.float, 8)
        case .int8: (.signed, 1)
        case .int16: (.signed, 2)
        case .int32: (.signed, 4)
        case .int64: (.signed, 8)
        case .uint8: (.unsigned, 1)
        case .uint16: (.unsigned, 2)
        case .uint32: (.unsigned, 4)
        case .uint64: (.unsigned, 8)
        case .bool: (.boolean, 1)
        }
      return NumPyElementType(kind: kind, byteCount: byteCount, isBigEndian: false)
    }
  }

  /// The numbers as doubles, each of which is exact.
  package var doubles: [Double] {
    switch elements {
    case .float(let values): values.map { Double($0) }
    case .double(let values): values
    }
  }

  /// The numbers as integers, such as labels: `try array.integers(Int32.self)`.
  ///
  /// - Throws: ``NumPyElementError`` for the first number that no such integer is equal to.
  public func integers<Integer: FixedWidthInteger>(
    _: Integer.Type = Int.self
  ) throws(NumPyElementError) -> [Integer] {
    try integers(Integer.self, through: .max)
  }

  private func integers<Integer: FixedWidthInteger>(
    _: Integer.Type, through greatest: Integer
  ) throws(NumPyElementError) -> [Integer] {
    var integers: [Integer] = []
    integers.reserveCapacity(elements.count)
    for value in doubles {
      guard let integer = Integer(exactly: value), integer <= greatest else {
        throw NumPyElementError(
          cell: cell(at: integers.count), value: value,
          expected: greatest == .max ? "a number that \(Integer.self) holds" : "0 or 1")
      }
      integers.append(integer)
    }
    return integers
  }

  /// The indices of an element, by its place in row-major order.
  private func cell(at index: Int) -> [Int] {
    var rest = index
    let lastFirst = shape.reversed().map { extent in
      defer { rest /= extent }
      return rest % extent
    }
    return lastFirst.reversed()
  }
}

extension NumPyArray.Elements {
  fileprivate var type: NumPyArray.StoredType {
    switch self {
    case .float: .float32
    case .double: .float64
    }
  }
}

/// A number of an array that is not what was asked for.
public struct NumPyElementError: DescribedError, Equatable, Sendable {
  /// Its indices.
  public let cell: [Int]
  /// The number.
  public let value: Double
  /// What it should be.
  public let expected: String

  /// The first axis is called batch, row or column, as in costs.
  public var description: String {
    "cell \(NumPyArray.name(ofCell: cell)): expected \(expected), found \(value)"
  }
}

/// The extents of an array do not fit its elements.
public struct NumPyShapeError: DescribedError, Equatable, Sendable {
  /// The extents.
  public let shape: [Int]
  /// How many elements there are.
  public let elementCount: Int

  /// What was expected and what was found.
  public var description: String {
    "expected \(elementCount) elements, found shape \(shape)"
  }
}
