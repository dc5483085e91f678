import Foundation
import ProblemFiles
import Testing

@testable import CombinatorialBenchmarks

@Suite struct TimingServerTests {
  private func object(_ answer: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
  }

  private func line(_ request: [String: Any]) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self)
  }

  @Test func preparesTimesWritesAndDiscards() throws {
    try withTemporaryFolder { folder in
      let (costs, values) = (folder.path + "/costs.npy", folder.path + "/values.npy")
      try NumPyArray(shape: [2, 2, 2], elements: .float([4, 1, 2, 0, 1, 2, 3, 9])).write(to: costs)
      var server = TimingServer()
      let prepared = try object(
        server.answer(
          to: line(
            ["command": "prepare", "problem": "assignment", "inputs": [costs], "threads": 1])))
      #expect(prepared["job"] as? Int == 0)
      #expect(prepared["instances"] as? Int == 2)
      let timed = try object(
        server.answer(to: line(["command": "time", "job": 0, "repetitions": 3])))
      #expect(timed["seconds"] as? Double ?? 0 > 0)
      #expect(timed["processorSeconds"] as? Double ?? -1 >= 0)
      _ = try server.answer(to: line(["command": "write", "job": 0, "outputs": [values]]))
      #expect(try NumPyArray(contentsOf: values).elements == .double([3, 5]))
      #expect(try object(server.answer(to: line(["command": "discard", "job": 0]))).isEmpty)
      let gone = try object(server.answer(to: line(["command": "time", "job": 0])))
      #expect((gone["error"] as? String)?.contains("prepared job") == true)
    }
  }

  /// Two rows of two classes with equal logits: each loss is log 2, each gradient 1/4 up or down.
  @Test func lossesGiveValueAndGradient() throws {
    let logits = try NumPyArray(shape: [2, 2], elements: .float([1, 1, 5, 5]))
    let labels = try NumPyArray(shape: [2], elements: .double([0, 1]))
    let problem = try ProblemKind.crossEntropy.prepared([logits, labels], threads: 1)
    try problem.run()
    let results = try problem.results()
    #expect(results.map(\.shape) == [[], [2, 2]])
    #expect(floats(results[0]).allSatisfy { abs($0 - Float(log(2.0))) < 1e-6 })
    #expect(zip(floats(results[1]), [-0.25, 0.25, 0.25, -0.25]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// The bag's labels are swapped: matching finds them, and its value is small.
  @Test func bagsGiveCostsValuesAndGradients() throws {
    let logits = try NumPyArray(shape: [1, 2, 2], elements: .float([9, 0, 0, 9]))
    let labels = try NumPyArray(shape: [1, 2], elements: .double([1, 0]))
    let cotangent = try NumPyArray(shape: [1, 2, 2], elements: .float([0, 1, 1, 0]))
    let costs = try ProblemKind.bagCosts.prepared([logits, labels, cotangent], threads: 1)
    let loss = try ProblemKind.bagLoss.prepared([logits, labels], threads: 1)
    try costs.run()
    try loss.run()
    let (fromCosts, fromLoss) = (try costs.results(), try loss.results())
    let matched = Float(log(1 + exp(-9.0)))
    #expect(
      zip(floats(fromCosts[0]), [matched + 9, matched, matched, matched + 9])
        .allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(abs(floats(fromLoss[0])[0] - 2 * matched) < 1e-6)
    #expect(zip(floats(fromCosts[1]), floats(fromLoss[1])).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// The same two by two costs as each relative of assignment sees them.
  @Test(
    arguments: [
      (ProblemKind.semiAssignment, [[2, 1]], [2]), (.pricedMatching, [[0.5, 9], [9, 0.5]], [2]),
      (.bottleneckAssignment, [], [2]), (.bestAssignments, [[5]], [3, 9]),
    ] as [(ProblemKind, [[Double]], [Double])])
  func matchingsGiveValues(kind: ProblemKind, extra: [[Double]], expected: [Double]) throws {
    let costs = try NumPyArray(shape: [1, 2, 2], elements: .double([1, 8, 1, 2]))
    let others = try extra.map { try NumPyArray(shape: [$0.count], elements: .double($0)) }
    let problem = try kind.prepared([costs] + others, threads: 1)
    try problem.run()
    try problem.check()
    #expect(try problem.results().map(\.elements) == [.double(expected)])
    let flat = try NumPyArray(shape: [2, 2], elements: .double([1, 8, 1, 2]))
    #expect(throws: BenchmarksError.self) { try kind.prepared([flat] + others, threads: 1) }
  }

  @Test func sparseAssignmentsGiveValues() throws {
    let parts: [[Double]] = [[1, 8, 2], [0, 2, 3], [0, 1, 1], [2]]
    let arrays = try parts.map { try NumPyArray(shape: [$0.count], elements: .double($0)) }
    let problem = try ProblemKind.sparseAssignment.prepared(arrays, threads: 1)
    try problem.run()
    try problem.check()
    #expect(try problem.results().map(\.elements) == [.double([3])])
    #expect(throws: BenchmarksError.self) {
      try ProblemKind.sparseAssignment.prepared(Array(arrays.dropLast()), threads: 1)
    }
  }

  /// Of a ragged batch the rest is padding: the first problem is its upper left cost alone.
  @Test func raggedAssignmentsGiveValues() throws {
    let costs = try NumPyArray(shape: [2, 2, 2], elements: .double([7, 1, 1, 9, 4, 1, 2, 0]))
    let counts = try [[1, 2], [1.0, 2.0]].map { try NumPyArray(shape: [2], elements: .double($0)) }
    let problem = try ProblemKind.assignment.prepared([costs] + counts, threads: 1)
    try problem.run()
    try problem.check()
    #expect(try problem.results()[0].elements == .double([7, 3]))
    #expect(throws: BenchmarksError.self) {
      try ProblemKind.assignment.prepared([costs, counts[0]], threads: 1)
    }
  }

  /// From node 0 to node 3 over 1 and 2: by the arcs' capacities 2 + 3 arrive, and 4 units cost 2 . 2 + 2 . 5.
  @Test func flowsGiveValues() throws {
    func array(_ numbers: [Double], shape: [Int]? = nil) throws -> NumPyArray {
      try NumPyArray(shape: shape ?? [numbers.count], elements: .double(numbers))
    }
    let ends = try array([0, 1, 1, 3, 0, 2, 2, 3], shape: [4, 2])
    let capacities = try array([2, 3, 4, 3])
    let most = try ProblemKind.maximumFlow.prepared(
      [capacities, ends, try array([0, 3])], threads: 1)
    let cheapest = try ProblemKind.minimumCostFlow.prepared(
      [try array([1, 1, 2, 3]), ends, capacities, try array([4, 0, 0, -4])], threads: 1)
    for (problem, value) in [(most, 5.0), (cheapest, 14)] {
      try problem.run()
      try problem.check()
      #expect(try problem.results().map(\.elements) == [.double([value])])
    }
    #expect(throws: BenchmarksError.self) {
      try ProblemKind.maximumFlow.prepared([capacities, ends, try array([0])], threads: 1)
    }
    #expect(throws: BenchmarksError.self) {
      try ProblemKind.minimumCostFlow.prepared([capacities, ends, capacities], threads: 1)
    }
  }

  /// Two ways, of which the sign of the feature tells the better; the model starts with the contrary.
  @Test(arguments: [ProblemKind.pathDecisions, .knapsackDecisions], [0.0, 1, 2])
  func decisionsAreLearned(kind: ProblemKind, loss: Double) throws {
    func array(_ numbers: [Double], _ shape: [Int]) throws -> NumPyArray {
      try NumPyArray(shape: shape, elements: .double(numbers))
    }
    func floats(_ numbers: [Float], _ shape: [Int]) throws -> NumPyArray {
      try NumPyArray(shape: shape, elements: .float(numbers))
    }
    let features = try floats([-1, 1, -2, 2], [4, 1])
    let sign: Float = kind == .pathDecisions ? 1 : -1
    let costs = try floats([1, 3, 3, 1, 2, 6, 6, 2].map { sign * $0 }, [4, 2])
    let solutions = try floats(
      (0..<8).map { ($0 + $0 / 2) % 2 == (sign > 0 ? 0 : 1) ? 1 : 0 }, [4, 2])
    let structure =
      try kind == .pathDecisions ? array([0, 1, 0, 1], [2, 2]) : array([1, 1, 1], [3])
    let problem = try kind.prepared(
      [
        features, costs, solutions, features, costs, floats([-sign, sign, 0, 0], [4]),
        array([0, 1, 2, 3, 3, 2, 1, 0], [2, 4]), array([loss, 2, 10, 0.1, 0.5, 1], [6]), structure,
      ], threads: 1)
    let worst = kind == .pathDecisions ? 12 / 6.0 : 12 / 18
    #expect(try problem.results()[0].elements == .double([worst]))
    for _ in 0..<100 { try problem.run() }
    #expect(try problem.results()[0].elements == .double([0]))
    #expect(throws: BenchmarksError.self) {
      try kind.prepared([features, costs], threads: 1)
    }
  }

  private func floats(_ array: NumPyArray) -> [Float] {
    if case .float(let values) = array.elements { values } else { [] }
  }

  @Test(arguments: [
    "", "{}", #"{"command": "prepare"}"#, #"{"command": "prepare", "problem": "knapsack"}"#,
    #"{"command": "prepare", "problem": "assignment", "inputs": []}"#,
    #"{"command": "prepare", "problem": "assignment", "inputs": ["/nonexistent.npy"]}"#,
    #"{"command": "prepare", "problem": "bag-loss", "inputs": []}"#,
  ])
  func badRequestsAreAnswered(_ line: String) throws {
    var server = TimingServer()
    #expect(try object(server.answer(to: line))["error"] is String)
  }

  @Test(arguments: [[2.0, 0.0], [0.5, 0.0], [-1.0, 0.0]])
  func badLabelsAreRefused(_ labels: [Double]) throws {
    let arrays = [
      try NumPyArray(shape: [1, 2, 2], elements: .float([0, 0, 0, 0])),
      try NumPyArray(shape: [1, 2], elements: .double(labels)),
    ]
    #expect(throws: BenchmarksError.self) {
      try ProblemKind.bagLoss.prepared(arrays, threads: 1)
    }
  }
}
