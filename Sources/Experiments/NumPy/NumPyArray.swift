/// An array of numbers from an .npy file, in row-major order.
public struct NumPyArray: Sendable, Equatable {
  /// The numbers. Integers and booleans become `Double`, which must hold them exactly.
  public enum Elements: Sendable, Equatable {
    case float(Array<Float>)
    case double(Array<Double>)

    /// How many numbers there are.
    public var count: Int {
      switch self {
      case .float(let values): values.count
      case .double(let values): values.count
      }
    }
  }

  /// The extent of each axis.
  public let shape: [Int]
  /// The numbers, the last axis fastest.
  public let elements: Elements

  init(checkedShape shape: [Int], elements: Elements) {
    self.shape = shape
    self.elements = elements
  }

  /// Reads a file, or standard input for `-`.
  ///
  /// float32, float64, integers of 8 to 64 bits and booleans, of either byte order, in C or Fortran
  /// order, format versions 1 to 3.
  /// - Throws: ``NumPyFileError`` for what is none of this, is truncated, goes on after the last
  ///   element, or holds an integer that no double is equal to.
  public init(contentsOf path: String) throws(NumPyFileError) {
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path) } catch { throw .file(error) }
    try self.init(bytes, file: path == FileBytes.standardInput ? FileBytes.standardInputName : path)
  }

  init(_ bytes: [UInt8], file: String) throws(NumPyFileError) {
    let header: NumPyHeader
    let data: ArraySlice<UInt8>
    do {
      var reader = ByteReader(bytes, file: file)
      header = try NumPyHeader(from: &reader)
      data = try reader.take(
        header.elementCount * header.elementType.byteCount, for: "elements of shape \(header.shape)"
      )
      try reader.expectEnd()
    } catch {
      throw .file(error)
    }
    shape = header.shape
    let source = NumPyElementSource(bytes: data, header: header)
    do throws(InexactInteger) {
      elements = try source.elements()
    } catch {
      throw .inexactInteger(
        file: file, cell: header.cell(storedAt: error.storedIndex), value: error.text)
    }
  }
}

/// Why a NumPy file could not be read.
public enum NumPyFileError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(DataFileError)
  /// An integer that rounds when it becomes a double.
  case inexactInteger(file: String, cell: [Int], value: String)

  /// One line that names the file, the place in it and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .inexactInteger(let file, let cell, let value):
      "\(file): cell \(NumPyArray.name(ofCell: cell)): "
        + "expected an integer that a double can hold, found \(value)"
    }
  }
}

extension NumPyArray {
  /// Indices with the names that they have in costs.
  static func name(ofCell cell: [Int]) -> String {
    let axes = ["batch", "row", "column"].suffix(cell.count)
    guard axes.count == cell.count else { return "\(cell)" }
    return "(" + zip(axes, cell).map { "\($0) \($1)" }.joined(separator: ", ") + ")"
  }
}

extension NumPyHeader {
  /// The indices of the element that stands at `storedIndex` in the file.
  func cell(storedAt storedIndex: Int) -> [Int] {
    var rest = storedIndex
    let fastestFirst = (isFortranOrder ? shape : shape.reversed()).map { extent in
      defer { rest /= extent }
      return rest % extent
    }
    return isFortranOrder ? fastestFirst : fastestFirst.reversed()
  }

  /// Brings elements from the order of the file into row-major order.
  func rowMajor<Element>(_ stored: [Element]) -> [Element] {
    guard isFortranOrder, shape.count > 1 else { return stored }
    var strides = [1]
    for extent in shape.dropLast() { strides.append((strides.last ?? 1) * extent) }
    var cell = [Int](repeating: 0, count: shape.count)
    var position = 0
    return stored.indices.map { _ in
      defer {
        var axis = shape.count - 1
        position += strides[axis]
        cell[axis] += 1
        while axis > 0, cell[axis] == shape[axis] {
          position -= strides[axis] * shape[axis]
          cell[axis] = 0
          axis -= 1
          position += strides[axis]
          cell[axis] += 1
        }
      }
      return stored[position]
    }
  }
}

private struct InexactInteger: Error {
  let storedIndex: Int
  let text: String
}

/// Decodes the elements of a file whose size has been checked.
private struct NumPyElementSource {
  let bytes: ArraySlice<UInt8>
  let header: NumPyHeader

  func elements() throws(InexactInteger) -> NumPyArray.Elements {
    let type = header.elementType
    switch (type.kind, type.byteCount) {
    case (.float, 4):
      return .float(
        header.rowMajor(words().map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }))
    case (.float, _):
      return .double(header.rowMajor(words().map(Double.init(bitPattern:))))
    case (.boolean, _):
      return .double(header.rowMajor(words().map { $0 == 0 ? 0 : 1 }))
    case (.signed, _):
      let unused = 64 - 8 * type.byteCount
      return try exactDoubles(words().map { Int64(bitPattern: $0 << unused) >> unused })
    case (.unsigned, _):
      return try exactDoubles(words())
    }
  }

  private func exactDoubles(
    _ integers: [some FixedWidthInteger]
  ) throws(InexactInteger) -> NumPyArray.Elements {
    var values: [Double] = []
    values.reserveCapacity(integers.count)
    for (index, integer) in integers.enumerated() {
      guard let value = Double(exactly: integer) else {
        throw InexactInteger(storedIndex: index, text: "\(integer)")
      }
      values.append(value)
    }
    return .double(header.rowMajor(values))
  }

  /// The bits of each element, in the low end of a word, in the order of the file.
  private func words() -> [UInt64] {
    let byteCount = header.elementType.byteCount
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: byteCount).map { start in
      var word: UInt64 = 0
      for byte in 0..<byteCount {
        let place = header.elementType.isBigEndian ? byte : byteCount - 1 - byte
        word = word << 8 | UInt64(bytes[start + place])
      }
      return word
    }
  }
}
