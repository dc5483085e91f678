import DifferentiableTensor
import Dispatch
import NeuralLayers
import Testing

@testable import DistributedTraining

@Suite struct DataParallelTests {
  /// Runs `body` on threads as ranks.
  static func run<Result: Sendable>(
    ranks: Int, synchronizes: Bool = false, overlaps: Bool = false,
    _ body: @escaping @Sendable (DataParallel) throws -> Result
  ) throws -> [Result] {
    try ThreadCommunicator.run(ranks: ranks) {
      try body(DataParallel($0, synchronizesNormalization: synchronizes, overlapsSums: overlaps))
    }
  }

  @Test(arguments: [1, 2, 3, 5], [0, 1, 2, 3, 4, 5, 17, 100])
  func sharesAreTheBatch(ranks: Int, batch: Int) throws {
    let shares = try Self.run(ranks: ranks) { $0.share(of: batch) }
    let counted = shares.filter { $0.counts }
    #expect(counted.flatMap { Array($0.items) } == Array(0..<batch))
    #expect(shares.allSatisfy { $0.batch == batch })
    let sizes = counted.map(\.items.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    // A rank without items of its own computes the first one.
    #expect(shares.allSatisfy { $0.counts || (batch > 0 && $0.items == 0..<1) })
    #expect(shares[0].counts)
  }

  /// Buckets cut tensors and join them: some are longer than a bucket, some empty. Tensors come in another order on
  /// every rank.
  @Test(arguments: [false, true], [1, 8, 100])
  func sumsTensorsOfAllSizes(overlaps: Bool, bucketCount: Int) throws {
    let counts = [3, 0, 5, 8, 5, 17]
    let sums = try ThreadCommunicator.run(ranks: 3) { communicator in
      let sum = BucketedSum(
        counts: counts, buffer: FlatBuffer(count: counts.reduce(0, +)), communicator: communicator,
        calls: CommunicatorCalls(), queue: overlaps ? DispatchQueue(label: "sums") : nil,
        bucketCount: bucketCount)
      var tensors = try counts.enumerated().map { index, count in
        try Tensor(repeating: Float(index + 10 * communicator.rank), shape: [count])
      }
      let orders = [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 4, 0, 5, 3, 1]]
      for index in orders[communicator.rank] { sum.add(tensors[index], at: index) }
      try sum.finish()
      sum.take(into: &tensors)
      return tensors
    }
    for tensors in sums {
      #expect(tensors.map(\.count) == counts)
      for (index, tensor) in tensors.enumerated() {
        #expect(tensor.scalars.allSatisfy { $0 == Float(3 * index + 30) })
      }
    }
  }

  @Test func countsTheTimeOfSums() throws {
    let seconds = try Self.run(ranks: 2) { processes in
      var tensors = [try Tensor(repeating: Float(processes.rank), shape: [2])]
      try processes.sum(&tensors)
      return tensors[0].scalars == [1, 1] ? processes.communicationSeconds : -1
    }
    #expect(seconds.allSatisfy { $0 > 0 })
  }

  private static func model(seed: UInt64 = 1) throws -> Sequential {
    var random = SeededGenerator(seed: seed)
    return Sequential(
      try Linear(inputs: 6, outputs: 8, using: &random), ReLU(),
      Dropout(probability: 0.3, seed: seed + 5), try Linear(inputs: 8, outputs: 3, using: &random))
  }

  private static func batch(_ items: Int, seed: UInt64 = 3) throws -> Tensor {
    var random = SeededGenerator(seed: seed)
    return try .random(normal: [items, 6], using: &random)
  }

  /// The mean over rows, of which every item has one, and the fifth has none in the mean.
  private static func step(
    _ processes: DataParallel, _ model: Sequential, _ batch: Tensor
  ) throws -> (loss: Double, gradients: [Tensor]) {
    let share = processes.share(of: batch.shape[0])
    let counted = share.items.filter { $0 != 4 }.map { Int32($0 - share.items.lowerBound) }
    let loss = try withTraining(share) {
      let output = try model(batch.sliced(share.items))
      return try output.gathered(at: counted).pow(2).sum() / Float(3 * max(1, counted.count))
    }
    return try processes.meanGradients(
      of: loss, over: counted.count, by: model.parameters, share: share)
  }

