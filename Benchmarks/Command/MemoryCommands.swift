import ArgumentParser
import CombinatorialLosses
import CombinatorialSolvers
import Foundation
import ProblemFiles

/// Aligns a prediction with a target of as many tokens, and reports how much memory the process had at
/// most: the costs, a matrix of length x length, never exist, and moves are kept block by block.
struct AlignmentMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alignment-memory",
    abstract: "Aligns two long sequences and prints the peak memory of the process as JSON.")

  @Option(help: "Tokens of the prediction and of the target.") var length = 20_000
  @Option(help: "Classes of the tokens.") var classes = 64
  @Option(help: "Exit status 1 if the peak exceeds so many MB.") var limit: Double?

  func validate() throws { try MemoryReport.expect(counts: [length, classes]) }

  func run() throws {
    try BenchmarksCommand.prepare()
    var generator = SeededGenerator(seed: 1)
    let logits = try Tensor.random(normal: [length, classes], using: &generator)
    let targets = (0..<length).map { _ in Int32.random(in: 0..<Int32(classes), using: &generator) }
    let start = ContinuousClock.now
    let path = try alignTokens(logits: logits, targets: targets)[0]
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try MemoryReport.write(
      [
        "length": Double(length), "value": path.value, "moves": Double(path.moves.count),
        "seconds": seconds,
      ], limitMegabytes: limit)
  }
}

/// Answers an assignment from a file as `combinatorial-losses solve assignment` does, and how much memory the process
/// had at most: of the costs there is one array, neither a copy nor numbers of another type.
struct AssignmentMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assignment-memory",
    abstract: "Solves a large assignment from a file and prints the peak memory as JSON.")

  @Option(help: "Rows and columns.") var size = 6_000
  @Flag(help: "Look for the greatest value.") var maximize = false
  @Option(help: "Exit status 1 if the peak exceeds so many times the file.") var limit: Double?

  func validate() throws { try MemoryReport.expect(counts: [size]) }

  func run() throws {
    try BenchmarksCommand.prepare()
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("benchmark-assignment-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let megabytes = Double(try writeCosts(to: path)) / 1_000_000
    let start = ContinuousClock.now
    let answers = try Answer.solving(
      Assignment(), CostArray(contentsOf: path), AnswerOptions(maximizes: maximize)
    ) { ["isUnique": $0.solution.isUnique] }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if let reason = answers.compactMap(\.reason).first {
      throw BenchmarksError.wrongResult(reason)
    }
    try MemoryReport.write(
      [
        "size": Double(size), "fileMegabytes": megabytes, "seconds": seconds,
        "answerMegabytes": Double(answers[0].json.utf8.count) / 1_000_000,
      ], limitMegabytes: limit.map { $0 * megabytes })
  }

  /// Random numbers, row by row, so that making them takes no memory; returns the bytes of the file.
  private func writeCosts(to path: String) throws -> Int {
    let shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(size), \(size)), }"
    let text = shape.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
    let header = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(text.utf8)
    try header.write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<size {
      let row = (0..<size).map { _ in Float.random(in: 0..<1, using: &generator) }
      try file.write(contentsOf: row.withUnsafeBytes { Data($0) })
    }
    return Int(try file.offset())
  }
}

/// The bag loss and its gradient on large bags, and how much memory the process had at most: beside the
/// logits and their gradient nothing of that size may exist.
struct BagMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bag-memory",
    abstract: "Takes a bag-loss step and prints the peak memory of the process as JSON.")

  @Option(help: "Bags.") var bags = 64
  @Option(help: "Items of a bag.") var size = 32
  @Option(help: "Classes.") var classes = 30_000
  @Option(help: "Exit status 1 if the peak exceeds so many times the logits and their gradient.")
  var limit: Double?

  func validate() throws { try MemoryReport.expect(counts: [bags, size, classes]) }

  func run() throws {
    var generator = SeededGenerator(seed: 1)
    let logits = try Tensor.random(normal: [bags, size, classes], using: &generator)
      .requiringGradient()
    let labels = (0..<bags * size).map { _ in
      Int32.random(in: 0..<Int32(classes), using: &generator)
    }
    let loss = try bagLoss(logits: logits, labels: labels).mean()
    let gradient = try loss.gradients(of: [logits])[0]
    let needed = Double(4 * (logits.count + gradient.count)) / 1_000_000
    try MemoryReport.write(
      ["loss": Double(try loss.item()), "logitsAndGradientMegabytes": needed],
      limitMegabytes: limit.map { $0 * needed })
  }
}

/// Transport between as many points on each side, and how much memory the process had at most: no matrix of their
/// distances exists.
struct TransportMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transport-memory",
    abstract: "Moves masses between points of the plane and prints the peak memory as JSON.")

  @Option(help: "Points on each side.") var points = 10_000
  @Option(help: "The seed of the points.") var seed: UInt64 = 1
  @Option(help: "Exit status 1 if the peak exceeds so many MB.") var limit: Double?

  func validate() throws { try MemoryReport.expect(counts: [points]) }

  func run() throws {
    var generator = SeededGenerator(seed: seed)
    func drawn() -> [Double] {
      (0..<2 * points).map { _ in .random(in: 0..<1, using: &generator) }
    }
    let (sources, targets) = (drawn(), drawn())
    let masses = [Double](repeating: 1 / Double(points), count: points)
    let start = ContinuousClock.now
    let solution = try TransportInSpace().solve(
      sources: sources, targets: targets, dimensions: 2, supply: masses, demand: masses)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try MemoryReport.write(
      [
        "points": Double(points), "value": solution.value, "dualityGap": solution.dualityGap,
        "seconds": seconds,
      ], limitMegabytes: limit)
  }
}

/// What the commands that measure memory have in common.
enum MemoryReport {
  static func expect(counts: [Int]) throws {
    if let count = counts.first(where: { $0 < 1 }) {
      throw ValidationError("expected sizes of at least 1, found \(count)")
    }
  }

  /// Writes figures and the process's peak memory as JSON, and ends with exit status 1 if that exceeds
  /// so many MB.
  static func write(_ figures: [String: Double], limitMegabytes: Double?) throws {
    let megabytes = ProcessUsage.current.peakMegabytes
    let report = figures.merging(["peakMegabytes": megabytes]) { $1 }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    Console.write(
      String(decoding: try encoder.encode(report), as: UTF8.self), to: .standardOutput)
    if let limitMegabytes, megabytes > limitMegabytes { throw ExitCode.failure }
  }
}
