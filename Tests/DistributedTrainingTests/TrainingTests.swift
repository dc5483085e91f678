import DifferentiableTensor
import DistributedTraining
import Foundation
import NeuralLayers
import Synchronization
import TestSupport
import Testing

@testable import CombinatorialExperiments

/// Whole runs on threads as ranks, beside those of one process.
@Suite struct TrainingTests {
  /// Stripes whose direction and width tell their class, with noise.
  static func pictures(_ count: Int, seed: UInt64) throws -> PictureSet {
    var random = SeededGenerator(seed: seed)
    let labels = (0..<count).map { Int32($0 % 6) }
    let pixels = labels.flatMap { label in
      (0..<16 * 16).map { place in
        let along = label % 2 == 0 ? place / 16 : place % 16
        let stripe = along / (1 + Int(label) / 2) % 2 * 120
        return UInt8(stripe + Int.random(in: 0..<100, using: &random))
      }
    }
    return try PictureSet(
      channels: 1, height: 16, width: 16, pixels: pixels, labels: labels,
      classNames: (0..<6).map { "stripes \($0)" })
  }

  static let dataset: ImageDataset? = try? ImageDataset(
    training: pictures(100, seed: 1), test: pictures(30, seed: 2))

  static func options(_ network: BagNetwork, seed: UInt64 = 1) -> BagTrainingOptions {
    var options = BagTrainingOptions()
    (options.network, options.bagSize, options.batchSize) = (network, 4, 20)
    (options.epochs, options.data, options.seed) = (2, .digits, seed)
    // Normalization multiplies what rounding has done.
    options.learningRate = network == .resnet8 ? 0.002 : 0.02
    return options
  }

  /// Expects what is compared to differ by rounding alone, with one of a few seeds.
  ///
  /// Rectified units, maxima and matchings that rounding decides move parameters by 1e-3 and more, on other
  /// processors with other seeds. Such a run shows nothing; what is summed wrongly differs with every seed.
  static func expectSame(_ difference: (_ seed: UInt64) throws -> Double) rethrows {
    var differences: [Double] = []
    for seed: UInt64 in 1...4 {
      differences.append(try difference(seed))
      if differences.last ?? .nan < 1e-5 { return }
    }
    Issue.record("parameters differ by \(differences)")
  }

  struct Run: Sendable {
    let parameters: [[Float]]
    let losses: [Double]
    let pictures: Int
  }

