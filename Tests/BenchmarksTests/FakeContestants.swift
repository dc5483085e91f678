import Foundation

@testable import CombinatorialBenchmarks

/// A clock that only moves when a fake contestant works. Tests are single-threaded users of it.
final class FakeClock: @unchecked Sendable {
  var seconds = 0.0
  var log: [String] = []

  func contestant(
    _ name: String, seconds: Double, threads: Int = 1, instances: Int = 1,
    references: [String] = [], check: @escaping () throws -> Void = {}
  ) -> Contestant {
    Contestant(
      name: name, threads: threads, instances: instances, references: references,
      run: {
        self.seconds += seconds
        self.log.append(name)
      }, check: check)
  }

  func timing(secondsPerContestant: Double = 0, fewestRounds: Int = 3) -> AlternatedTiming {
    AlternatedTiming(
      secondsPerContestant: secondsPerContestant, fewestRounds: fewestRounds,
      secondsPerSample: 0, clock: { self.seconds })
  }
}

/// A row whose only ratio is `ratio`.
func row(
  _ name: String, _ contestant: String = "current", against reference: String = "scalar",
  ratio: Double, threads: Int = 1
) -> BenchmarkRow {
  BenchmarkRow(
    case: name, contestant: contestant, instructionSet: "avx2", threads: threads, instances: 1,
    secondsPerInstance: Summary(of: [1]), instancesPerSecond: 1,
    ratios: [.init(reference: reference, ratio: Summary(of: [ratio]))], isPartOfReferences: false)
}

/// Calls `body` with a new folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("BenchmarksTests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
