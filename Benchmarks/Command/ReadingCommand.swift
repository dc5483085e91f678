import ArgumentParser
import Foundation
import LinearPrograms
import ProblemFiles

/// Reads a text file of a given size, and reports how fast and with how much memory. One format a process:
/// the peak is that of the process.
struct ReadingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reading",
    abstract:
      "Reads a generated text file; prints speed and the peak memory of the process as JSON.",
    discussion: """
      The peak, in MB and as a multiple of the file, is what reading adds to the process.
      """)

  /// What can be read.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case fixedMPS = "mps"
    case freeMPS = "free-mps"
    case shortestPath = "sp"
    case maximumFlow = "max"
    case minimumCostFlow = "min"
    case edges = "col"
  }

  @Option(help: "The format: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = Format.fixedMPS

  @Option(help: "The size of the file.")
  var megabytes = 100

  @Option(help: "Exit status 1 if fewer MB a second are read.")
  var leastSpeed: Double?

  @Option(help: "Exit status 1 if the peak exceeds so many times the file.")
  var limit: Double?

  func validate() throws {
    guard megabytes > 0 else { throw ValidationError("--megabytes: expected at least 1") }
  }

  func run() throws {
    try BenchmarksCommand.prepare()
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("benchmark-reading-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let size = Double(try TextFileWriter.write(format, megabytes: megabytes, to: path)) / 1_000_000
    let before = ProcessUsage.current.peakMegabytes
    let start = ContinuousClock.now
    let count = try read(path)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let peak = ProcessUsage.current.peakMegabytes - before
    try MemoryReport.write(
      [
        "entries": Double(count), "megabytes": size, "seconds": seconds,
        "megabytesPerSecond": size / seconds, "peakReadingMegabytes": peak,
        "peakPerFile": peak / size,
      ], limitMegabytes: limit.map { $0 * size + before })
    if let leastSpeed, size / seconds < leastSpeed { throw ExitCode.failure }
  }

  /// Reads the file; returns how many entries it has.
  private func read(_ path: String) throws -> Int {
    switch format {
    case .fixedMPS, .freeMPS: try LinearModel(mps: path).constraints.entryCount
    case .shortestPath: try DIMACSGraph(path: path, problem: .shortestPath).weights.count
    case .maximumFlow: try DIMACSGraph(path: path, problem: .maximumFlow).weights.count
    case .minimumCostFlow: try DIMACSGraph(path: path, problem: .minimumCostFlow).weights.count
    case .edges: try DIMACSGraph(path: path, problem: .edges).weights.count
    }
  }
}

/// Writes text files piece by piece, so that making them takes no memory.
private struct TextFileWriter {
  private let file: FileHandle
  private let limit: Int
  private var piece = ""
  private var written = 0
  private var state: UInt64 = 1

  /// - Returns: The size in bytes.
  static func write(
    _ format: ReadingCommand.Format, megabytes: Int, to path: String
  ) throws -> Int {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw BenchmarksError.file(path, reason: "cannot be written") }
    var writer = TextFileWriter(file: file, limit: megabytes * 1_000_000)
    switch format {
    case .fixedMPS: try writer.writeMPS(isFixed: true)
    case .freeMPS: try writer.writeMPS(isFixed: false)
    case .shortestPath: try writer.writeGraph("sp", letter: "a", hasWeights: true)
    case .maximumFlow: try writer.writeGraph("max", letter: "a", hasWeights: true)
    case .minimumCostFlow:
      try writer.writeGraph("min", letter: "a", hasWeights: true, limits: " 0 1000")
    case .edges: try writer.writeGraph("col", letter: "e", hasWeights: false)
    }
    try writer.flush()
    try file.close()
    return writer.written
  }

  private init(file: FileHandle, limit: Int) { (self.file, self.limit) = (file, limit) }

  /// Numbers that look random (Knuth's linear congruential generator, MMIX).
  private mutating func random(_ range: Range<Int>) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return range.lowerBound + Int((state >> 33) % UInt64(range.count))
  }

  private mutating func line(_ text: String) throws {
    piece += text
    piece += "\n"
    if piece.utf8.count > 1 << 20 { try flush() }
  }

  private mutating func flush() throws {
    try file.write(contentsOf: Data(piece.utf8))
    written += piece.utf8.count
    piece = ""
  }

  /// Arcs of about 20 bytes, or edges of about 15.
  private mutating func writeGraph(
    _ problem: String, letter: String, hasWeights: Bool, limits: String = ""
  ) throws {
    let arcs = limit / ((hasWeights ? 21 : 16) + limits.utf8.count)
    let nodes = max(2, arcs / 4)
    try line("p \(problem) \(nodes) \(arcs)")
    for arc in 0..<arcs {
      let ends = "\(letter) \(random(1..<nodes + 1)) \(random(1..<nodes + 1))\(limits)"
      // One in four as a double prints in full.
      let weight = arc % 4 == 0 ? "\(Double(random(1..<1_000_000)) / 7)" : "\(random(1..<1000))"
      try line(hasWeights ? "\(ends) \(weight)" : ends)
    }
  }

  /// Columns of six entries, two a line, as many rows as half the columns, and a bound each.
  private mutating func writeMPS(isFixed: Bool) throws {
    func padded(_ text: String, _ width: Int) -> String {
      isFixed ? text + String(repeating: " ", count: max(0, width - text.utf8.count)) : text + " "
    }
    func number(_ text: String) -> String {
      isFixed ? String(repeating: " ", count: max(0, 12 - text.utf8.count)) + text : text
    }
    let columns = max(2, limit / (isFixed ? 260 : 150))
    let rows = columns / 2
    try line("NAME          READING")
    try line("ROWS")
    try line(" N  COST")
    for row in 0..<rows { try line(" L  R\(row)") }
    try line("COLUMNS")
    for column in 0..<columns {
      let name = "    " + padded("X\(column)", 10)
      let first = random(0..<rows)
      for entry in 0..<3 {
        let names = [
          entry == 0 ? "COST" : "R\((first + 2 * entry) % rows)",
          "R\((first + 2 * entry + 1) % rows)",
        ]
        let values = names.map { _ in "\(Double(random(1..<100_000)) / 64)" }
        try line(
          name + padded(names[0], 10) + padded(number(values[0]), 15)
            + padded(names[1], 10) + number(values[1]))
      }
    }
    try line("RHS")
    for row in 0..<rows {
      try line("    " + padded("B", 10) + padded("R\(row)", 10) + number("7.5"))
    }
    try line("BOUNDS")
    for column in 0..<columns {
      try line(" UP " + padded("B", 10) + padded("X\(column)", 10) + number("4"))
    }
    try line("ENDATA")
  }
}
