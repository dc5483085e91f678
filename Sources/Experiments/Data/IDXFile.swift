import ProblemFiles

/// An array of bytes in the IDX format of the MNIST family: two zero bytes, the element type, the
/// rank, the extents as big-endian 32-bit integers, then the elements in row-major order.
struct IDXFile: Equatable {
  let shape: [Int]
  let elements: [UInt8]

  static let unsignedByte: UInt8 = 0x08

  /// - Parameter rank: The rank that the file must have: 1 for labels, 3 for gray pictures.
  init(_ bytes: [UInt8], rank: Int, file: String) throws(DataFileError) {
    var reader = ByteReader(bytes, file: file)
    let magic = Array(try reader.take(4, for: "magic number"))
    let expected = [0, 0, Self.unsignedByte, UInt8(rank)]
    guard magic == expected else {
      throw reader.corrupt(at: 0, expected: "magic number \(expected)", found: "\(magic)")
    }
    var shape: [Int] = []
    for axis in 0..<rank {
      shape.append(try reader.bigEndian32(for: "extent of axis \(axis)"))
    }
    var count = 1
    for (axis, extent) in shape.enumerated() {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else {
        throw reader.corrupt(
          at: 4 + 4 * axis, expected: "a size that can be counted", found: "shape \(shape)")
      }
      count = product
    }
    elements = Array(try reader.take(count, for: "elements of shape \(shape)"))
    try reader.expectEnd()
    self.shape = shape
  }

  /// Reads a gzip-packed IDX file.
  init(gzipFile path: String, rank: Int) throws(DataFileError) {
    let unpacked = try Gzip.unpack(FileBytes.read(path), file: path)
    try self.init(unpacked, rank: rank, file: "\(path), unpacked")
  }
}
