internal import CombinatorialFiles

/// Whole files, read at once and replaced at once.
enum FileAccess {
  static func contents(of path: String) throws(SafetensorsError) -> [UInt8] {
    do {
      return try FileContents.read(path)
    } catch {
      throw .system(file: path, operation: error.operation, message: error.reason)
    }
  }

  /// Makes `path` a file of these bytes, or leaves it as it was.
  static func replace(_ path: String, with bytes: [UInt8]) throws(SafetensorsError) {
    do {
      try FileReplacement.write(bytes, to: path)
    } catch {
      throw .system(file: error.file, operation: error.operation, message: error.reason)
    }
  }
}
