internal import CombinatorialFiles

/// An .npy file of which some items along the first axis are read, from where they lie in it.
package struct NumPyItems: Sendable {
  /// The extent of each axis of the whole file, at least one.
  package let shape: [Int]
  private let header: NumPyHeader
  private let path: String
  /// In bytes, where the elements begin.
  private let start: Int

  private static let longestHeader = 1 << 17

  /// Reads what stands in front of the elements, and compares the size of the file with it.
  ///
  /// - Throws: ``NumPyFileError/file(_:)`` for what is no file with items, such as a pipe or an array in Fortran order.
  package init(contentsOf path: String) throws(NumPyFileError) {
    self.path = path
    guard let file = RegularFile(path),
      let front = file.elements(UInt8.self, count: min(file.size, Self.longestHeader), from: 0)
    else {
      // What is not there has its own error, and a pipe has no parts.
      if path != FileBytes.standardInput, !FileBytes.exists(path) {
        do { _ = try FileBytes.read(path) } catch { throw .file(error) }
      }
      throw .file(.unreadable(file: FileBytes.name(of: path), reason: "expected a file"))
    }
    var reader = ByteReader(front, file: path)
    do { header = try NumPyHeader(from: &reader) } catch { throw .file(error) }
    (shape, start) = (header.shape, reader.offset)
    guard !shape.isEmpty, !header.isFortranOrder || shape.count == 1 else {
      throw .file(
        .unreadable(
          file: path, reason: "expected an array in C order, to read items of its first axis"))
    }
    let size = header.elementCount * header.elementType.byteCount
    guard file.size - start == size else {
      throw .file(
        .corrupt(
          file: path, offset: min(file.size, start + size),
          expected: "\(size) bytes of elements", found: "\(file.size - start)"))
    }
  }

  /// The items, as ``NumPyArray`` has them.
  ///
  /// - Parameter items: Within the first extent.
  package func array(_ items: Range<Int>) throws(NumPyFileError) -> NumPyArray {
    let part = NumPyHeader(header, items: items.count)
    let size = part.elementType.byteCount
    let skipped = items.isEmpty ? 0 : part.elementCount / items.count * items.lowerBound
    let place = start + skipped * size
    func failed() -> NumPyFileError {
      .file(.unreadable(file: path, reason: "items \(items) could not be read"))
    }
    guard let file = RegularFile(path) else { throw failed() }
    if part.elementType.kind == .float, size > 2,
      part.elementType.isBigEndian == NumPyElementType.hostIsBigEndian
    {
      let elements: NumPyArray.Elements? =
        size == 4
        ? file.elements(Float.self, count: part.elementCount, from: place).map { .float($0) }
        : file.elements(Double.self, count: part.elementCount, from: place).map { .double($0) }
      guard let elements else { throw failed() }
      return NumPyArray(checkedShape: part.shape, elements: elements)
    }
    guard let bytes = file.elements(UInt8.self, count: part.elementCount * size, from: place)
    else { throw failed() }
    do throws(InexactInteger) {
      let elements = try bytes.withUnsafeBufferPointer { bytes throws(InexactInteger) in
        try NumPyElementSource(bytes: UnsafeRawBufferPointer(bytes), header: part).elements()
      }
      return NumPyArray(checkedShape: part.shape, elements: elements)
    } catch {
      throw .inexactInteger(
        file: path, cell: header.cell(storedAt: skipped + error.storedIndex), value: error.text)
    }
  }
}
