import ProblemFiles

/// Lists the digits of pictures by a network, trained with the exact matching and with a fixed order, and
/// compares.
public struct SetsDemo: Sendable {
  /// The options of both runs but for the matching.
  public var options: SetOptions

  /// A comparison.
  public init(options: SetOptions = SetOptions()) { self.options = options }

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
  ///   - report: Gets the matching and what happens.
  ///   - shouldStop: Asked before every step.
  /// - Returns: Nil if told to stop.
  /// - Throws: ``/NumPyFiles/DataFileError``.
  public func run(
    picture file: String,
    report: (SetMatching, RunEvent<PlainPlan, PlainEpoch>) throws -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> [Row]? {
    let (digits, seed) = (try DigitsData.load(), options.seed)
    let test = DigitScenes(
      0..<options.testPictures, digits: digits.test, seed: seed, stream: .testScenes)
    var rows: [Row] = []
    var lists: [[[DigitScenes.Object]]] = []
    for matching in SetMatching.allCases {
      var options = options
      options.matching = matching
      let training = try SetTraining(options: options) {
        DigitScenes($0, digits: digits.training, seed: seed, stream: .scenes)
      }
      let before = try SetEvaluation(training.list(test), truth: test.objects)
      let isComplete = try training.train(
        report: { try report(matching, $0) }, shouldStop: shouldStop)
      guard isComplete else { return nil }
      let listed = try training.list(test)
      rows.append(
        Row(
          matching: matching, before: before,
          after: try SetEvaluation(listed, truth: test.objects),
          seconds: training.progress.seconds))
      lists.append(Array(listed.prefix(SceneFigure.pictures)))
    }
    try SceneFigure(test, lists: lists).picture.writePNG(to: file)
    return rows
  }
}
