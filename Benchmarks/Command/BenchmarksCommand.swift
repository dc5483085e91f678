import ArgumentParser
import CombinatorialKernels
import Foundation

/// `swift run Benchmarks`.
@main
struct BenchmarksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks",
    abstract: "Times the kernels against each other and against references, in alternation.",
    discussion: """
      Every result is checked, outside the timed part. Times are medians; "spread" is the distance \
      of the quartiles relative to the median; ratios are medians of the quotients of each round. \
      CL_INSTRUCTION_SET=scalar|avx2|avx512|neon forces the set that "current" stands for.
      """,
    subcommands: [
      RunCommand.self, ServeCommand.self, AlignmentMemoryCommand.self, BagMemoryCommand.self,
      TransportMemoryCommand.self, AssignmentMemoryCommand.self,
      StepFaultsCommand.self, ReadingCommand.self, BagLoadingCommand.self, CancellationCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  /// Refuses an instruction set that cannot run here, and leaves debug builds to the release build.
  static func prepare() throws {
    if let requested = InstructionSet.requested, requested != InstructionSet.current.rawValue {
      throw BenchmarksError.unavailableInstructionSet(
        requested: requested, available: InstructionSet.available.map(\.rawValue))
    }
    guard !ReleaseBuild.isThis else { return }
    Console.note("This is a debug build, whose times mean nothing: running the release build.")
    throw ExitCode(try ReleaseBuild.run(arguments: Array(CommandLine.arguments.dropFirst())))
  }
}

/// Standard output and standard error, line by line.
enum Console {
  static func note(_ line: String) { write(line, to: .standardError) }

  /// A line that is lost ends the program: a table with gaps must not look like a whole one.
  static func write(_ line: String, to handle: FileHandle) {
    signal(SIGPIPE, SIG_IGN)
    do {
      try handle.write(contentsOf: Data("\(line)\n".utf8))
    } catch {
      if handle.fileDescriptor != STDERR_FILENO {
        note("error: standard output: cannot be written: \(error.localizedDescription)")
      }
      exit(74)
    }
  }
}
