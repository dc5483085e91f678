import Foundation
import ProblemFiles

/// Trains the same network on the same maps with both gradients, and compares.
public struct PathsDemo: Sendable {
  /// One row of the comparison.
  public struct Row: Sendable, Codable, Equatable {
    /// How the gradient was found.
    public let gradient: PathGradient
    /// On maps that training did not see.
    public let evaluation: PathEvaluation
    /// Of training; evaluation is not counted.
    public let seconds: Double
  }

  /// What the runs gave.
  public struct Outcome: Sendable {
    /// One for each gradient.
    public let rows: [Row]
    /// Test maps with their paths, and those of the network trained by the optimal value.
    public let figure: PathFigure
  }

  /// The options of both runs but for the gradient.
  public var options: PathOptions

  /// A comparison.
  public init(options: PathOptions) { self.options = options }

  /// Trains with each gradient.
  ///
  /// - Parameters:
  ///   - report: Gets the gradient and what happens.
  ///   - shouldStop: Asked between steps.
  /// - Returns: Nil if told to stop.
  public func run(
    report: (PathGradient, RunEvent<PlainPlan, PlainEpoch>) throws -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Outcome? {
    let maps = try TerrainMaps(count: options.maps, seed: options.seed)
    let test = try TerrainMaps(count: options.testMaps, first: options.maps, seed: options.seed)
    var rows: [Row] = []
    var figure: PathFigure?
    for gradient in PathGradient.allCases {
      var options = options
      options.gradient = gradient
      let training = try PathTraining(options: options, maps: maps)
      let isComplete = try training.run(
        report: { try report(gradient, $0) }, shouldStop: shouldStop)
      guard isComplete else { return nil }
      rows.append(
        Row(
          gradient: gradient, evaluation: try training.evaluate(on: test),
          seconds: training.progress.seconds))
      if gradient == .value { figure = try PathFigure(training, maps: test) }
    }
    return figure.map { Outcome(rows: rows, figure: $0) }
  }

  /// Writes the rows, each with the options of its run, as JSON objects, one a line.
  public static func write(
    _ rows: [Row], options: PathOptions, to path: String
  ) throws {
    struct Record: Encodable {
      let options: PathOptions
      let result: Row
    }
    let lines = try rows.map { row in
      var options = options
      options.gradient = row.gradient
      return try JSON.line(Record(options: options, result: row))
    }
    try FileBytes.write(lines.map { $0 + "\n" }.joined().utf8, to: path)
  }

  /// The rows as text.
  public static func table(_ rows: [Row]) -> String {
    TrainingDisplay.table(
      ["    gradient", "shortest paths", "regret", "order of costs", "seconds"],
      rows.map { row in
        [
          row.gradient.rawValue, TrainingDisplay.percent(row.evaluation.accuracy),
          TrainingDisplay.percent(row.evaluation.regret, 2),
          TrainingDisplay.percent(row.evaluation.order), TrainingDisplay.decimal(row.seconds, 1),
        ]
      })
  }
}
