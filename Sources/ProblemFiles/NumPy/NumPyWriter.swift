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
  public func write(to path: String) throws(DataFileError) {
    try FileBytes.write(fileBytes, to: path)
  }

  var fileBytes: [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    let header =
      "{'descr': '\(elements.type.descriptor)', 'fortran_order': False, 'shape': (\(extents)), }"
    // Magic string, version and length are 10 bytes; the elements start at a multiple of 64.
    let length = (10 + header.utf8.count + 1 + 63) / 64 * 64 - 10
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: length - header.utf8.count - 1)
    var bytes = NumPyHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    bytes += Array(header.utf8) + padding + [UInt8(ascii: "\n")]
    switch elements {
    case .float(let values):
      for value in values { Self.append(value.bitPattern.littleEndian, to: &bytes) }
    case .double(let values):
      for value in values { Self.append(value.bitPattern.littleEndian, to: &bytes) }
    }
    return bytes
  }

  private static func append(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
  }
}

extension NumPyArray.Elements {
  fileprivate var type: NumPyElementType {
    switch self {
    case .float: NumPyElementType(kind: .float, byteCount: 4, isBigEndian: false)
    case .double: NumPyElementType(kind: .float, byteCount: 8, isBigEndian: false)
    }
  }
}

/// The extents of an array do not fit its elements.
public struct NumPyShapeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The extents.
  public let shape: [Int]
  /// How many elements there are.
  public let elementCount: Int

  /// What was expected and what was found.
  public var description: String {
    "expected \(elementCount) elements, found shape \(shape)"
  }
}
