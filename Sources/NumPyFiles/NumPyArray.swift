public import CombinatorialFiles

/// An array of numbers from an .npy file, in row-major order.
public struct NumPyArray: Sendable, Equatable {
  /// The numbers. Integers and booleans become `Double`, which must hold them exactly.
  public enum Elements: Sendable, Equatable {
    /// float32, and float16, whose numbers all are float32's too.
    case float(Array<Float>)
    /// All others.
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
    (self.shape, self.elements) = (shape, elements)
  }

  /// Reads a file, or standard input for `-`.
  ///
  /// float16, float32, float64, integers of 8 to 64 bits and booleans, of either byte order, in C or
  /// Fortran order, format versions 1 to 3.
  ///
  /// - Throws: ``NumPyFileError`` for what is none of this, is truncated, goes on after the last
  ///   element, or holds an integer that no double is equal to.
  public init(contentsOf path: String) throws(NumPyFileError) {
    if let array = Self(readInPlace: path) {
      self = array
      return
    }
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path) } catch { throw .file(error) }
    try self.init(bytes, file: FileBytes.name(of: path))
  }

  /// Numbers that lie in the file as in memory need no second copy; nil for all other files, bad ones among them.
  init?(readInPlace path: String) {
    let longestHeader = 1 << 12
    guard path != FileBytes.standardInput, let file = RegularFile(path),
      let front = file.elements(UInt8.self, count: min(file.size, longestHeader), from: 0)
    else { return nil }
    var reader = ByteReader(front, file: path)
    guard let header = try? NumPyHeader(from: &reader), header.elementType.kind == .float,
      header.elementType.isBigEndian == NumPyElementType.hostIsBigEndian,
      !header.isFortranOrder || header.shape.count <= 1,
      file.size - reader.offset == header.elementCount * header.elementType.byteCount
    else { return nil }
    let (start, count) = (reader.offset, header.elementCount)
    let elements: Elements? =
      switch header.elementType.byteCount {
      case 4: file.elements(Float.self, count: count, from: start).map(Elements.float)
      case 8: file.elements(Double.self, count: count, from: start).map(Elements.double)
      default: nil
      }
    guard let elements else { return nil }
    self.init(checkedShape: header.shape, elements: elements)
  }

  init(_ bytes: [UInt8], file: String) throws(NumPyFileError) {
    let header: NumPyHeader
    let data: Range<Int>
    do {
      var reader = ByteReader(bytes, file: file)
      header = try NumPyHeader(from: &reader)
      data = try reader.take(
        header.elementCount * header.elementType.byteCount,
        for: "elements of \(Self.name(ofShape: header.shape))"
      ).indices
      try reader.expectEnd()
    } catch {
      throw .file(error)
    }
    // As many bytes again as the file has, or eight an element.
    let memory = MemoryLimit.bytes - bytes.count
    guard header.elementCount <= memory / MemoryLayout<Double>.size else {
      throw .file(
        .unreadable(file: file, reason: "its \(header.elementCount) elements do not fit in memory"))
    }
    shape = header.shape
    do throws(InexactInteger) {
      elements = try bytes.withUnsafeBufferPointer { bytes throws(InexactInteger) in
        try NumPyElementSource(
          bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[data]),
          header: header
        ).elements()
      }
    } catch {
      throw .inexactInteger(
        file: file, cell: header.cell(storedAt: error.storedIndex), value: error.text)
    }
  }
}

/// Why a NumPy file could not be read.
public enum NumPyFileError: DescribedError, Equatable, Sendable {
  /// The file cannot be read or written, or breaks its format.
  case file(DataFileError)
  /// A number that cannot be written as what was asked for.
  case element(file: String, NumPyElementError)
  /// An archive without the array.
  case noArray(file: String, name: String, names: [String])
  /// An integer that rounds when it becomes a double.
  case inexactInteger(file: String, cell: [Int], value: String)

