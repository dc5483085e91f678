import Dispatch

/// Times contestants in turn, round by round, so that whatever else the machine does hits all alike.
struct AlternatedTiming: Sendable {
  /// Seconds that the rounds of one contestant may take.
  var secondsPerContestant = 0.4
  /// Rounds that are run even if they take longer.
  var fewestRounds = 7
  var mostRounds = 101
  /// A contestant is repeated until it has run for this long, so that reading the clock is nothing.
  var secondsPerSample = 0.002
  /// Seconds since any fixed moment.
  var clock: @Sendable () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  static let thorough = AlternatedTiming()
  static let quick = AlternatedTiming(secondsPerContestant: 0.1, fewestRounds: 5)

  /// The seconds of one run of each contestant in each round: `[contestant][round]`.
  ///
  /// The order rotates from round to round. Each contestant's result is checked before the first
  /// round and after the last, outside the timed part.
  func measure(_ contestants: [Contestant]) throws -> [[Double]] {
    let repetitions = try contestants.map(warmedUpRepetitions)
    var samples = [[Double]](repeating: [], count: contestants.count)
    let start = clock()
    for round in 0..<mostRounds {
      for turn in contestants.indices {
        let index = (turn + round) % contestants.count
        samples[index].append(
          try secondsOfOneRun(contestants[index], repetitions: repetitions[index]))
      }
      let spent = clock() - start
      if round + 1 >= fewestRounds, spent > secondsPerContestant * Double(contestants.count) {
        break
      }
    }
    for contestant in contestants { try contestant.check() }
    return samples
  }

  /// Runs and checks a contestant, then says how many repetitions fill a sample.
  private func warmedUpRepetitions(_ contestant: Contestant) throws -> Int {
    try contestant.run()
    try contestant.check()
    let seconds = try secondsOfOneRun(contestant, repetitions: 1)
    let mostRepetitions = 1_000_000.0
    return Int(max(1, min(mostRepetitions, (secondsPerSample / max(seconds, 1e-9)).rounded(.up))))
  }

  private func secondsOfOneRun(_ contestant: Contestant, repetitions: Int) throws -> Double {
    let start = clock()
    for _ in 0..<repetitions { try contestant.run() }
    return (clock() - start) / Double(repetitions)
  }
}
