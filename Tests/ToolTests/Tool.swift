import Foundation
import NumPyFiles
import TestSupport
import Testing

/// The built tool, run as a process of its own.
struct Tool {
  /// What a run left.
  struct Outcome {
    let status: Int32
    let output, errors: String

    /// Reads the one line of standard output.
    func report<Report: Decodable>(_: Report.Type = Report.self) throws -> Report {
      #expect(status == 0 && errors.isEmpty, "\(errors)")
      #expect(output.hasSuffix("}\n") && output.count { $0 == "\n" } == 1)
      return try JSONDecoder().decode(Report.self, from: Data(output.utf8))
    }

    /// Reads each line of standard output.
    func reports<Report: Decodable>(_: Report.Type = Report.self) throws -> [Report] {
      #expect(status == 0 && errors.isEmpty, "\(errors)")
      return try output.split(separator: "\n").map {
        try JSONDecoder().decode(Report.self, from: Data($0.utf8))
      }
    }

    private struct Refusal: Decodable {
      let status, reason: String
    }

    /// Expects an answer without a solution, its reason on standard error too, in one line.
    func expectRefusal(
      _ kind: String, naming texts: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      #expect(status == 65, sourceLocation: sourceLocation)
      let refusal = try JSONDecoder().decode(Refusal.self, from: Data(output.utf8))
      #expect(refusal.status == kind, "\(output)", sourceLocation: sourceLocation)
      #expect(
        errorLines.count == 2 && errorLines.last == "", "\(errors)", sourceLocation: sourceLocation)
      for text in texts {
        #expect(errors.contains(text), "\(errors)", sourceLocation: sourceLocation)
      }
    }

    /// Lines of standard error.
    var errorLines: [Substring] { errors.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  /// The tool is built into the folder of the test program.
  static let path: String = {
    let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    let candidates = sequence(first: program.deletingLastPathComponent()) {
      $0.path == "/" ? nil : $0.deletingLastPathComponent()
    }
    .map { $0.appendingPathComponent("combinatorial-losses").path }
    return candidates.first {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder)
        && !isFolder.boolValue
    } ?? program.path
  }()

  /// A process that can be sent signals.
  static func process(
    _ arguments: [String], environment: [String: String] = [:]
  ) -> (process: Process, output: Pipe, errors: Pipe) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    return (process, output, errors)
  }

  /// Runs the tool to its end. What it prints here fits into a pipe.
  static func run(
    _ arguments: String..., input: Data? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(arguments, input: input, environment: environment)
  }

  /// Runs the tool with a list of arguments.
  static func run(
    _ arguments: [String], input: Data? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    let (process, output, errors) = process(arguments, environment: environment)
    let pipe = Pipe()
    if input != nil { process.standardInput = pipe }
    try process.run()
    if let input {
      try pipe.fileHandleForWriting.write(contentsOf: input)
      try pipe.fileHandleForWriting.close()
    }
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorData = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: String(decoding: outputData, as: UTF8.self),
      errors: String(decoding: errorData, as: UTF8.self))
  }
}

extension Tool {
  /// Expects `solve` to refuse costs.
  static func expectRefusal(
    of costs: [Double], _ shape: [Int], by problem: String, _ kind: String, naming texts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let file = try folder.array(costs, shape)
    try run("solve", problem, file)
      .expectRefusal(kind, naming: [file] + texts, sourceLocation: sourceLocation)
  }
}

extension TemporaryFolder {
  /// Writes an array; returns the path of its file.
  func array(_ numbers: [Double], _ shape: [Int], _ name: String = "costs") throws -> String {
    let path = "\(self.path)/\(name).npy"
    try NumPyArray(shape: shape, elements: .double(numbers)).write(to: path)
    return path
  }
}
