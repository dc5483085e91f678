import CombinatorialKernels
import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

@Suite struct AsyncProblemTests {
  private static let costs: [Double] = [4, 1, 3, 2, 0, 5, 3, 2, 2]

  /// Does not end by itself.
  @Sendable private static func solveForEver() throws {
    while true { _ = try Assignment().solve(costs, rows: 3, columns: 3) }
  }

  @Test func matrixProblemsGiveWhatTheyGiveWithoutAsync() async throws {
    let (problem, costs) = (Assignment(), Self.costs)
    let batch = costs + costs.reversed()
    #expect(
      try await problem.async.solve(costs, rows: 3, columns: 3)
        == problem.solve(costs, rows: 3, columns: 3))
    #expect(
      try await Array(
        problem.async.solve(batch, batch: 2, rows: 3, columns: 3, rowCounts: [3, 2]))
        == Array(problem.solve(batch, batch: 2, rows: 3, columns: 3, rowCounts: [3, 2])))
    let one = try await problem.async.valueAndGradient(costs, rows: 3, columns: 3)
    #expect(try one == problem.valueAndGradient(costs, rows: 3, columns: 3))
    let all = try await problem.async.valuesAndGradient(
      batch.map { Float($0) }, batch: 2, rows: 3, columns: 3, columnCounts: [2, 3])
    #expect(
      try all
        == problem.valuesAndGradient(
          batch.map { Float($0) }, batch: 2, rows: 3, columns: 3, columnCounts: [2, 3]))
    #expect(
      try await problem.maximum.async.solve(costs, rows: 3, columns: 3).value
        == problem.maximum.solve(costs, rows: 3, columns: 3).value)
  }

  @Test func listProblemsGiveWhatTheyGiveWithoutAsync() async throws {
    let (problem, costs) = (Knapsack(weights: [2, 3, 4], capacity: 6), [-3.0, -4, -5])
    let batch = costs + [-1, -1, -5]
    #expect(try await problem.async.solve(costs) == problem.solve(costs))
    #expect(
      try await Array(problem.async.solve(batch, batch: 2))
        == Array(problem.solve(batch, batch: 2)))
    let one = try await problem.async.valueAndGradient(costs)
    #expect(try one == problem.valueAndGradient(costs))
    let all = try await problem.async.valuesAndGradient(batch, batch: 2)
    #expect(try all == problem.valuesAndGradient(batch, batch: 2))
  }

  @Test func errorsAreTheSameAndDescribeThemselves() async throws {
    let error = await #expect(throws: CombinatorialError.self) {
      try await Assignment().async.solve([1, .nan, 3, 4], rows: 2, columns: 2)
    }
    #expect(error?.reason != nil && error?.item == 0)
    let described: (any Error)? = error
    #expect(described?.localizedDescription == error?.description)
    #expect(described?.localizedDescription.contains("row 0, column 1") == true)
  }

  @Test func aCancelledBatchEnds() async throws {
    let count = 20_000
    let costs = [Double](repeating: 0.5, count: count * 400)
    let solved = Lock(0)
    let task = Task {
      while true {
        _ = try await Assignment().async.solve(costs, batch: count, rows: 20, columns: 20)
        solved.withLock { $0 += 1 }
      }
    }
    try await Task.sleep(for: .milliseconds(30))
    let before = solved.withLock { $0 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // One may have ended meanwhile, and another just before it was told.
    #expect(solved.withLock { $0 } <= before + 2)
  }

  /// As many solves as would keep every thread of the cooperative pool busy, several times over.
  @Test func timersTickWhileManySolvesRun() async throws {
    let count = 4 * ProcessInfo.processInfo.activeProcessorCount
    let ended = Lock(0)
    let solves = (0..<count).map { _ in
      Task {
        defer { ended.withLock { $0 += 1 } }
        try await withSolverThread(Self.solveForEver)
      }
    }
    for _ in 0..<20 { try await Task.sleep(for: .milliseconds(5)) }
    #expect(ended.withLock { $0 } == 0)
    for solve in solves { solve.cancel() }
    for solve in solves {
      await #expect(throws: CancellationError.self) { try await solve.value }
    }
  }

  /// What is not a problem over costs alone, and what Swift computes between kernels.
  @Test func everySolverEndsInsideOneBody() async throws {
    let masses = [Double](repeating: 1, count: 3)
    let calls: [@Sendable () throws -> Void] = [
      { _ = try Transport().solve(Self.costs, supply: masses, demand: masses) },
      {
        _ = try TransportOnLine().solve(
          sources: masses, targets: masses, supply: masses, demand: masses)
      },
      {
        _ = try TransportInSpace().solve(
          sources: masses, targets: masses, dimensions: 1, supply: masses, demand: masses)
      },
      { _ = try Sinkhorn(temperature: 1).solve(Self.costs, supply: masses, demand: masses) },
      { _ = try ChainLabeling().solve(unary: masses, steps: [Double](), labels: 3) },
      { _ = try LetterAlignment().solve([0, 1], [1], costs: LetterCosts<Float>(letters: 2)) },
      {
        _ = try Assignment().solve(
          Self.costs, rows: 3, columns: 3, unmatchedRowCosts: masses, unmatchedColumnCosts: masses)
      },
    ]
    for call in calls {
      let task = Task { try await withSolverThread { while true { try call() } } }
      try await Task.sleep(for: .milliseconds(5))
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }
}
