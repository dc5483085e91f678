import CombinatorialSolvers
import Testing

@testable import CombinatorialBenchmarks

/// The solves whose time to end `Benchmarks cancellation` measures, at a size that a debug build makes soon: how long it
/// takes among other tests says more of the machine.
@Suite struct LongSolveTests {
  @Test(arguments: LongSolve.all.map(\.name))
  func endsWhenItsTaskIsCancelled(name: String) async throws {
    let solve = try #require(LongSolve.all.first { $0.name == name })
    let instance = try solve.instance(0.05)
    try instance()
    let task = Task { try await withSolverThread { while true { try instance() } } }
    try await Task.sleep(for: .milliseconds(20))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
