import Foundation
import ProblemFiles
import Testing

@testable import CombinatorialBenchmarks

@Suite struct UserInstancesRunTests {
  private func run(in folder: URL, json: String? = nil, filter: String? = nil) throws {
    try UserInstancesRun(
      directory: folder.path, filter: filter, json: json, output: .nullDevice,
      timing: AlternatedTiming(secondsPerContestant: 0, fewestRounds: 3)
    ).run()
  }

  @Test func batchesAreTimedOnOneThreadAndOnAll() throws {
    try withTemporaryFolder { folder in
      let costs = (0..<3 * 16).map { Float($0 * 7 % 11) }
      try NumPyArray(shape: [3, 4, 4], elements: .float(costs))
        .write(to: folder.path + "/assignment-mine.npy")
      try NumPyArray(shape: [4, 4], elements: .double(costs.prefix(16).map(Double.init)))
        .write(to: folder.path + "/assignment-one.npy")
      try Data().write(to: folder.appendingPathComponent("notes.txt"))
      let json = folder.appendingPathComponent("times.json")
      try run(in: folder, json: json.path)
      let report = try #require(
        JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any])
      let instances = try #require(report["instances"] as? [[String: Any]])
      #expect(
        instances.map { $0["file"] as? String } == ["assignment-mine.npy", "assignment-one.npy"])
      #expect(instances.map { $0["instances"] as? Int } == [3, 1])
      for instance in instances {
        let times = try #require(instance["secondsPerInstance"] as? [String: Double])
        #expect(Set(times.keys) == ["oneThread", "allThreads"])
        #expect(times.values.allSatisfy { $0 > 0 })
      }
    }
  }

  /// What a file holds that cannot be timed, and what the message must say.
  @Test(arguments: [
    ("assignment-nan.npy", [2, 2], [0, .nan, 1, 1], "column 1"),
    ("assignment-infeasible.npy", [2, 2], [.infinity, .infinity, 1, 1], "infeasible"),
    ("assignment-flat.npy", [4], [0, 1, 2, 3], "[4]"),
    ("assignment-empty.npy", [0, 2], [], "[0, 2]"),
    ("knapsack-a.npy", [2, 2], [0, 1, 2, 3], "assignment"),
    ("bag-loss-a.npy", [2, 2], [0, 1, 2, 3], "assignment"),
  ])
  func badFilesAreNamed(_ name: String, shape: [Int], costs: [Float], reason: String) throws {
    try withTemporaryFolder { folder in
      try NumPyArray(shape: shape, elements: .float(costs)).write(to: folder.path + "/" + name)
      #expect { try run(in: folder) } throws: { error in
        guard let error = error as? BenchmarksError, error.isBadData else { return false }
        return "\(error)".contains(name) && "\(error)".contains(reason)
      }
    }
  }

  @Test func truncatedFilesAreNamed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("assignment-cut.npy")
      try Data([0x93, 0x4E]).write(to: file)
      #expect { try run(in: folder) } throws: { "\($0)".contains("assignment-cut.npy") }
    }
  }

  @Test func emptyFoldersAreRefused() throws {
    try withTemporaryFolder { folder in
      #expect { try run(in: folder) } throws: { ($0 as? BenchmarksError)?.isBadData == true }
      #expect {
        try run(in: folder.appendingPathComponent("missing"))
      } throws: { ($0 as? BenchmarksError)?.isBadData == true }
    }
  }
}
