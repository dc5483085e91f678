import Foundation
import ProblemFiles

/// A program of the operating system, run to its end.
struct SystemCommand {
  let program: String
  let arguments: [String]
  /// How to get the program where it is missing.
  let remedy: String
  var folder: String?

  /// What the program wrote, errors included, in the C locale.
  @discardableResult
  func output() throws(DataBuildError) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["LC_ALL=C", program] + arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    do { try process.run() } catch {
      throw .programFailed(program: program, status: -1, reason: error.localizedDescription)
    }
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let statusOfEnvForMissingProgram: Int32 = 127
    guard process.terminationStatus != statusOfEnvForMissingProgram else {
      throw .programMissing(program: program, remedy: remedy)
    }
    guard process.terminationStatus == 0 else {
      throw .programFailed(
        program: program, status: process.terminationStatus,
        reason: output.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
    return output
  }
}

/// SHA-256 digests, as the program sha256sum computes them.
enum SHA256Sum {
  /// One digest of 64 hexadecimal digits for each file.
  static func digests(of files: [String]) throws(DataBuildError) -> [String] {
    guard !files.isEmpty else { return [] }
    let command = SystemCommand(
      program: "sha256sum", arguments: ["--"] + files, remedy: "apt-get install coreutils")
    let lines = try command.output().split(separator: "\n")
    // A backslash marks names with escaped characters.
    let digests = lines.map { $0.drop { $0 == "\\" }.prefix { $0.isHexDigit } }
    guard digests.count == files.count, digests.allSatisfy({ $0.count == 64 }) else {
      throw .programFailed(
        program: "sha256sum", status: 0, reason: "expected \(files.count) digests, found \(lines)")
    }
    return digests.map(String.init)
  }

  /// One digest for each text.
  static func digests(ofTexts texts: [String]) throws(DataBuildError) -> [String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("combinatorial-losses-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try GlyphFolders.make(folder)
    var files: [String] = []
    for (index, text) in texts.enumerated() {
      let file = "\(folder)/\(index)"
      do { try FileBytes.writeScratch(text.utf8, to: file) } catch { throw .file(error) }
      files.append(file)
    }
    return try digests(of: files)
  }
}
