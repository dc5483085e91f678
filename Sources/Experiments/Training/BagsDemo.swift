/// Trains the same network with labels in place and from bags, and compares.
public struct BagsDemo: Sendable {
  /// One row of the comparison.
  public struct Row: Sendable, Codable, Equatable {
    /// Pictures in a bag.
    public let bagSize: Int
    /// The share of test pictures that are classified wrongly.
    public let testError: Double
    /// The share of test pictures matched wrongly in bags of ``bagSize``.
    public let bagError: Double
    /// Of training; evaluation is not counted.
    public let seconds: Double
    /// The share of ``seconds`` spent in the loss and its gradient.
    public let lossShare: Double
  }

  /// The options of every run but for the bag size.
  public var options: BagTrainingOptions
  /// The bag sizes to compare, in order.
  public var bagSizes: [Int]

  /// A comparison of bag sizes.
  public init(options: BagTrainingOptions, bagSizes: [Int]) {
    (self.options, self.bagSizes) = (options, bagSizes)
  }

  /// What the runs gave.
  public struct Outcome: Sendable {
    /// One for each bag size.
    public let rows: [Row]
    /// Test bags as the last network matched them.
    public let figure: BagFigure
  }

  /// Trains with each bag size on the same number of pictures.
  ///
  /// - Returns: Nil if told to stop.
  public func run(
    on dataset: ImageDataset, report: (TrainingEvent) throws -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Outcome? {
    var rows: [Row] = []
    var figure: BagFigure?
    for bagSize in bagSizes {
      var options = options
      options.bagSize = bagSize
      let training = try BagTraining(options: options, dataset: dataset)
      guard
        try training.run(evaluatesEveryEpoch: false, report: report, shouldStop: shouldStop)
      else { return nil }
      let (evaluation, bags) = try training.classifier.evaluate(on: dataset.test)
      rows.append(
        Row(
          bagSize: bagSize, testError: evaluation.testError, bagError: evaluation.bagError,
          seconds: training.seconds, lossShare: training.lossShare))
      figure = BagFigure(
        evaluation, of: training.classifier, pictures: dataset.test, bags: bags)
    }
    return figure.map { Outcome(rows: rows, figure: $0) }
  }

  /// The rows as text.
  public static func table(_ rows: [Row]) -> String {
    TrainingDisplay.table(
      ["bag size", "test error", "bag error", "seconds", "in the loss"],
      rows.map { row in
        [
          "\(row.bagSize)", TrainingDisplay.percent(row.testError),
          TrainingDisplay.percent(row.bagError), TrainingDisplay.decimal(row.seconds, 1),
          TrainingDisplay.percent(row.lossShare, 2),
        ]
      })
  }
}
