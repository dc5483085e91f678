import ArgumentParser
import CombinatorialExperiments
import DifferentiableTensor
import DistributedTraining

extension ExpressibleByArgument where Self: NamedSource {
  /// One of ``forms``.
  public init?(argument: String) { self.init(argument) }
  /// All of them as the name of an option's value, which help and errors show.
  static var formsAsValue: String { forms.joined(separator: "|") }
}

extension DataSource: ExpressibleByArgument {
  /// Those of which each picture has its label.
  static var labeledFormsAsValue: String { labeledForms.joined(separator: "|") }
}

/// Refuses bags where pictures with a label each are needed.
func expectLabeled(_ data: DataSource) throws {
  guard data.manifest != nil else { return }
  throw ValidationError(
    "--data: expected one of \(DataSource.labeledForms.joined(separator: ", ")), found \(data)")
}

extension TextSource: ExpressibleByArgument {}

extension ArgumentHelp {
  /// Of a number of things.
  static func count(_ text: String) -> ArgumentHelp { value("n", text) }

  /// Of an option whose value has a name.
  static func value(_ name: String, _ text: String) -> ArgumentHelp {
    ArgumentHelp(text, valueName: name)
  }
}

/// Where data is looked for.
struct DataOptions: ParsableArguments {
  @Option(
    name: [.customLong("cache-directory"), .customLong("data-directory")],
    help: .value(
      "dir",
      "Look for data sets here first. Default: combinatorial-losses in $XDG_CACHE_HOME or ~/.cache."
    ))
  var cacheDirectory: String?

  var folders: DataFolders { DataFolders(cache: cacheDirectory) }
}

/// How many cores to use.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: .count(
      "The most threads, of each process. Default: one for each core, or for its share of them."))
  var threads: Int?

  func validate() throws { try expectAtLeastOne(["threads": threads]) }

  func limit<Result>(_ body: () throws -> Result) throws -> Result {
    let processes = DataParallel(Ranks.communicator)
    let share = processes.size > 1 ? try processes.shareOfCores() : nil
    guard let count = threads ?? share else { return try body() }
    return try withMaxThreads(count, body)
  }
}

/// A command that computes: on so many threads, and with one line for an error.
protocol ComputingCommand: ParsableCommand {
  var threads: ThreadOptions { get }

  func compute() throws
}

extension ComputingCommand {
  func run() throws {
    try reportingErrors {
      try threads.limit { try compute() }
    }
  }
}
