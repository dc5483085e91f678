internal import CombinatorialFiles

/// The arrays of an .npz file, by name.
///
/// ```swift
/// let archive = try NumPyArchive(contentsOf: "data.npz")
/// let pictures = try Tensor(archive["pictures"])
/// let labels = try archive["labels"].integers(Int32.self)
/// try NumPyArchive.write(["logits": NumPyArray(logits)], to: "logits.npz")
/// ```
///
/// An array is read when it is asked for: one of a kind that cannot be read is in nobody's way.
public struct NumPyArchive: Sendable {
  /// The names of the arrays, in the order of the file.
  public let names: [String]

  private let file: String
  private let zip: ZipReader
  private let members: [String: ZipReader.Member]
  private static let suffix = ".npy"

  /// Reads a file as `numpy.savez` and `numpy.savez_compressed` write it, or standard input for `-`.
  ///
  /// - Throws: ``NumPyFileError/file(_:)`` for what is no zip archive, is damaged, or has a name twice.
  public init(contentsOf path: String) throws(NumPyFileError) {
    do {
      try self.init(FileBytes.read(path), file: FileBytes.name(of: path))
    } catch {
      throw .file(error)
    }
  }

  init(_ bytes: [UInt8], file: String) throws(DataFileError) {
    zip = try ZipReader(bytes, file: file)
    self.file = file
    var (names, members): ([String], [String: ZipReader.Member]) = ([], [:])
    for member in zip.members where member.name.hasSuffix(Self.suffix) {
      let name = String(member.name.dropLast(Self.suffix.count))
      guard members.updateValue(member, forKey: name) == nil else {
        throw .corrupt(
          file: file, offset: member.header, expected: "every name once",
          found: "“\(PrintableText.excerpt(name))” again")
      }
      names.append(name)
    }
    (self.names, self.members) = (names, members)
  }

  /// The array of this name.
  ///
  /// - Throws: ``NumPyFileError/noArray(file:name:names:)``, and what ``NumPyArray/init(contentsOf:)`` throws;
  ///   offsets count within the array.
  public subscript(name: String) -> NumPyArray {
    get throws(NumPyFileError) {
      guard let member = members[name] else {
        throw .noArray(file: file, name: name, names: names)
      }
      let bytes: [UInt8]
      do { bytes = try zip.contents(of: member) } catch { throw .file(error) }
      return try NumPyArray(bytes, file: "\(file): \(member.name)")
    }
  }

  /// The text of an array of one string of bytes, whose type is read no further: what stands at its end.
  package func text(named name: String) throws(NumPyFileError) -> String {
    guard let member = members[name] else { throw .noArray(file: file, name: name, names: names) }
    let bytes: [UInt8]
    do { bytes = try zip.contents(of: member) } catch { throw .file(error) }
    let text = bytes.reversed().prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    return String(decoding: text.reversed(), as: UTF8.self)
  }

  /// Writes an .npz file, its names in the order of their UTF-8 bytes: equal arrays give equal files.
  ///
  /// - Parameters:
  ///   - arrays: By their names, without `.npy`.
  ///   - path: The file.
  ///   - compresses: Whether arrays are deflated, as by `numpy.savez_compressed`.
  /// - Throws: ``NumPyFileError/file(_:)`` if the file cannot be written.
  public static func write(
    _ arrays: [String: NumPyArray], to path: String, compresses: Bool = false
  ) throws(NumPyFileError) {
    do {
      try FileBytes.write(bytes(of: arrays, compresses: compresses), to: path)
    } catch {
      throw .file(error)
    }
  }

  static func bytes(of arrays: [String: NumPyArray], compresses: Bool) -> [UInt8] {
    var zip = ZipWriter()
    for (name, array) in arrays.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      zip.add(name + suffix, array.fileBytes, deflates: compresses)
    }
    return zip.finished()
  }
}
