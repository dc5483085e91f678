import Foundation
import TestSupport
import Testing

/// A write that fails is an error and status 74; `/dev/full` is a disk without room.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
struct FailedWriteTests {
  private static let graph = "p edge 2 1\ne 1 2 3\n"
  private static let solve = ["solve", "spanning-tree", "-"]
  private static let paths = [
    "paths", "demo", "--maps", "4", "--test-maps", "2", "--epochs", "1", "--batch-size", "2",
  ]
  private static let bags = [
    "bags", "train", "--data", "digits", "--model", "mlp", "--epochs", "1", "--bag-size", "4",
  ]

  /// Runs the tool by a shell, with what the shell does to its streams.
  private func shell(_ arguments: [String], _ streams: String, input: String = "") throws
    -> Tool.Outcome
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "set -o pipefail; \"$0\" \"$@\" \(streams)", Tool.path] + arguments
    let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    process.standardInput = standardInput
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let lines = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Tool.Outcome(status: process.terminationStatus, output: text, errors: lines)
  }

  @Test(arguments: [
    (solve, "> /dev/full", "No space left on device"), (solve, ">&-", "Bad file descriptor"),
    (["--help"], "> /dev/full", "No space left on device"),
    (["solve", "--help"], "> /dev/full", "No space left on device"),
  ])
  func resultsThatAreLostAreAnError(arguments: [String], streams: String, reason: String) throws {
    let outcome = try shell(arguments, streams, input: Self.graph)
    #expect(outcome.status == 74)
    #expect(
      outcome.errors == "combinatorial-losses: standard output: cannot be written: \(reason)\n")
  }

  @Test func aPipeThatNobodyReadsIsAnError() throws {
    // The reader is gone before the graph comes.
    let outcome = try shell(
      Self.solve,
      "< <(sleep 2; printf '\(Self.graph.replacingOccurrences(of: "\n", with: "\\n"))') | true")
    #expect(outcome.status == 74)
    #expect(
      outcome.errors == "combinatorial-losses: standard output: cannot be written: Broken pipe\n")
  }

  @Test func progressThatIsLostIsAnErrorAtTheEnd() throws {
    let folder = try TemporaryFolder()
    let outcome = try shell(
      Self.paths + ["--figure", folder.path + "/paths.svg"], "2> /dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.output.contains("test maps with their paths"))
    #expect(try shell(["solve", "spanning-tree", "/nowhere"], "2> /dev/full").status == 65)
  }

  /// The file takes the number of the stream that was closed, and must not get what is written to it.
  @Test func aClosedStreamIsNoFile() throws {
    let folder = try TemporaryFolder()
    let log = folder.path + "/log.jsonl"
    let outcome = try shell(Self.bags + ["--log", log], ">&- 2>&-")
    #expect(outcome.status == 74)
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.contains("\"kind\":") })
  }

  @Test(arguments: ["--log", "--checkpoint"])
  func filesOfARunThatAreLostAreAnError(option: String) throws {
    let outcome = try Tool.run(Self.bags + [option, "/dev/full"])
    #expect(outcome.status == 74 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("/dev/full: "))
    #expect(outcome.errors.contains("No space left on device\n"))
    #expect(
      try FileManager.default.attributesOfItem(atPath: "/dev/full")[.type] as? FileAttributeType
        == .typeCharacterSpecial)
  }

  @Test(arguments: ["--figure", "--results"])
  func picturesAndTablesThatAreLostAreAnError(option: String) throws {
    let folder = try TemporaryFolder()
    let full = folder.path + "/full.svg"
    try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: "/dev/full")
    let rest = option == "--figure" ? [] : ["--figure", folder.path + "/paths.svg"]
    let outcome = try Tool.run(Self.paths + [option, full] + rest)
    #expect(outcome.status == 74)
    #expect(outcome.errors.hasSuffix("\(full): cannot be written: No space left on device\n"))
    #expect(!outcome.output.contains(full))
  }

  @Test func foldersThatCannotBeMadeAreAnError() throws {
    let outcome = try Tool.run(Self.bags + ["--log", "/nowhere/log.jsonl"])
    #expect(outcome.status == 74 && outcome.output.isEmpty)
    #expect(
      outcome.errors.contains("/nowhere/log.jsonl: cannot be written: No such file or directory\n"))
  }
}
