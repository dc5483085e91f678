import ProblemFiles

/// Lists the digits of pictures by a network, trained with the exact matching and with a fixed order, and
/// compares.
public struct SetsDemo: Sendable {
  /// Pictures to train on, each seen once.
  public var pictures = 96_000
  /// Pictures to test on, with the digits of other hands.
  public var testPictures = 500
  /// Pictures in a step.
  public var batch = 32
  /// Determines pictures and parameters.
  public var seed: UInt64 = 1

  /// A demo with default options.
  public init() {}

  /// One row of the comparison.
  public struct Row: Sendable, Codable, Equatable {
    /// How predictions were told which digit is theirs.
    public let matching: SetMatching
    /// Before training.
    public let before: SetEvaluation
    /// After it.
    public let after: SetEvaluation
    /// Of training; evaluation is not counted.
    public let seconds: Double
  }

  /// Trains with each matching.
  ///
  /// - Parameters:
  ///   - file: Where the picture of test pictures with their lists goes, as PNG.
  ///   - report: Gets the matching, the step, counted from 1, and its loss.
  /// - Throws: ``DataFileError``.
  public func run(
    picture file: String, report: (SetMatching, _ step: Int, _ loss: Float) -> Void = { _, _, _ in }
  ) throws -> [Row] {
    let digits = try DigitsData.load()
    let test = DigitScenes(
      0..<testPictures, digits: digits.test, seed: seed, stream: .testScenes)
    var rows: [Row] = []
    var lists: [[[DigitScenes.Object]]] = []
    for matching in SetMatching.allCases {
      let training = try SetTraining(matching: matching, seed: seed)
      let before = try SetEvaluation(training.list(test), truth: test.objects)
      let clock = ContinuousClock()
      let start = clock.now
      try training.run(steps: (pictures + batch - 1) / batch) { step in
        DigitScenes(
          step * batch..<min(pictures, (step + 1) * batch), digits: digits.training, seed: seed,
          stream: .scenes)
      } report: {
        report(matching, $0, $1)
      }
      let seconds = (clock.now - start) / .seconds(1)
      let listed = try training.list(test)
      rows.append(
        Row(
          matching: matching, before: before,
          after: try SetEvaluation(listed, truth: test.objects), seconds: seconds))
      lists.append(Array(listed.prefix(SceneFigure.pictures)))
    }
    try FileBytes.write(SceneFigure(test, lists: lists).picture.png(), to: file)
    return rows
  }
}
