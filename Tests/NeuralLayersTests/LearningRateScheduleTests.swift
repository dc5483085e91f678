import NeuralLayers
import Testing

@Suite struct LearningRateScheduleTests {
  /// Within 32 roundings of the highest rate: pi times a share errs by 3, its cosine by 12 units of 1, and
  /// Python's result by as much again.
  private func expect(
    _ schedule: LearningRateSchedule, _ rates: [(step: Int, rate: Double)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let bound = 32 * 0x1p-53 * (rates.map(\.rate).max() ?? 0)
    for (step, rate) in rates {
      #expect(
        abs(schedule.rate(atStep: step) - rate) <= bound, "step \(step)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func steps() {
    expect(
      .step(initial: 0.4, factor: 0.5, milestones: [3, 5]),
      [(0, 0.4), (2, 0.4), (3, 0.2), (4, 0.2), (5, 0.1), (99, 0.1)])
    expect(.constant(0.3), [(0, 0.3), (99, 0.3)])
  }

  /// Python: 0.02 + 0.5 * (0.1 - 0.02) * (1 + math.cos(math.pi * t / 10))
  @Test func cosine() {
    expect(
      .cosine(initial: 0.1, final: 0.02, steps: 10),
      [
        (0, 0.1), (1, 0.09804226065180616), (5, 0.06), (9, 0.02195773934819386), (10, 0.02),
        (50, 0.02),
      ])
    expect(.cosine(initial: 0.1, steps: 0), [(0, 0.1)])
  }

  /// Python, as PyTorch's OneCycleLR(max_lr=0.4, total_steps=20): with anneal(s, e, p) =
  /// e + (s - e) / 2 * (1 + math.cos(math.pi * p)), anneal(0.016, 0.4, t / 5) up to t = 5 and
  /// anneal(0.4, 0.0000016, (t - 5) / 14) from there on.
  @Test func oneCycle() {
    expect(
      .oneCycle(peak: 0.4, steps: 20),
      [
        (0, 0.016), (2, 0.1486687370800101), (5, 0.4), (6, 0.39498560249403497),
        (10, 0.28677720071652035), (19, 1.6e-06), (50, 1.6e-06),
      ])
  }

  @Test("one cycle rises to its peak and falls", arguments: [1, 2, 3, 7, 100])
  func oneCycleShape(steps: Int) {
    let schedule = LearningRateSchedule.oneCycle(peak: 1, steps: steps)
    let rates = (0..<steps).map(schedule.rate(atStep:))
    #expect(rates.allSatisfy { $0 > 0 && $0 <= 1 })
    let top = rates.indices.max { rates[$0] < rates[$1] } ?? 0
    #expect(zip(rates[..<top], rates[...top].dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(rates[top...], rates[top...].dropFirst()).allSatisfy { $0 > $1 })
  }
}
