import CombinatorialSolvers
import Testing

@testable import CombinatorialBenchmarks

/// The solves that `Benchmarks cancellation` measures, at a size that a debug build makes soon.
@Suite struct LongSolveTests {
  @Test(arguments: LongSolve.all.map(\.name))
  func endsWhenItsTaskIsCancelled(name: String) async throws {
    let solve = try #require(LongSolve.all.first { $0.name == name })
    let instance = try solve.instance(0.05)
    try instance()
    let task = Task { try await withSolverThread { while true { try instance() } } }
    try await Task.sleep(for: .milliseconds(20))
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - start < .seconds(5))
  }
}
