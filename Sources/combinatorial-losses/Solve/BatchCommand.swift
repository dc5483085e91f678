import ArgumentParser
import DistributedTraining
import ProblemFiles

/// A `solve` command whose batch several processes divide: each reads its problems from the file, and the first
/// prints all answers in order.
protocol BatchCommand: AnsweringCommand, DistributedCommand {
  var file: CostFile { get }
  /// Axes of one problem.
  static var axes: Int { get }
}

/// The part of a batch that is read and answered now; nil: all of it.
enum BatchSlice {
  @TaskLocal static var current: Range<Int>?
}

extension BatchCommand {
  static var axes: Int { 2 }

  func compute() throws {
    let processes = DataParallel(Ranks.communicator)
    guard processes.size > 1 else { return try tell { try answers() } }
    let shape: [Int]
    do {
      shape = try Ranks.together(processes) { try sharedShape(processes) }
    } catch let error as CommunicatorError {
      throw error
    } catch { return try tell { throw error } }
    if shape.count > Self.axes {
      try answer(shape, processes)
    } else {
      defer { Ranks.endTogether() }
      if processes.isLeader { try tell { try answers() } }
    }
  }

  /// The shape of the file, the same on all processes, with which the problems can be put to the solver.
  private func sharedShape(_ processes: DataParallel) throws -> [Int] {
    let shape = try processes.together { try NumPyItems(contentsOf: file.costs).shape }
    var (numbers, arguments) = (Fingerprint(), Fingerprint())
    numbers.add(shape)
    arguments.add(Array(CommandLine.arguments.dropFirst()))
    try processes.expectSame(["arguments": arguments, "shape of the costs": numbers])
    if shape.count > Self.axes {
      try BatchSlice.$current.withValue(0..<0) { _ = try answers() }
    }
    return shape
  }

  /// Answers the problems in rounds, in each of which every process has some that follow each other.
  private func answer(_ shape: [Int], _ processes: DataParallel) throws {
    let (count, size) = (shape[0], shape.dropFirst().reduce(1, *))
    let evenly = (count + processes.size - 1) / processes.size
    let problems = max(1, min(evenly, BatchSlice.numbers / max(1, size)))
    var refusals = Refusals()
    for first in stride(from: 0, to: count, by: problems * processes.size) {
      let start = min(count, first + processes.rank * problems)
      let items = start..<min(count, start + problems)
      let told = try items.isEmpty ? [] : BatchSlice.$current.withValue(items) { try answers() }
      refusals.add(told.compactMap(\.reason), at: start)
      let lines = Array(told.map(\.json).joined(separator: "\n").utf8)
      for part in try processes.communicator.collect(lines) where !part.isEmpty {
        try StandardOutput.write(line: String(decoding: part, as: UTF8.self))
      }
    }
    let (reason, total) = try refusals.all(processes)
    Ranks.endTogether()
    try Self.end(reason, of: total)
  }
}

extension BatchSlice {
  /// Costs that a process reads at once: 16 MB, as doubles.
  fileprivate static let numbers = 1 << 21
}

/// The problems of a process without a solution.
private struct Refusals {
  private var first: (item: Int, reason: String)?
  private var count = 0

  mutating func add(_ reasons: [String], at item: Int) {
    count += reasons.count
    if let reason = reasons.first { first = first ?? (item, reason) }
  }

  /// The first reason in the order of the file, on the first process, and how many there are on all.
  func all(_ processes: DataParallel) throws -> (reason: String?, total: Int) {
    let own = [first.map { Double($0.item) } ?? .infinity, Double(count)]
    let all = try processes.communicator.gather(own)
    let reasons = try processes.communicator.collect(Array((first?.reason ?? "").utf8))
    let place = all.indices.min { all[$0][0] < all[$1][0] } ?? 0
    let total = Int(all.reduce(0) { $0 + $1[1] })
    let reason = total > 0 && processes.isLeader ? reasons[place] : nil
    return (reason.map { String(decoding: $0, as: UTF8.self) }, total)
  }
}
