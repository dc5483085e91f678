import CombinatorialLosses
import Foundation
import NeuralLayers
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct OwnBagTrainingTests {
  static func options(epochs: Int) -> BagTrainingOptions {
    var options = BagTrainingTests.options(bagSize: 8, epochs: epochs)
    options.data = .bags(manifest: "own.jsonl")
    options.shift = 1
    return options
  }

  /// The digits in bags of three to six, as a manifest would have them: now and then a label is missing, and now
  /// and then there is one too many.
  static func digits(mistakes: Bool = false) throws -> BagCollection {
    let set = try Digits.data.training
    var bags: [(pictures: [Int], labels: [Int32])] = []
    var first = 0
    while first + 6 <= set.count {
      let pictures = Array(first..<first + 3 + bags.count % 4)
      var labels = pictures.reversed().map { set.labels[$0] }
      if mistakes, bags.count % 5 == 0 { labels.removeLast() }
      if mistakes, bags.count % 7 == 0 { labels.append(Int32(bags.count % 10)) }
      bags.append((pictures, labels))
      first += pictures.count
    }
    return try BagCollection(pictures: set.stack, bags: bags, classNames: set.classNames)
  }

  private static func parameters(of training: BagTraining) -> [[Float]] {
    training.classifier.network.parameters.map { $0.value.scalars }
  }

  /// Guessing has an error of 90%.
  @Test(arguments: [nil, 3.0]) func learnsDigits(unmatchedCost: Double?) throws {
    var options = Self.options(epochs: 12)
    options.unmatchedCost = unmatchedCost
    let training = try BagTraining(
      options: options, bags: Self.digits(mistakes: true), test: Digits.data.test)
    var reports: [EpochReport] = []
    try training.run(evaluatesEveryEpoch: false) { event in
      if case .epoch(let report) = event { reports.append(report) }
    }
    #expect(try #require(reports.last?.testError) < 0.2)
    #expect(reports.allSatisfy { $0.pictures == reports[0].pictures && $0.bagSize == 6 })
    #expect(training.plan.smallestBag == 3 && training.plan.largestBag == 6)
    #expect(training.plan.summary.contains("bags of 3 to 6"))
  }

  @Test func needsNoTestSet() throws {
    let training = try BagTraining(options: Self.options(epochs: 1), bags: Self.digits())
    var report: EpochReport?
    try training.run { if case .epoch(let epoch) = $0 { report = epoch } }
    #expect(report != nil && report?.testError == nil && training.plan.testPictures == 0)
  }

  /// The parameters of a run that is stopped within an epoch and resumed are those of one that is not.
  @Test(arguments: [0, 30, 100]) func resumesToTheSameParameters(stopAfter: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let (options, bags) = (Self.options(epochs: 2), try Self.digits(mistakes: true))
    let whole = try BagTraining(options: options, bags: bags)
    #expect(try whole.run())
    let stopped = try BagTraining(options: options, bags: bags)
    var steps = 0
    try stopped.run(checkpoint: file) { event in
      if case .step = event { steps += 1 }
    } shouldStop: {
      steps == stopAfter
    }
    let resumed = try BagTraining(options: options, bags: bags, resumingFrom: file)
    #expect(resumed.plan.stepsTaken == stopAfter)
    #expect(try resumed.run())
    #expect(Self.parameters(of: resumed) == Self.parameters(of: whole))
    var other = options
    other.unmatchedCost = 2
    #expect {
      try BagTraining(options: other, bags: bags, resumingFrom: file)
    } throws: { "\($0)".contains("unmatched cost: expected the default, found 2.0") }
  }

  /// The checkpoint alone says what the network was made for, and what its classes are called.
  @Test func matchesAndPredictsFromTheCheckpoint() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let bags = try Self.digits()
    var options = Self.options(epochs: 12)
    options.unmatchedCost = 4
    let training = try BagTraining(options: options, bags: bags)
    try training.run(checkpoint: file)
    let classifier = try BagClassifier(checkpoint: file)
    #expect(classifier.classNames == bags.classNames)
    #expect(classifier.format == PictureFormat(channels: 1, height: 8, width: 8))
    let truth = try Digits.data.training.labels
    let matched = try classifier.match(bags)
    #expect(matched.count == bags.bags.count)
    var wrong = 0
    for (bag, matched) in zip(bags.bags, matched) {
      for (picture, label) in zip(bag.pictures, matched.labels) where label != truth[picture] {
        wrong += 1
      }
      // Together they are the labels of the bag.
      let all = matched.labels.compactMap { $0 } + matched.unmatchedLabels
      #expect(all.sorted() == bag.labels.sorted())
      #expect(matched.labels.count { $0 == nil } == matched.unmatchedLabels.count)
      #expect(
        zip(matched.labels, matched.probabilities).allSatisfy { ($0 == nil) == ($1 == nil) })
    }
    #expect(Double(wrong) / Double(bags.picturesOfBags) < 0.1)
    let evaluation = try classifier.evaluate(bags)
    let cost = matched.reduce(0) { $0 + $1.cost } / Double(bags.picturesOfBags)
    #expect(evaluation.loss == cost && evaluation.bags == bags.bags.count)
    #expect(try #require(evaluation.missedLabels) < 0.15)
    #expect(throws: TrainingError.self) {
      try classifier.match(
        BagCollection(
          pictures: bags.pictures, bags: [([0], [0])], classNames: ["another", "class"]))
    }
  }

  /// A receipt with too many lines, and a cart with too much in it.
  @Test func leavesWhatIsTooMany() throws {
    let set = try Digits.data.training
    let training = try BagTraining(options: Self.options(epochs: 8), bags: Self.digits())
    try training.run()
    let (pictures, labels) = (Array(0..<4), set.labels[0..<4])
    let bags = try BagCollection(
      pictures: set.stack,
      bags: [(pictures, [labels[2], labels[0]]), ([0], [labels[0], labels[0], labels[1]])],
      classNames: set.classNames)
    let matched = try training.classifier.match(bags)
    #expect(matched[0].labels == [labels[0], nil, labels[2], nil])
    #expect(matched[0].unmatchedLabels.isEmpty)
    #expect(matched[1].labels == [labels[0]])
    #expect(matched[1].unmatchedLabels == [labels[0], labels[1]].sorted())
    // For nothing, all stay unmatched; at a high price, as many are matched as can be.
    let free = try training.classifier.match(bags, unmatchedCost: 0)
    #expect(free[0].labels == [nil, nil, nil, nil] && free[0].unmatchedLabels.count == 2)
    #expect(abs(free[0].cost) < 1e-6)
    let dear = try training.classifier.match(bags, unmatchedCost: 1000)
    #expect(dear[0].labels == matched[0].labels)
    #expect(abs(dear[0].cost - matched[0].cost - 2000) < 1e-2)
  }

  /// Classes that stand in another order elsewhere are still the same.
  @Test func knowsClassesByName() throws {
    let data = try Digits.data
    let training = try BagTraining(options: Self.options(epochs: 6), bags: Self.digits())
    try training.run()
    let error = try training.classifier.testError(on: data.test)
    let reversed = try PictureSet(
      data.test.stack, labels: data.test.labels.map { 9 - $0 },
      classNames: data.test.classNames.reversed())
    #expect(try training.classifier.testError(on: reversed) == error)
    #expect(try training.classifier.aligned(reversed) == data.test)
    let evaluations = try [data.test, reversed].map {
      try training.classifier.evaluate(on: $0).evaluation.testError
    }
    #expect(evaluations == [error, error])
    let others = try PictureSet(
      data.test.stack, labels: data.test.labels, classNames: (0...9).map { "digit \($0)" })
    #expect(throws: TrainingError.self) { try training.classifier.testError(on: others) }
  }

  @Test func drawsOnlyFiles() throws {
    let folder = try TemporaryFolder()
    let bags = try Self.digits()
    let training = try BagTraining(options: Self.options(epochs: 1), bags: bags)
    let matched = try training.classifier.match(bags)[0]
    #expect(throws: FigureError.self) {
      try MatchedBagFigure(matched, of: bags).write(to: folder.path + "/bag.png")
    }
    #expect(
      MatchRecord(matched, of: bags).pictures.map(\.file) == [
        "picture 0", "picture 1", "picture 2",
      ])
  }

  @Test func doesNotDependOnTheNumberOfThreads() throws {
    let bags = try Self.digits(mistakes: true)
    let runs = try [1, 3].map { threads in
      try withMaxThreads(threads) {
        let training = try BagTraining(options: Self.options(epochs: 1), bags: bags)
        try training.run()
        return Self.parameters(of: training)
      }
    }
    #expect(runs[0] == runs[1])
  }

  @Test func refusesOptionsOfOtherData() throws {
    let bags = try Self.digits()
    let own: [((inout BagTrainingOptions) -> Void, String)] = [
      ({ $0.curriculum = [2] }, "curriculum"), ({ $0.gradient = .lp }, "gradient"),
      ({ $0.pictures = 10 }, "pictures"), ({ $0.unmatchedCost = -1 }, "unmatched cost"),
      ({ $0.unmatchedCost = .nan }, "unmatched cost"), ({ $0.shift = -1 }, "shift"),
      ({ $0.format = PictureFormat(channels: 2) }, "channels"),
      ({ $0.format = PictureFormat(height: 0) }, "picture size"),
    ]
    for (change, name) in own {
      var options = Self.options(epochs: 2)
      change(&options)
      #expect {
        try BagTraining(options: options, bags: bags)
      } throws: { "\($0)".contains(name) }
    }
    let labeled: [(inout BagTrainingOptions) -> Void] = [
      { $0.unmatchedCost = 1 }, { $0.test = "t" }, { $0.format = PictureFormat() },
    ]
    for change in labeled {
      var options = BagTrainingTests.options(bagSize: 4)
      change(&options)
      #expect(throws: TrainingError.self) {
        try BagTraining(options: options, dataset: Digits.data)
      }
    }
    #expect(throws: TrainingError.self) {
      try BagTraining(
        options: Self.options(epochs: 1), bags: bags,
        test: PictureSet(bags.pictures[0..<1], labels: [0], classNames: ["zero"]))
    }
  }
}