  static func train(_ options: BagTrainingOptions, on processes: DataParallel) throws -> Run {
    let training = try BagTraining(
      options: options, dataset: #require(dataset), on: processes)
    var (losses, pictures) = ([Double](), 0)
    try training.run(evaluatesEveryEpoch: false) { event in
      if case .step(let report) = event { losses.append(report.stepLoss) }
      if case .epoch(let report) = event { pictures += report.pictures }
    }
    return Run(
      parameters: training.classifier.network.parameters.map(\.value.scalars), losses: losses,
      pictures: pictures)
  }

  private struct Seeded: Hashable {
    let network: BagNetwork
    let seed: UInt64
  }

  private static let alone = Mutex<[Seeded: Run]>([:])

  /// What one process trains, computed once for all numbers of ranks.
  static func trainAlone(_ network: BagNetwork, seed: UInt64) throws -> Run {
    try alone.withLock { runs in
      let key = Seeded(network: network, seed: seed)
      let run = try runs[key] ?? train(options(network, seed: seed), on: DataParallel())
      runs[key] = run
      return run
    }
  }

  /// The norm of the difference by that of all parameters.
  static func distance(_ found: [[Float]], _ expected: [[Float]]) -> Double {
    let squares = zip(found.joined(), expected.joined()).reduce((0.0, 0.0)) { sums, pair in
      let (found, expected) = (Double(pair.0), Double(pair.1))
      return (
        sums.0 + (found - expected) * (found - expected), sums.1 + expected * expected
      )
    }
    return (squares.0 / squares.1).squareRoot()
  }

  /// 25 bags of 4 in steps of 5, so that shares are ragged, and augmented.
  @Test(arguments: [BagNetwork.lenet, .resnet8])
  func ranksTrainAsOneProcess(network: BagNetwork) throws {
    for ranks in [2, 4] {
      try Self.expectSame { seed in
        let options = Self.options(network, seed: seed)
        let alone = try Self.trainAlone(network, seed: seed)
        let runs = try DataParallelTests.run(ranks: ranks, synchronizes: true) {
          try Self.train(options, on: $0)
        }
        #expect(runs.allSatisfy { $0.parameters == runs[0].parameters })
        #expect(runs[0].losses.count == alone.losses.count && runs[0].pictures == alone.pictures)
        #expect(zip(runs[0].losses, alone.losses).allSatisfy { abs($0 - $1) < 0.02 * $1 })
        #expect(runs[1...].allSatisfy { $0.losses.isEmpty }, "the first rank tells")
        return Self.distance(runs[0].parameters, alone.parameters)
      }
    }
  }

  @Test func textTrainsAsOnOneProcess() throws {
    let letters = ["a", "b", "c", "d", "e"]
    let pairs = (0..<90).map { index -> TextPair in
      let word = (0..<2 + index % 4).map { letters[(index / (1 + $0 * 3) + $0) % 5] }
      return TextPair(source: word, target: word.reversed().map { $0.uppercased() })
    }
    let corpus = TextCorpus(parts: [.train: pairs, .valid: pairs, .test: pairs])
    for feedback in [SummarizerOptions.FeedbackKind.teacher, .gumbel] {
      var options = SummarizerOptions()
      (options.hidden, options.embedding, options.batchSize) = (12, 8, 11)
      (options.epochs, options.dropout, options.feedback) = (1, 0.2, feedback)
      (options.loss, options.validationPairs) = (.alignment, 10)
      var runsAlone: [UInt64: [[Float]]] = [:]
      for ranks in [2, 3] {
        try Self.expectSame { seed in
          options.seed = seed
          let chosen = options
          let train = { @Sendable (processes: DataParallel) in
            let training = try SummarizerTraining(options: chosen, corpus: corpus, on: processes)
            try training.run(evaluatesEveryEpoch: false)
            return training.summarizer.model.parameters.map(\.value.scalars)
          }
          let alone = try runsAlone[seed] ?? train(DataParallel())
          runsAlone[seed] = alone
          let runs = try DataParallelTests.run(ranks: ranks, overlaps: ranks == 3) { try train($0) }
          #expect(runs.allSatisfy { $0 == runs[0] })
          return Self.distance(runs[0], alone)
        }
      }
    }
  }

  /// A run goes on with another number of ranks where it was saved, in the middle of an epoch.
  @Test(arguments: [1, 2, 5])
  func resumesOnOtherRanks(ranks: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let dataset = try #require(Self.dataset)
    try Self.expectSame { seed in
      let options = Self.options(.lenet, seed: seed)
      let stopped = try DataParallelTests.run(ranks: 3) { processes in
        let training = try BagTraining(options: options, dataset: dataset, on: processes)
        var asked = 0
        // One rank is told to stop: all do.
        return try training.run(
          checkpoint: file,
          shouldStop: {
            asked += 1
            return processes.rank == 1 && asked == 4
          })
      }
      #expect(stopped == [false, false, false])
      let resumed = try DataParallelTests.run(ranks: ranks) { processes in
        let training = try BagTraining(
          options: options, dataset: dataset, resumingFrom: file, on: processes)
        #expect(training.plan.stepsTaken == 3)
        try training.run()
        return training.classifier.network.parameters.map(\.value.scalars)
      }
      let whole = try Self.trainAlone(.lenet, seed: seed)
      return Self.distance(resumed[0], whole.parameters)
    }
  }

  /// Every run is recorded once, by the first rank, and goes on on other ranks where it was stopped.
  @Test func ranksFillAGrid() throws {
    let folder = try TemporaryFolder()
    let dataset = try #require(Self.dataset)
    let grid = BagGrid(
      options: Self.options(.mlp),
      cells: try ["value:1,4:1", "value:4:1", "value:5:1:2"].map { try #require(BagGrid.Cell($0)) },
      results: JSONLines(path: folder.path + "/results.jsonl"), checkpoints: folder.path)
    for (ranks, complete) in [(2, false), (3, true), (1, true)] {
      let all = try DataParallelTests.run(ranks: ranks) { processes in
        var asked = 0
        return try grid.run(
          on: dataset, processes: processes,
          shouldStop: {
            asked += 1
            return !complete && processes.rank == 1 && asked == 14
          })
      }
      #expect(all == [Bool](repeating: complete, count: ranks))
      #expect(try grid.results.records().map(\.options.bagSize) == (complete ? [1, 4, 5] : [1]))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["results.jsonl"])
  }

  @Test func refusesWhatDiffersBetweenRanks() throws {
    let dataset = try #require(Self.dataset)
    let other = ImageDataset(training: dataset.training, test: dataset.test.prefix(29))
    #expect(throws: CommunicatorError.differs(rank: 1, subject: "test pictures")) {
      try DataParallelTests.run(ranks: 2) { processes in
        _ = try BagTraining(
          options: Self.options(.mlp), dataset: processes.rank == 1 ? other : dataset,
          on: processes)
      }
    }
    #expect(throws: CommunicatorError.differs(rank: 1, subject: "options")) {
      try DataParallelTests.run(ranks: 2) { processes in
        var options = Self.options(.mlp)
        options.seed = UInt64(1 + processes.rank)
        _ = try BagTraining(options: options, dataset: dataset, on: processes)
      }
    }
    #expect(throws: TrainingError.tooFewParts(expected: 6, found: 5, unit: "bags")) {
      try DataParallelTests.run(ranks: 6) { processes in
        _ = try BagTraining(options: Self.options(.mlp), dataset: dataset, on: processes)
      }
    }
  }

  /// Only the first rank has the file; all learn that it is bad.
  @Test func aBadCheckpointEndsAllRanks() throws {
    let dataset = try #require(Self.dataset)
    #expect {
      try DataParallelTests.run(ranks: 2) { processes in
        _ = try BagTraining(
          options: Self.options(.mlp), dataset: dataset, resumingFrom: "/no/such/file",
          on: processes)
      }
    } throws: {
      "\($0)".contains("/no/such/file")
    }
  }
}
