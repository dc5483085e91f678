import Foundation
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct BagGridFigureTests {
  private static func run(
    _ bagSize: Int, _ error: Double, seed: UInt64 = 1, gradient: BagGradient = .value,
    curriculum: [Int] = []
  ) -> BagRun {
    var options = BagTrainingOptions()
    options.data = .cifar100(folder: "it's data")
    options.bagSize = bagSize
    options.seed = seed
    options.gradient = gradient
    options.curriculum = curriculum
    return BagRun(options: options, testError: error, seconds: 1, lossShare: 0)
  }

  private static let runs = [
    run(1, 0.17), run(1, 0.19, seed: 2), run(8, 0.3, gradient: .lp), run(4, 0.2),
    run(4, 0.25, seed: 2), run(4, 0.21, seed: 3), run(16, 0.3, curriculum: [4, 8]),
    run(16, 0.9),
  ]

  private static var timings: [GradientTiming] {
    [BagGradient.value, .lp].flatMap { gradient in
      [4, 8].map { bagSize in
        var options = BagTrainingOptions()
        options.gradient = gradient
        options.bagSize = bagSize
        return GradientTiming(
          options: options, timedSteps: 10, stepSeconds: 0.05, lossSeconds: 1e-4,
          stepsPerEpoch: 100)
      }
    }
  }

  @Test func curvesAreMeansOverSeeds() throws {
    let curves = BagGridFigure(runs: Self.runs, timings: []).errorCurves
    #expect(
      curves.map(\.title) == [
        "optimal value", "smoothed linear program",
        "optimal value after bags of 4, 8",
      ])
    try #require(curves.count == 3)
    #expect(curves[0].points.map(\.bagSize) == [1, 4, 16])
    #expect(curves[0].points.map(\.errors.count) == [2, 3, 1])
    #expect(abs(curves[0].points[1].errors.mean - 0.22) < 1e-12)
    // t = 4.3027 for 3 values; their standard deviation is 0.026458.
    #expect(abs(curves[0].points[1].errors.halfWidth - 0.065725) < 1e-6)
    #expect(curves[0].points[2].errors.halfWidth == 0)
    #expect(curves[2].points.map(\.bagSize) == [16])
  }

  /// SciPy's stats.t.ppf(0.975, n).
  @Test(
    arguments: [
      (1, 12.7062), (2, 4.3027), (9, 2.2622), (10, 2.2281), (15, 2.1314), (30, 2.0423),
      (1000, 1.9623),
    ])
  func quantilesAreStudents(degreesOfFreedom: Int, expected: Double) {
    let found = SeedStatistics.quantile(degreesOfFreedom: degreesOfFreedom)
    #expect(abs(found - expected) <= 3e-3)
  }

  @Test(arguments: ["png", "svg"])
  func draws(format: String) throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/figure.\(format)"
    try BagGridFigure(runs: Self.runs, timings: Self.timings).write(to: file)
    #expect(try FileBytes.read(file).count > 5_000)
    guard format == "svg" else { return }
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for label in [
      "supervised", "optimal value", "test error, %", "seconds", "on cifar100:it's data",
    ] {
      #expect(text.contains(label), "\(label)")
    }
  }

  /// One half of the data is enough for one half of the figure.
  @Test func drawsWhatThereIs() throws {
    let folder = try TemporaryFolder()
    try BagGridFigure(runs: Self.runs, timings: []).write(to: folder.path + "/errors.svg")
    try BagGridFigure(runs: [], timings: Self.timings).write(to: folder.path + "/times.svg")
    #expect(throws: FigureError.self) {
      try BagGridFigure(runs: Self.runs, timings: []).write(to: folder.path + "/errors.pdf")
    }
  }
}

@Suite struct GradientTimingTests {
  @Test func timesEveryGradientOnTheSameSteps() throws {
    let timer = GradientTimer(
      options: BagTrainingTests.options(bagSize: 1), bagSizes: [1, 4, 8], steps: 5)
    let timings = try timer.run(on: Digits.data)
    #expect(timings.map(\.options.bagSize) == [1, 4, 4, 4, 8, 8, 8])
    let gradients = BagGradient.allCases
    #expect(timings.map(\.options.gradient) == [.value] + gradients + gradients)
    #expect(timings.allSatisfy { $0.timedSteps == 5 })
    #expect(timings.allSatisfy { $0.lossSeconds > 0 && $0.lossSeconds < $0.stepSeconds })
    #expect(timings.map(\.stepsPerEpoch) == [90, 90, 90, 90, 90, 90, 90])
    #expect(timings[1].extrapolatedEpochSeconds == timings[1].stepSeconds * 90)
  }

  @Test func refusesMoreStepsThanAnEpochHas() throws {
    let timer = GradientTimer(
      options: BagTrainingTests.options(bagSize: 1), bagSizes: [4], steps: 88)
    #expect(throws: TrainingError.self) { try timer.run(on: Digits.data) }
  }
}
