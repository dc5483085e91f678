import ArgumentParser
import Foundation

/// Times the cases, the user's own instances, or what the regression check holds.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Times the kernels (the default).")

  static let defaultThresholds = "Benchmarks/thresholds.json"

  @Option(help: "Only cases whose name holds this or matches it as a regular expression.")
  var filter: String?

  @Flag(help: "Fewer cases and fewer rounds.")
  var quick = false

  @Flag(help: "Print the names of the cases and stop.")
  var list = false

  @Option(help: "Write the results as JSON (- for standard output).")
  var json: String?

  @Option(help: "Draw the ratios; .svg or .png.")
  var plot: String?

  @Option(
    help: ArgumentHelp(
      "Time the kernels on your own batches instead: NumPy files named PROBLEM-anything.npy, "
        + "for example assignment-mine.npy of shape [rows, columns] or [batch, rows, columns].",
      valueName: "dir"))
  var instances: String?

  @Option(
    help: ArgumentHelp(
      "Compare ratios with a file of thresholds; exit status 1 if one fell below.",
      valueName: "thresholds"))
  var check: String?

  @Flag(help: .hidden)
  var secondProcess = false

  @Flag(help: "Renew the thresholds (of --check, or \(RunCommand.defaultThresholds)).")
  var record = false

  @Option(
    help:
      "With --record: the share of a ratio that may be lost before the check fails; by default as recorded."
  )
  var margin: Double?

  func validate() throws {
    if instances != nil, check != nil || record || plot != nil || quick || list {
      throw ValidationError("--instances goes with --filter and --json only.")
    }
    if check != nil || record, list || plot != nil {
      throw ValidationError("--check and --record go with --filter and --json only.")
    }
    if let margin, !(0..<1 ~= margin) {
      throw ValidationError("--margin must be at least 0 and below 1.")
    }
  }

  func run() throws {
    if list {
      for name in selectedCases.map(\.name) { Console.write(name, to: .standardOutput) }
      return
    }
    try BenchmarksCommand.prepare()
    KeptPages.enable()
    do {
      if let instances {
        try UserInstancesRun(directory: instances, filter: filter, json: json, output: output).run()
      } else if record {
        try RegressionRun(
          file: check ?? Self.defaultThresholds, filter: filter, json: json, output: output
        )
        .record(cases: selectedCases.filter(\.isRepresentative), margin: margin)
      } else if let check {
        try RegressionRun(file: check, filter: filter, json: json, output: output)
          .check(isSecond: secondProcess)
      } else {
        try SuiteRun(cases: selectedCases, isQuick: quick, json: json, plot: plot, output: output)
          .run()
      }
    } catch let error as BenchmarksError where error.isBadData {
      Console.note("error: \(error)")
      throw ExitCode(BenchmarksError.badDataStatus)
    }
  }

  private var selectedCases: [BenchmarkCase] {
    let filter = filter.map(CaseFilter.init)
    return Suite.all.filter { (!quick || $0.isRepresentative) && filter?.matches($0.name) ?? true }
  }

  /// The table goes to standard output unless the JSON does.
  private var output: FileHandle { json == "-" ? .standardError : .standardOutput }
}