  /// One line that names the file, the place in it and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .element(let file, let error): "\(PrintableText.escaped(file)): \(error)"
    case .noArray(let file, let name, let names):
      "\(PrintableText.escaped(file)): expected an array “\(PrintableText.excerpt(name))”, found "
        + (names.isEmpty
          ? "none"
          : PrintableText.excerpt(names.joined(separator: ", "), maximumLength: 400))
    case .inexactInteger(let file, let cell, let value):
      "\(PrintableText.escaped(file)): cell \(NumPyArray.name(ofCell: cell)): "
        + "expected an integer that a double can hold, found \(value)"
    }
  }
}

extension NumPyArray {
  /// A shape as messages print it: headers may claim thousands of axes.
  package static func name(ofShape shape: [Int]) -> String {
    "shape \(PrintableText.excerpt("\(Array(shape.prefix(64)))"))"
  }

  /// Indices with the names that they have in costs.
  package static func name(ofCell cell: [Int]) -> String {
    let axes = ["batch", "row", "column"].suffix(cell.count)
    guard axes.count == cell.count else { return PrintableText.excerpt("\(cell.prefix(64))") }
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

  /// The elements in row-major order, each read from where it is stored.
  func rowMajor<Element, Failure: Error>(
    _ stored: (Int) throws(Failure) -> Element
  ) throws(Failure) -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(elementCount)
    guard isFortranOrder, shape.count > 1 else {
      for position in 0..<elementCount { elements.append(try stored(position)) }
      return elements
    }
    var strides = [1]
    for extent in shape.dropLast() { strides.append((strides.last ?? 1) &* extent) }
    var cell = [Int](repeating: 0, count: shape.count)
    var position = 0
    for _ in 0..<elementCount {
      elements.append(try stored(position))
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
    return elements
  }
}

struct InexactInteger: Error {
  let storedIndex: Int
  let text: String
}

/// Decodes the elements of a file whose size has been checked.
struct NumPyElementSource {
  let bytes: UnsafeRawBufferPointer
  let header: NumPyHeader

  func elements() throws(InexactInteger) -> NumPyArray.Elements {
    let type = header.elementType
    switch (type.kind, type.byteCount) {
    case (.float, 2): return .float(header.rowMajor { Float(halfPrecision: word($0)) })
    case (.float, 4): return .float(header.rowMajor { Float(bitPattern: word($0)) })
    case (.float, _): return .double(header.rowMajor { Double(bitPattern: word($0)) })
    case (.boolean, _): return .double(header.rowMajor { bytes[$0] == 0 ? 0 : 1 })
    case (.signed, 1): return try exactDoubles(Int8.self)
    case (.signed, 2): return try exactDoubles(Int16.self)
    case (.signed, 4): return try exactDoubles(Int32.self)
    case (.signed, _): return try exactDoubles(Int64.self)
    case (.unsigned, 1): return try exactDoubles(UInt8.self)
    case (.unsigned, 2): return try exactDoubles(UInt16.self)
    case (.unsigned, 4): return try exactDoubles(UInt32.self)
    case (.unsigned, _): return try exactDoubles(UInt64.self)
    }
  }

  private func exactDoubles<Integer: FixedWidthInteger & BitwiseCopyable>(
    _: Integer.Type
  ) throws(InexactInteger) -> NumPyArray.Elements {
    // The first in the file, which in Fortran order is not the first of the array.
    if Integer.bitWidth > 53 {
      for position in 0..<header.elementCount {
        let integer: Integer = word(position)
        guard Double(exactly: integer) != nil else {
          throw InexactInteger(storedIndex: position, text: "\(integer)")
        }
      }
    }
    return .double(
      header.rowMajor { position in
        let integer: Integer = word(position)
        return Double(integer)
      })
  }

  /// The element at a position of the file.
  private func word<Word: FixedWidthInteger & BitwiseCopyable>(_ position: Int) -> Word {
    let word = bytes.loadUnaligned(
      fromByteOffset: position * MemoryLayout<Word>.size, as: Word.self)
    return header.elementType.isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)
  }
}
