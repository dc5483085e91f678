import DifferentiableTensor
import Foundation
import NeuralLayers
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct BagTrainingTests {
  static func options(bagSize: Int, epochs: Int = 2) -> BagTrainingOptions {
    var options = BagTrainingOptions()
    options.data = .digits
    options.network = .mlp
    options.bagSize = bagSize
    options.epochs = epochs
    options.batchSize = 16
    options.learningRate = 0.05
    return options
  }

  static func parameters(of training: BagTraining) -> [[Float]] {
    training.classifier.network.parameters.map { $0.value.scalars }
  }

  /// The digits are learned from bags whose labels come in no order nearly as well as with every
  /// label in place. Guessing has an error of 90%.
  @Test(arguments: [1, 4])
  func learnsDigits(bagSize: Int) throws {
    let training = try BagTraining(
      options: Self.options(bagSize: bagSize, epochs: 10), dataset: Digits.data)
    var reports: [EpochReport] = []
    try training.run(evaluatesEveryEpoch: false) { event in
      if case .epoch(let report) = event { reports.append(report) }
    }
    let error = try #require(reports.last?.testError)
    #expect(error < 0.15)
    #expect(reports.count == 10)
    #expect(reports.dropLast().allSatisfy { $0.testError == nil })
    #expect(reports.allSatisfy { $0.pictures == 1437 / bagSize * bagSize })
    #expect(reports.allSatisfy { $0.lossSeconds > 0 && $0.lossSeconds < $0.seconds })
    #expect(reports[9].loss < reports[0].loss / 2)
  }

  /// The parameters of a run that is stopped within an epoch and resumed are those of one that is not.
  @Test(arguments: [1, 4], [0, 40, 90, 100])
  func resumesToTheSameParameters(bagSize: Int, stopAfter: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let data = try Digits.data
    let options = Self.options(bagSize: bagSize)
    let whole = try BagTraining(options: options, dataset: data)
    #expect(try whole.run())

    let stopped = try BagTraining(options: options, dataset: data)
    var steps = 0
    let isComplete = try stopped.run(checkpoint: file) { event in
      if case .step = event { steps += 1 }
    } shouldStop: {
      steps == stopAfter
    }
    #expect(!isComplete)
    let resumed = try BagTraining(options: options, dataset: data, resumingFrom: file)
    #expect(resumed.plan.stepsTaken == stopAfter)
    #expect(try resumed.run())
    #expect(Self.parameters(of: resumed) == Self.parameters(of: whole))
  }

  /// Batch statistics are part of the state too.
  @Test func resumesANetworkWithBatchNormalization() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let digits = try Digits.data
    let data = ImageDataset(training: digits.training, test: digits.test.prefix(10))
    var options = Self.options(bagSize: 4)
    options.network = .resnet8
    options.pictures = 48
    let whole = try BagTraining(options: options, dataset: data)
    try whole.run(evaluatesEveryEpoch: false)
    let stopped = try BagTraining(options: options, dataset: data)
    var steps = 0
    try stopped.run(checkpoint: file) { event in
      if case .step = event { steps += 1 }
    } shouldStop: {
      steps == 2
    }
    let resumed = try BagTraining(options: options, dataset: data, resumingFrom: file)
    try resumed.run(evaluatesEveryEpoch: false)
    #expect(Self.parameters(of: resumed) == Self.parameters(of: whole))
    let buffers = { (training: BagTraining) in
      training.classifier.network.namedBuffers.map { $0.element.value.scalars }
    }
    #expect(buffers(resumed) == buffers(whole))
    #expect(!buffers(whole).isEmpty)
  }

  @Test func doesNotDependOnTheNumberOfThreads() throws {
    let data = try Digits.data
    let runs = try [1, 3].map { threads in
      try withMaxThreads(threads) {
        let training = try BagTraining(options: Self.options(bagSize: 8, epochs: 1), dataset: data)
        try training.run()
        return Self.parameters(of: training)
      }
    }
    #expect(runs[0] == runs[1])
  }

  @Test func everyBagSizeTrainsOnTheSameNumberOfPictures() throws {
    let data = try Digits.data
    for bagSize in [1, 4, 8] {
      var options = Self.options(bagSize: bagSize, epochs: 1)
      options.pictures = 800
      options.batchSize = 32
      let training = try BagTraining(options: options, dataset: data)
      var report: EpochReport?
      try training.run { if case .epoch(let epoch) = $0 { report = epoch } }
      #expect(report?.pictures == 800)
      #expect(training.plan.steps == 25)
      let skipped = try #require(report?.skippedBags)
      #expect((skipped > 0) == (bagSize > 1))
    }
  }

  @Test func resumesOnlyTheSameRun() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let data = try Digits.data
    try BagTraining(options: Self.options(bagSize: 4), dataset: data).save(to: file)
    let changes: [((inout BagTrainingOptions) -> Void, String)] = [
      ({ $0.bagSize = 8 }, "bag size: expected 4, found 8"),
      ({ $0.epochs = 3 }, "epochs: expected 2, found 3"),
      ({ $0.seed = 2 }, "seed: expected 1, found 2"),
      ({ $0.learningRate = 0.1 }, "learning rate: expected 0.05, found 0.1"),
      ({ $0.network = .cnn }, "model: expected mlp, found cnn"),
      ({ $0.pictures = 100 }, "pictures: expected the default, found 100"),
      ({ $0.batchSize = 32 }, "batch size: expected 16, found 32"),
      ({ $0.momentum = 0 }, "momentum: expected 0.9, found 0.0"),
      ({ $0.weightDecay = 0 }, "weight decay: expected 0.0005, found 0.0"),
      ({ $0.augments = false }, "augmentation: expected true, found false"),
      ({ $0.schedule = .cosine }, "schedule: expected one-cycle, found cosine"),
      ({ $0.gradient = .lp }, "gradient: expected value, found lp"),
      ({ $0.lambda = 1 }, "lambda: expected 20.0, found 1.0"),
      ({ $0.smoothing = 1 }, "smoothing: expected 0.01, found 1.0"),
      ({ $0.curriculum = [2] }, "curriculum: expected none, found 2"),
      ({ $0.data = .glyphs }, "data: expected digits, found glyphs"),
    ]
    for (change, difference) in changes {
      var options = Self.options(bagSize: 4)
      change(&options)
      let changed = options
      #expect(throws: TrainingError.differentRun(file: file, option: difference)) {
        try BagTraining(options: changed, dataset: data, resumingFrom: file)
      }
    }
    let others = ImageDataset(training: data.training[1..<1437], test: data.test)
    let difference = "expected the pictures that it was begun with, found others"
    #expect(throws: TrainingError.differentRun(file: file, option: difference)) {
      try BagTraining(options: Self.options(bagSize: 4), dataset: others, resumingFrom: file)
    }
  }

  @Test func namesTheOptionThatIsOutOfRange() throws {
    let data = try Digits.data
    let changes: [((inout BagTrainingOptions) -> Void, String)] = [
      ({ $0.bagSize = 0 }, "bag size"), ({ $0.epochs = 0 }, "epochs"),
      ({ $0.epochs = .max }, "epochs"), ({ $0.batchSize = .max }, "batch size"),
      ({ $0.pictures = 0 }, "pictures"), ({ $0.batchSize = -1 }, "batch size"),
      ({ $0.learningRate = .nan }, "learning rate"), ({ $0.weightDecay = -1 }, "weight decay"),
      ({ $0.momentum = 1 }, "momentum"),
      ({ $0.lambda = 0 }, "lambda"), ({ $0.lambda = 1e-60 }, "lambda"),
      ({ $0.smoothing = .infinity }, "smoothing"), ({ $0.curriculum = [2, 4] }, "curriculum"),
    ]
    for (change, name) in changes {
      var options = Self.options(bagSize: 4)
      change(&options)
      #expect {
        try BagTraining(options: options, dataset: data)
      } throws: { "\($0)".hasPrefix(name) }
    }
  }

  @Test func saysWhereTrainingDiverges() throws {
    var options = Self.options(bagSize: 4, epochs: 1)
    options.learningRate = 1e30
    options.schedule = .constant
    #expect {
      try BagTraining(options: options, dataset: Digits.data).run()
    } throws: { error in
      guard case TrainingError.diverged(1, let step, _) = error else { return false }
      return step > 1
    }
  }
}
