import Testing

@testable import CombinatorialBenchmarks

@Suite struct AlternatedTimingTests {
  @Test func contestantsTakeTurnsInRotatingOrder() throws {
    let clock = FakeClock()
    let contestants = ["a", "b", "c"].map { clock.contestant($0, seconds: 1) }
    let samples = try clock.timing().measure(contestants)
    #expect(samples == Array(repeating: [1, 1, 1], count: 3))
    let warmUp = ["a", "a", "b", "b", "c", "c"]
    #expect(clock.log == warmUp + ["a", "b", "c", "b", "c", "a", "c", "a", "b"])
  }

  @Test func samplesAreSecondsOfOneRun() throws {
    let clock = FakeClock()
    var timing = clock.timing()
    timing.secondsPerSample = 10
    let samples = try timing.measure([
      clock.contestant("fast", seconds: 0.5), clock.contestant("slow", seconds: 20),
    ])
    #expect(samples == [[0.5, 0.5, 0.5], [20, 20, 20]])
    #expect(clock.log.filter { $0 == "fast" }.count == 2 + 3 * 20)
    #expect(clock.log.filter { $0 == "slow" }.count == 2 + 3)
  }

  @Test func roundsFillTheTimeButStopAtTheMost() throws {
    let clock = FakeClock()
    let contestants = [clock.contestant("a", seconds: 1), clock.contestant("b", seconds: 3)]
    #expect(try clock.timing(secondsPerContestant: 11).measure(contestants)[0].count == 6)
    var timing = clock.timing(secondsPerContestant: 1000)
    timing.mostRounds = 9
    #expect(try timing.measure(contestants)[0].count == 9)
  }

  @Test func wrongResultsAreNotTimed() {
    let clock = FakeClock()
    let wrong = BenchmarksError.wrongResult("no pair")
    let contestant = clock.contestant("wrong", seconds: 1, check: { throw wrong })
    #expect(throws: wrong) { try clock.timing().measure([contestant]) }
    #expect(clock.log == ["wrong"])
  }

  @Test func resultsAreCheckedAgainAfterTheLastRound() {
    let clock = FakeClock()
    let late = BenchmarksError.wrongResult("late")
    let contestant = clock.contestant("a", seconds: 1) { if clock.seconds > 2 { throw late } }
    #expect(throws: late) { try clock.timing().measure([contestant]) }
    #expect(clock.log.count == 2 + 3)
  }
}
