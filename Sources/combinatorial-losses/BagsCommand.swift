import ArgumentParser
import DifferentiableTensor
import CombinatorialExperiments

struct BagsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bags",
    abstract:
      "Train and test classifiers of pictures that come in bags with their labels shuffled.",
    subcommands: [
      BagsTrainCommand.self, BagsEvaluateCommand.self, BagsDemoCommand.self, BagsGridCommand.self,
    ])
}

extension DataSource: ExpressibleByArgument {
  /// One of ``forms``.
  public init?(argument: String) { self.init(argument) }
  /// What the help lists.
  public static var allValueStrings: [String] { forms }
}

extension BagNetwork: ExpressibleByArgument {}
extension BagTrainingOptions.Schedule: ExpressibleByArgument {}

/// Where data is looked for.
struct DataOptions: ParsableArguments {
  @Option(
    name: [.customLong("cache-directory"), .customLong("data-directory")],
    help: ArgumentHelp(
      "Look for data sets here first. Default: combinatorial-losses in $XDG_CACHE_HOME or ~/.cache.",
      valueName: "dir"))
  var cacheDirectory: String?

  var folders: DataFolders { DataFolders(cache: cacheDirectory) }
}

/// How many cores to use.
struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The most threads. Default: one for each core.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads: expected at least 1, found \(threads)")
    }
  }

  func limit<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let threads else { return try body() }
    return try withMaxThreads(threads, body)
  }
}
