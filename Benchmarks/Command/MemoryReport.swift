import ArgumentParser
import Foundation

/// What a command that measures memory ends with.
enum MemoryReport {
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
