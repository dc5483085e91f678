#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension LinearModel {
  /// Reads a model in the MPS format, fixed or free.
  ///
  /// The first free row is the objective; others are left out. Integer columns become real ones and
  /// are listed in ``relaxedColumns``; those without bounds lie between 0 and 1, as is the custom.
  ///
  /// The package has a reader of its own because Clp's writes to standard output, ignores OBJSENSE
  /// and does not say where a file is wrong.
  ///
  /// - Throws: `LinearProgramError.unreadableFile`, and `.corruptFile` with the line and what was
  ///   expected there.
  public init(mps path: String) throws(LinearProgramError) {
    let bytes = try Self.contents(of: path)
    if bytes.starts(with: [0x1F, 0x8B]) {
      throw .corruptFile(path: path, line: 0, reason: "expected text, found a compressed file")
    }
    var reader = MPSReader(path: path)
    // Any line ending counts; bytes that are not UTF-8 are replaced, and fail where a number should be.
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if try reader.read(String(decoding: line.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self))
      {
        self = try reader.model()
        return
      }
    }
    throw .corruptFile(path: path, line: reader.line, reason: "expected ENDATA, found the end")
  }

  private static func contents(of path: String) throws(LinearProgramError) -> [UInt8] {
    func failure() -> LinearProgramError {
      .unreadableFile(path: path, reason: String(cString: strerror(errno)))
    }
    guard let file = fopen(path, "r") else { throw failure() }
    defer { fclose(file) }
    var contents: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&block, 1, block.count, file)
      contents += block[..<count]
      // A folder can be opened, but not read.
      guard ferror(file) == 0 else { throw failure() }
      if count < block.count { return contents }
    }
  }
}
