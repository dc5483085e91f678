import ArgumentParser
import CombinatorialExperiments
import Foundation

/// The size of pictures as a side or as width x height.
struct PictureSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let width = sides[0], let height = sides[sides.count - 1]
    else { return nil }
    (self.width, self.height) = (width, height)
  }
}

/// The options of training on bags of the user's own.
struct OwnBagOptions: ParsableArguments {
  @Option(
    help: .value(
      "manifest.jsonl",
      "With --data bags: pictures with known labels to test on, {\"picture\": …, \"label\": …} a line."
    ))
  var test: String?
  @Option(
    help: .value(
      "side|width x height",
      "With --data bags: what pictures are cropped and resized to. Default: 32."))
  var pictureSize: PictureSize?
  @Flag(help: "With --data bags: make pictures gray.") var gray = false
  @Option(
    help: ArgumentHelp(
      "With --data bags: the price of each picture and each label that stays unmatched.",
      discussion: "Default: as many are matched as can be, and the others cost nothing.",
      valueName: "number"))
  var unmatchedCost: Double?
  @OptionGroup var lines: BadLineOptions

  /// Adds what was chosen.
  func apply(to options: inout BagTrainingOptions) {
    (options.test, options.unmatchedCost) = (test, unmatchedCost)
    guard pictureSize != nil || gray else { return }
    var format = PictureFormat()
    if let pictureSize { (format.width, format.height) = (pictureSize.width, pictureSize.height) }
    if gray { format.channels = 1 }
    options.format = format
  }
}

/// A trained classifier, and what becomes of lines that it cannot use.
struct TrainedBagOptions: ParsableArguments {
  @Option(help: .value("file", "The classifier: a checkpoint of bags train."))
  var checkpoint: String
  @OptionGroup var lines: BadLineOptions

  var classifier: BagClassifier {
    get throws { try BagClassifier(checkpoint: checkpoint) }
  }
}

/// What becomes of lines that cannot be used.
struct BadLineOptions: ParsableArguments {
  @Flag(help: "Go on after a line or a picture that cannot be used, and count them.")
  var skipBad = false

  /// How many of the lines that were skipped are told by themselves.
  private static let told = 5

  /// Tells what was skipped, on standard error; of several processes the first one does.
  func report(_ badLines: [BadLine], of file: String) {
    guard !badLines.isEmpty, Ranks.isLeader else { return }
    for line in badLines.prefix(Self.told) { StandardError.write(line: "skipped: \(line)") }
    StandardError.write(line: "\(file): \(badLines.count) skipped")
  }
}

extension BagClassifier {
  /// Reads bags of this classifier's classes, and tells what was skipped.
  func bags(_ manifest: String, _ lines: BadLineOptions) throws -> BagCollection {
    let bags = try BagCollection(
      manifest: manifest, format: format, classNames: classNames, skipsBadLines: lines.skipBad)
    lines.report(bags.badLines, of: manifest)
    return bags
  }

  /// Reads pictures with or without labels, and tells what was skipped.
  func pictures(
    _ manifest: String, needsLabels: Bool, _ lines: BadLineOptions
  ) throws -> PictureList {
    let list = try PictureList(
      manifest: manifest, format: format, classNames: classNames, needsLabels: needsLabels,
      skipsBadLines: lines.skipBad)
    lines.report(list.badLines, of: manifest)
    return list
  }
}