  /// Ragged shares, a share of which nothing counts, and fewer items than ranks.
  @Test(arguments: [2, 3, 4], [1, 2, 3, 5, 11])
  func gradientsAreThoseOfTheBatch(ranks: Int, items: Int) throws {
    let batch = try Self.batch(items)
    let whole = try Self.step(DataParallel(), Self.model(), batch)
    let results = try Self.run(ranks: ranks) { processes in
      let model = try Self.model()
      let result = try Self.step(processes, model, batch)
      return (result, model.namedRandomSources.map(\.element.generator.state))
    }
    let overlapped = try Self.run(ranks: ranks, overlaps: true) {
      try Self.step($0, Self.model(), batch)
    }
    let alone = try Self.model()
    _ = try Self.step(DataParallel(), alone, batch)
    for (result, states) in results {
      #expect(abs(result.loss - whole.loss) <= 1e-6 * abs(whole.loss))
      for (found, expected) in zip(result.gradients, whole.gradients) {
        let scale = expected.scalars.map(abs).max() ?? 0
        #expect(
          zip(found.scalars, expected.scalars).allSatisfy {
            abs($0 - $1) <= 1e-5 * max(scale, 1e-6)
          })
      }
      #expect(result.gradients.map(\.scalars) == results[0].0.gradients.map(\.scalars))
      #expect(result.gradients.map(\.scalars) == overlapped[0].gradients.map(\.scalars))
      #expect(states == alone.namedRandomSources.map(\.element.generator.state))
    }
  }

  /// A failure beside the backward pass is thrown by the step, and by those after it.
  @Test func aFailureOfAnOverlappedSumIsThrown() throws {
    let errors = try Self.run(ranks: 2, overlaps: true) { processes in
      try (0..<2).map { round in
        var tensors = [try Tensor(repeating: 1, shape: [2 + processes.rank * (1 - round)])]
        do {
          try processes.sum(&tensors)
          return "none"
        } catch { return "\(error)" }
      }
    }
    #expect(
      errors.allSatisfy { $0[0] == $0[1] && $0[0].hasPrefix("rank 1: expected a sum of 8 bytes") })
  }

  /// A rank whose backward pass fails while buckets are summed beside it ends for the others.
  ///
  /// Often, as who uses whose memory then is for the scheduler to say.
  @Test(arguments: 0..<10) func aBackwardPassThatFailsEndsAllRanks(round: Int) throws {
    let errors = try Self.run(ranks: 2, overlaps: true) { processes in
      let early = Parameter("early", try Tensor(repeating: 1, shape: [3]))
      let late = Parameter("late", try Tensor(repeating: 1, shape: [1 << 20]))
      let isBroken = processes.rank == 0
      let middle = Tensor.recorded("early", inputs: [early.value], output: early.value) {
        if isBroken { throw Refusal(text: "broken") }
        return [$0]
      }
      do {
        _ = try processes.meanGradients(
          of: (middle.sum() * late.value).sum(), over: 1, by: [early, late],
          share: processes.share(of: 2))
        return "none"
      } catch {
        processes.communicator.abort(status: 1)
        return "\(error)"
      }
    }
    #expect(errors[0].contains("early") && errors[0].contains("broken"))
    #expect(errors[1] == "rank 0 ended")
  }

  @Test func everyRankGetsTheModelOfTheFirst() throws {
    let models = try Self.run(ranks: 3) { processes in
      let model = try Self.model(seed: UInt64(1 + processes.rank))
      let normalization = try BatchNormalization(channels: 2)
      try normalization.runningMean.assign(Tensor([Float(processes.rank), 4], shape: [2]))
      let all = Sequential(model, normalization)
      try processes.broadcast(all)
      return all.parameters.map(\.value.scalars) + all.namedBuffers.map(\.element.value.scalars)
        + [all.namedRandomSources.map { Float($0.element.generator.state >> 40) }]
    }
    let first = try Self.model(seed: 1).parameters.map(\.value.scalars)
    #expect(models.allSatisfy { $0 == models[0] && Array($0.prefix(4)) == first })
  }

  @Test func differentDataAreRefusedOnAllRanks() throws {
    var (one, other) = (Fingerprint(), Fingerprint())
    one.add([1, 2, 3])
    other.add([1, 2, 4])
    let parts = (one, other)
    let refusals = try Self.run(ranks: 3) { processes -> CommunicatorError? in
      do throws(CommunicatorError) {
        try processes.expectSame(["options": parts.0, "pictures": parts.1])
        try processes.expectSame([
          "options": parts.0, "pictures": processes.rank == 2 ? parts.0 : parts.1,
        ])
        return nil
      } catch { return error }
    }
    #expect(refusals.allSatisfy { $0 == .differs(rank: 2, subject: "pictures") })
    let refusal = try #require(refusals[0])
    #expect(
      "\(refusal)"
        == "expected the same pictures on all ranks, found others on rank 2 than on rank 0")
  }

  /// Threads are all bound alike, so that they divide the cores.
  @Test func ranksDivideTheirCores() throws {
    let cores = try DataParallel().shareOfCores()
    #expect(
      try Self.run(ranks: 2) { try $0.shareOfCores() } == [max(1, cores / 2), max(1, cores / 2)])
    #expect(try Self.run(ranks: 9) { try $0.shareOfCores() }.allSatisfy { $0 == max(1, cores / 9) })
  }

  private struct Refusal: Error, Equatable { let text: String }

  /// What fails on all ranks alike is told once, what fails on some by each in its own words.
  @Test(arguments: [
    (["a", "a", "a"], ["a", "0", "0"]), ([nil, "b", nil], ["1", "b", "1"]),
    ([nil, "b", "b"], ["1", "b", "1"]), (["a", "b", "a"], ["a", "b", "0"]),
    ([nil, nil, nil], ["done", "done", "done"]),
  ])
  func failuresAreToldOnce(failures: [String?], outcomes: [String]) throws {
    let found = try Self.run(ranks: 3) { processes in
      do {
        return try processes.together {
          if let text = failures[processes.rank] { throw Refusal(text: text) }
          return "done"
        }
      } catch let error as Refusal {
        return error.text
      } catch CommunicatorError.ended(let rank) {
        return "\(rank)"
      }
    }
    #expect(found == outcomes)
  }

  @Test func theFirstRankReadsForAll() throws {
    let bytes = try Self.run(ranks: 3) { processes in
      let own = UInt8(processes.rank)
      return try processes.broadcast { [own, 5, 6] }
    }
    #expect(bytes == [[0, 5, 6], [0, 5, 6], [0, 5, 6]])
    let errors = try Self.run(ranks: 2) { processes in
      do {
        _ = try processes.broadcast { throw Refusal(text: "no file") }
        return "none"
      } catch { return "\(error)" }
    }
    #expect(errors == ["Refusal(text: \"no file\")", "rank 0 ended"])
  }

  /// After a call that failed there are no others, whose answers would be those of other calls.
  @Test func aFailureStays() throws {
    let errors = try Self.run(ranks: 2) { processes in
      (0..<2).map { round in
        do {
          _ = try processes.totals([Double](repeating: 1, count: 1 + processes.rank * (1 - round)))
          return "none"
        } catch { return "\(error)" }
      }
    }
    #expect(errors.allSatisfy { $0[0] == $0[1] && $0[0].hasPrefix("rank 1: expected a gathering") })
  }

  @Test func fingerprintsTellDataApart() {
    func value(_ change: (inout Fingerprint) -> Void) -> UInt64 {
      var fingerprint = Fingerprint()
      change(&fingerprint)
      return fingerprint.value
    }
    let values = [
      value { _ in }, value { $0.add("") }, value { $0.add("a") }, value { $0.add("a\0") },
      value { $0.add(["a", "b"]) }, value { $0.add(["ab", ""]) }, value { $0.add(["ab"]) },
      value { $0.add([UInt8](repeating: 0, count: 8)) },
      value { $0.add([UInt8](repeating: 0, count: 9)) },
      value { $0.add([1, 2]) }, value { $0.add([2, 1]) },
    ]
    #expect(Set(values).count == values.count)
    #expect(values.allSatisfy { $0 < 1 << 48 && UInt64(Double($0)) == $0 })
    // Every bit of a picture counts.
    let pixels = [UInt8](repeating: 3, count: 100)
    let flipped = (0..<800).map { bit in
      var changed = pixels
      changed[bit / 8] ^= 1 << (bit % 8)
      return value { $0.add(changed) }
    }
    #expect(Set(flipped + [value { $0.add(pixels) }]).count == 801)
  }
}
