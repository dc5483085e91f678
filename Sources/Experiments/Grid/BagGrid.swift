import DistributedTraining
import Foundation
import ProblemFiles

/// Training runs that differ in gradient, bag size and seed, each of which is run once.
public struct BagGrid: Sendable {
  /// Runs of one gradient and one curriculum: every bag size with every seed.
  public struct Cell: Sendable, Equatable {
    /// How the gradient of a bag's loss is found.
    public var gradient: BagGradient
    /// Pictures in a bag.
    public var bagSizes: [Int]
    /// What determines parameters, bags and augmentation.
    public var seeds: [UInt64]
    /// The bag sizes of the first epochs.
    public var curriculum: [Int]
  }

  /// The options that are the same in every run.
  public var options: BagTrainingOptions
  /// What is run, in this order.
  public var cells: [Cell]
  /// Where finished runs stand.
  public var results: JSONLines<BagRun>
  /// The folder in which a run that is interrupted is kept until it goes on.
  public var checkpoints: String

  /// A grid that may be finished in part.
  public init(
    options: BagTrainingOptions, cells: [Cell], results: JSONLines<BagRun>, checkpoints: String
  ) {
    (self.options, self.cells) = (options, cells)
    (self.results, self.checkpoints) = (results, checkpoints)
  }

  /// Every run: seed by seed, so that all bag sizes have one result before any has two.
  public var runs: [BagTrainingOptions] {
    cells.flatMap { cell in
      cell.seeds.flatMap { seed in
        cell.bagSizes.map { bagSize in
          var options = options
          options.gradient = cell.gradient
          options.bagSize = bagSize
          options.seed = seed
          options.curriculum = cell.curriculum
          return options
        }
      }
    }
  }

  /// The results of runs with these options, whatever their gradient, bag size, curriculum and seed.
  public func comparableResults() throws(DataFileError) -> [BagRun] {
    try results.records().filter { run in
      var others = run.options
      others.gradient = options.gradient
      others.bagSize = options.bagSize
      others.curriculum = options.curriculum
      others.seed = options.seed
      return others == options
    }
  }

  /// Runs what is not among the results yet.
  ///
  /// - Parameters:
  ///   - dataset: What the options name.
  ///   - processes: What trains each run together; the first of them alone reads and writes files.
  ///   - report: Told what happens.
  ///   - shouldStop: Asked before every step. The run under way is saved and goes on the next time.
  /// - Returns: Whether all runs are finished.
  /// - Throws: ``TrainingError``, ``/NumPyFiles/DataFileError`` and what training throws.
  public func run(
    on dataset: ImageDataset, processes: DataParallel = DataParallel(),
    report: (TrainingEvent) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    for options in runs {
      // Read again for each run: another job may work on the same grid.
      let isDone = try processes.leaderFinds {
        try results.records().contains { $0.options == options }
      }
      if isDone { continue }
      guard
        try run(options, on: dataset, processes: processes, report: report, shouldStop: shouldStop)
      else { return false }
    }
    return true
  }

  /// Runs and records one; false if told to stop.
  private func run(
    _ options: BagTrainingOptions, on dataset: ImageDataset, processes: DataParallel,
    report: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
  ) throws -> Bool {
    let checkpoint = checkpoint(of: options)
    let isUnderWay = try processes.leaderFinds { FileBytes.exists(checkpoint) }
    let training = try BagTraining(
      options: options, dataset: dataset, resumingFrom: isUnderWay ? checkpoint : nil,
      on: processes)
    var testError: Double?
    let isComplete = try training.run(checkpoint: checkpoint, evaluatesEveryEpoch: false) {
      if case .epoch(let epoch) = $0 { testError = epoch.testError }
      try report($0)
    } shouldStop: {
      shouldStop()
    }
    guard isComplete, processes.isLeader else { return isComplete }
    try results.append(
      BagRun(
        options: options,
        testError: try testError ?? training.classifier.testError(on: dataset.test),
        seconds: training.seconds, lossShare: training.lossShare))
    try? FileManager.default.removeItem(atPath: checkpoint)
    return true
  }

  private func checkpoint(of options: BagTrainingOptions) -> String {
    let parts =
      [options.gradient.rawValue, "bags-of-\(options.bagSize)", "seed-\(options.seed)"]
      + (options.curriculum.isEmpty ? [] : ["after"]) + options.curriculum.map(String.init)
    return "\(checkpoints)/\(parts.joined(separator: "-")).safetensors"
  }
}

extension BagGrid.Cell: CustomStringConvertible {
  /// `GRADIENT:SIZES:SEEDS`, or `GRADIENT:SIZES:SEEDS:CURRICULUM`, numbers separated by commas.
  public static let form = "gradient:sizes:seeds[:curriculum]"

  /// Parses ``form``, as in `value:1,4,8:1,2` and `value:32:1:4,8`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (3...4).contains(parts.count), let gradient = BagGradient(rawValue: String(parts[0])),
      let bagSizes = Self.numbers(parts[1], as: Int.self),
      let seeds = Self.numbers(parts[2], as: UInt64.self),
      let curriculum = parts.count == 4 ? Self.numbers(parts[3], as: Int.self) : []
    else { return nil }
    (self.gradient, self.bagSizes) = (gradient, bagSizes)
    (self.seeds, self.curriculum) = (seeds, curriculum)
  }

  private static func numbers<Number: FixedWidthInteger>(
    _ text: Substring, as: Number.Type
  ) -> [Number]? {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Number($0) }
    return numbers.contains(nil) ? nil : numbers.compactMap { $0 }
  }

  /// The text that parses to this cell.
  public var description: String {
    let numbers = [bagSizes.map(String.init), seeds.map(String.init), curriculum.map(String.init)]
    return ([gradient.rawValue] + numbers.filter { !$0.isEmpty }.map { $0.joined(separator: ",") })
      .joined(separator: ":")
  }
}

extension DataParallel {
  /// What rank 0 finds; all ranks throw if it does.
  fileprivate func leaderFinds(_ condition: () throws -> Bool) throws -> Bool {
    try any(together { isLeader ? try condition() : false })
  }
}
