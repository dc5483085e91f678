import CFuzzer
import Foundation

/// The readers of files under libFuzzer: FUZZ_PROBLEM names one.
///
///     FUZZ_PROBLEM=numpy fuzz-readers [libFuzzer's options] [FILE | FOLDER …]
///     fuzz-readers --list            the readers, and the folders of their sources
///
/// A reader takes any bytes and either returns or throws an error of its own types; it does not crash, hang
/// or take memory out of proportion, and what a writer makes of what it read is read as the same.
@main
struct FuzzReaders {
  static func main() {
    if CommandLine.arguments.dropFirst().first == "--list" {
      for reader in Reader.all { print(reader.name, reader.sources.joined(separator: " ")) }
      return
    }
    let name = ProcessInfo.processInfo.environment["FUZZ_PROBLEM"] ?? ""
    guard let reader = Reader.all.first(where: { $0.name == name }) else {
      let message = "fuzz-readers: FUZZ_PROBLEM=\(name): no such reader\n"
      FileHandle.standardError.write(Data(message.utf8))
      exit(64)
    }
    chosen = reader
    var (count, arguments) = (CommandLine.argc, Optional(CommandLine.unsafeArgv))
    exit(
      LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        FuzzReaders.chosen?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }

  /// libFuzzer calls a C function, which has nothing but globals.
  nonisolated(unsafe) private static var chosen: Reader?
}

/// What is fuzzed of one kind of files.
struct Reader: Sendable {
  let name: String
  /// Folders or files, from the project's own.
  let sources: [String]
  /// The errors that it may throw.
  let errors: [any Error.Type]
  let read: @Sendable ([UInt8]) throws -> Void

  /// Reads, and sees that an error is one that can be shown: of a known type, one short line.
  func run(_ bytes: [UInt8]) {
    do {
      try read(bytes)
    } catch {
      precondition(errors.contains { type(of: error) == $0 }, "an error of \(type(of: error))")
      let line = "\(error)"
      precondition(!line.isEmpty && line.utf8.count < 2000, "an error of \(line.utf8.count) bytes")
    }
  }
}

/// What was read differs from what was written.
func expect<Value: Equatable>(_ found: Value, equals expected: Value) {
  precondition(found == expected, "not the same after a round trip")
}

/// The bytes of an input as a file, for readers that take a path. It has no name, and is always the same.
enum ScratchFile {
  private static let descriptor: Int32 = {
    var template = Array("\(NSTemporaryDirectory())/fuzz-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    precondition(descriptor >= 0, "no temporary file: \(String(cString: strerror(errno)))")
    unlink(template)
    return descriptor
  }()

  /// Its path, with these contents.
  static func holding(_ bytes: [UInt8]) -> String {
    precondition(
      ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes, bytes.count, 0) == bytes.count,
      "the temporary file cannot be written")
    lseek(descriptor, 0, SEEK_SET)
    return "/dev/fd/\(descriptor)"
  }
}
