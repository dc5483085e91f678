import DistributedTraining
import Testing

@Suite struct CommunicatorTests {
  @Test(arguments: [1, 2, 3, 4, 7], [0, 1, 2, 3, 1000])
  func sumsAreThoseOfAllRanks(ranks: Int, count: Int) throws {
    let sums = try ThreadCommunicator.run(ranks: ranks) { communicator in
      var floats = (0..<count).map { Float($0 + communicator.rank) }
      var doubles = floats.map { Double($0) / 3 }
      try floats.withUnsafeMutableBufferPointer { try communicator.sum($0) }
      try doubles.withUnsafeMutableBufferPointer { try communicator.sum($0) }
      return (floats, doubles)
    }
    let expected = (0..<count).map { index in
      (0..<ranks).reduce(Float(0)) { $0 + Float(index + $1) }
    }
    for (floats, doubles) in sums {
      #expect(floats == expected)
      #expect(doubles == sums[0].1)
      #expect(zip(doubles, expected).allSatisfy { abs($0 * 3 - Double($1)) <= 1e-9 * Double($1) })
    }
  }

  @Test(arguments: [1, 2, 5])
  func everyRankGetsTheBytesOfTheRoot(ranks: Int) throws {
    for root in 0..<ranks {
      let received = try ThreadCommunicator.run(ranks: ranks) { communicator in
        var bytes = [UInt8](repeating: UInt8(communicator.rank), count: 5)
        try bytes.withUnsafeMutableBytes { try communicator.broadcast($0, from: root) }
        return bytes
      }
      #expect(received.allSatisfy { $0 == [UInt8](repeating: UInt8(root), count: 5) })
    }
  }

  @Test func numbersAreGatheredByRank() throws {
    let gathered = try ThreadCommunicator.run(ranks: 3) { communicator in
      try communicator.gather([Double(communicator.rank), 0.5])
    }
    #expect(gathered.allSatisfy { $0 == [[0, 0.5], [1, 0.5], [2, 0.5]] })
  }

  /// Of different lengths, some empty.
  @Test func bytesAreCollectedOnRank0() throws {
    let collected = try ThreadCommunicator.run(ranks: 4) { communicator in
      try communicator.collect([UInt8](repeating: 7, count: communicator.rank % 3))
    }
    #expect(collected[0] == [[], [7], [7, 7], []])
    #expect(collected[1...].allSatisfy { $0.isEmpty })
  }

  /// Many calls one after the other: no rank overtakes another.
  @Test func callsFollowEachOther() throws {
    let totals = try ThreadCommunicator.run(ranks: 4) { communicator in
      var total = 0.0
      for round in 0..<500 {
        if round.isMultiple(of: 7) { try communicator.barrier() }
        let all = try communicator.gather([Double(round * communicator.rank)])
        total += all.reduce(0) { $0 + $1[0] }
      }
      return total
    }
    #expect(totals == [Double](repeating: Double(6 * 500 * 499 / 2), count: 4))
  }

  private struct Failure: Error, Equatable {}

  /// A rank that throws ends the calls of the others, and its error is the one that is told.
  @Test(arguments: 0..<3)
  func aRankThatEndsIsNoticed(rank: Int) {
    #expect(throws: Failure()) {
      try ThreadCommunicator.run(ranks: 3) { communicator in
        try communicator.barrier()
        if communicator.rank == rank { throw Failure() }
        do {
          _ = try communicator.gather([1])
          Issue.record("a call returned without rank \(rank)")
        } catch {
          #expect(error as? CommunicatorError == .ended(rank: rank))
          throw error
        }
      }
    }
  }

  @Test func ranksMakeTheSameCalls() {
    #expect(
      throws: CommunicatorError.mismatch(
        rank: 1, expected: "a gathering of 8 bytes", found: "a gathering of 16 bytes")
    ) {
      try ThreadCommunicator.run(ranks: 2) { communicator in
        _ = try communicator.gather([Double](repeating: 0, count: 1 + communicator.rank))
      }
    }
    #expect(throws: CommunicatorError.self) {
      try ThreadCommunicator.run(ranks: 2) { communicator in
        if communicator.rank == 0 {
          try communicator.barrier()
        } else {
          _ = try communicator.collect([])
        }
      }
    }
  }

  @Test func aProcessAloneIsEveryRank() {
    let alone = SingleProcess()
    #expect((alone.rank, alone.size) == (0, 1))
    #expect(alone.gather([1, 2]) == [[1, 2]] && alone.collect([3]) == [[3]])
    var numbers: [Float] = [1, 2]
    numbers.withUnsafeMutableBufferPointer { alone.sum($0) }
    #expect(numbers == [1, 2])
  }
}