@Suite struct BagExportTests {
  /// What is written and read again are the pictures, in bags with their labels.
  @Test(arguments: BagExport.LabelForm.allCases, BagExport.FileFormat.allCases)
  func writesWhatIsRead(labels: BagExport.LabelForm, format: BagExport.FileFormat) throws {
    let folder = try TemporaryFolder()
    let all = try Digits.data
    let data = ImageDataset(training: all.training.prefix(40), test: all.test.prefix(5))
    var export = BagExport()
    (export.bagSize, export.labelForm, export.fileFormat, export.passes) = (4, labels, format, 2)
    let summary = try export.run(data, to: folder.path + "/out")
    let shape = PictureFormat(channels: 1, height: 8, width: 8)
    let bags = try BagCollection(
      manifest: summary.bagManifest, format: shape, classNames: data.training.classNames)
    #expect(bags.bags.count == 20 && summary.bags == 20)
    for bag in bags.bags {
      let indices = try bag.pictures.map { picture in
        let name = try #require(bags.sources[picture].file.split(separator: "/").last)
        return try #require(Int(name.prefix(6)))
      }
      #expect(bag.labels.sorted() == indices.map { data.training.labels[$0] }.sorted())
      for (picture, index) in zip(bag.pictures, indices) where format == .png {
        #expect(Array(bags.pictures.picture(picture)) == Array(data.training.picture(index)))
      }
    }
    let test = try PictureList(
      manifest: summary.testManifest, format: shape, classNames: bags.classNames)
    #expect(try test.labeled.labels == data.test.labels)
    if format == .png { #expect(try test.labeled.pixels == data.test.pixels) }
  }
}
