import Foundation
import ProblemFiles

/// A program of the operating system, run to its end.
struct SystemCommand {
  let program: String
  let arguments: [String]
  /// How to get the program where it is missing.
  let remedy: String
  var folder: String?
  /// Of the environment, beside what this process has.
  var settings = ["LC_ALL=C"]

  /// What the program wrote, errors included, in the C locale.
  @discardableResult
  func output() throws(DataBuildError) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = settings + [program] + arguments
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
