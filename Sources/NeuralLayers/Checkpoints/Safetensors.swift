internal import CombinatorialFiles
public import DifferentiableTensor

/// The contents of a file in the safetensors format: named tensors and a few strings.
///
/// Files are read from any program that writes F32, F64, F16, BF16, integers or booleans (all become
/// `Float`; F64 and integers beyond 2^24 round to nearest) and written as F32, names in the order of their UTF-8 bytes, so that equal
/// contents give equal files. Every byte of a file is accounted for: one that is cut off, or whose
/// header contradicts its data, is refused with the place where it does.
///
/// Literature: the format's description, https://github.com/huggingface/safetensors#format.
public struct Safetensors: Sendable {
  /// The tensors by name. `__metadata__` is not a name of a tensor.
  public var tensors: [String: Tensor]
  /// Free text beside the tensors.
  public var metadata: [String: String]

  /// Contents to be written.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  /// Reads a file.
  ///
  /// - Throws: `SafetensorsError.system` if the file cannot be read, `.malformed` if it does not
  ///   follow the format or holds another type of numbers.
  public init(contentsOf path: String) throws(SafetensorsError) {
    try self.init(bytes: FileAccess.contents(of: path), file: path)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: All of the file.
  ///   - file: What errors call the bytes.
  /// - Throws: `SafetensorsError.malformed`.
  public init(bytes: [UInt8], file: String = "bytes") throws(SafetensorsError) {
    let header = try SafetensorsHeader(bytes: bytes, file: file)
    tensors = [:]
    metadata = header.metadata
    for entry in header.entries {
      do {
        tensors[entry.name] = try Tensor(
          shape: entry.shape, filledBy: { Self.read(bytes, entry, into: $0) })
      } catch {
        throw .malformed(
          file: file, offset: entry.offset, expected: "a tensor that fits in memory",
          found: PrintableText.excerpt("\(entry.shape.prefix(64))"))
      }
    }
  }

  /// Writes a file, in one step: whatever goes wrong, the file that was there before survives.
  ///
  /// The bytes go to a temporary file in the same folder, which is synchronized with the disk and
  /// then renamed; those that killed processes left of this file are removed first. A pipe or a device
  /// takes the bytes itself.
  ///
  /// - Throws: `SafetensorsError.system`; `.malformed` if a tensor is called `__metadata__`.
  public func write(to path: String) throws(SafetensorsError) {
    guard tensors["__metadata__"] == nil else {
      throw .malformed(
        file: path, offset: 8, expected: "tensor names other than __metadata__",
        found: "__metadata__")
    }
    try FileAccess.replace(path, with: bytes)
  }

  /// The bytes of the file.
  public var bytes: [UInt8] {
    let names = tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let header = header(names)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + tensors.values.reduce(0) { $0 + 4 * $1.count })
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for case let tensor? in names.map({ tensors[$0] }) { Self.append(tensor, to: &bytes) }
    return bytes
  }

  private func header(_ names: [String]) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      fields.append("\"__metadata__\":{\(entries.joined(separator: ","))}")
    }
    var offset = 0
    for name in names {
      guard let tensor = tensors[name] else { continue }
      let end = offset + 4 * tensor.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(Self.quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    let text = Array("{\(fields.joined(separator: ","))}".utf8)
    return text + [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\n": "\\n"
      case "\t": "\\t"
      case _ where scalar.value < 0x20:
        "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  // MARK: Numbers

  private static func append(_ tensor: Tensor, to bytes: inout [UInt8]) {
    tensor.withUnsafeScalars { scalars in
      #if _endian(little)
        bytes.append(contentsOf: UnsafeRawBufferPointer(scalars))
      #else
        for scalar in scalars {
          withUnsafeBytes(of: scalar.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
      #endif
    }
  }

  private static func read(
    _ bytes: [UInt8], _ entry: SafetensorsEntry, into scalars: UnsafeMutableBufferPointer<Float>
  ) {
    bytes.withUnsafeBytes { file in
      let source = UnsafeRawBufferPointer(rebasing: file[entry.bytes])
      func load<Bits: FixedWidthInteger>(_: Bits.Type, _ index: Int) -> Bits {
        let bits = source.loadUnaligned(fromByteOffset: index * Bits.bitWidth / 8, as: Bits.self)
        return Bits(littleEndian: bits)
      }
      for index in scalars.indices {
        scalars[index] =
          switch entry.type {
          case .float32: Float(bitPattern: load(UInt32.self, index))
          case .float64: Float(Double(bitPattern: load(UInt64.self, index)))
          case .float16: Float(halfPrecision: load(UInt16.self, index))
          case .brainFloat16: Float(bitPattern: UInt32(load(UInt16.self, index)) << 16)
          case .int64: Float(load(Int64.self, index))
          case .int32: Float(load(Int32.self, index))
          case .int16: Float(load(Int16.self, index))
          case .int8: Float(load(Int8.self, index))
          case .unsigned64: Float(load(UInt64.self, index))
          case .unsigned32: Float(load(UInt32.self, index))
          case .unsigned16: Float(load(UInt16.self, index))
          case .unsigned8: Float(load(UInt8.self, index))
          case .boolean: load(UInt8.self, index) == 0 ? 0 : 1
          }
      }
    }
  }
}
