import Foundation
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct CurriculumTests {
  private static var options: BagTrainingOptions {
    var options = BagTrainingTests.options(bagSize: 8, epochs: 3)
    options.curriculum = [2, 4]
    options.pictures = 330
    return options
  }

  @Test func everyEpochHasItsBagSize() throws {
    let training = try BagTraining(options: Self.options, dataset: Digits.data)
    var reports: [EpochReport] = []
    var steps: [StepReport] = []
    try training.run(evaluatesEveryEpoch: false) { event in
      if case .epoch(let report) = event { reports.append(report) }
      if case .step(let report) = event { steps.append(report) }
    }
    #expect(reports.map(\.bagSize) == [2, 4, 8])
    #expect(reports.map(\.bags) == [165, 82, 41])
    // 16 pictures a step: 8, 4 and 2 bags.
    #expect(training.plan.steps == 21 + 21 + 21)
    #expect(steps.map(\.step) == Array(1...63))
    #expect(steps.allSatisfy { $0.steps == 63 })
  }

  @Test func stepsAreCountedOverEpochsOfDifferentLengths() {
    var options = Self.options
    options.batchSize = 3
    // 110 pictures: 55 bags of 2, one a step; 27 of 4; 13 of 8.
    let counts = (0...3).map { options.steps(beforeEpoch: $0, pictures: 110) }
    #expect(counts == [0, 55, 82, 95])
    options.curriculum = []
    #expect(options.steps(beforeEpoch: 3, pictures: 110) == 39)
  }

  @Test(arguments: [10, 21, 30, 42, 50])
  func resumesToTheSameParameters(stopAfter: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let data = try Digits.data
    let whole = try BagTraining(options: Self.options, dataset: data)
    #expect(try whole.run(evaluatesEveryEpoch: false))
    let stopped = try BagTraining(options: Self.options, dataset: data)
    var steps = 0
    try stopped.run(checkpoint: file, evaluatesEveryEpoch: false) { event in
      if case .step = event { steps += 1 }
    } shouldStop: {
      steps == stopAfter
    }
    let resumed = try BagTraining(options: Self.options, dataset: data, resumingFrom: file)
    #expect(resumed.plan.stepsTaken == stopAfter)
    #expect(try resumed.run(evaluatesEveryEpoch: false))
    #expect(BagTrainingTests.parameters(of: resumed) == BagTrainingTests.parameters(of: whole))
  }

  @Test func refusesBagSizesThatLeaveNoEpochOrNoClasses() throws {
    var options = Self.options
    options.curriculum = [2, 4, 4]
    #expect(options.fault?.hasPrefix("curriculum") == true)
    options.curriculum = [0]
    #expect(options.fault?.hasPrefix("curriculum") == true)
    options.curriculum = [16]
    let unfit = options
    #expect(throws: BagSamplerError.tooFewClasses(bagSize: 16, required: 12, found: 10)) {
      try BagTraining(options: unfit, dataset: Digits.data)
    }
  }
}
