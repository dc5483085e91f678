import ArgumentParser
import CombinatorialKernels
import DistributedTraining

@main
struct CombinatorialLossesTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "combinatorial-losses",
    abstract: "Train with the optimal value of a combinatorial problem as the loss.",
    discussion: """
      Results go to standard output, progress and errors to standard error. Exit status: 64 for wrong \
      usage, 65 for bad data, 69 for a program that is missing or failed, 74 for what could not be written, \
      130 after Ctrl-C.

      --generate-completion-script bash|zsh|fish prints what makes a shell complete commands and options.

      mpirun -n 4 combinatorial-losses bags train … trains on four processes, likewise summarize train; solve \
      divides batches. That takes a tool built with --traits MPI.

      CL_INSTRUCTION_SET=scalar|avx2|avx512|neon chooses the kernels; by default the fastest that this \
      processor runs.
      """,
    version: Version.current,
    subcommands: [
      BagsCommand.self, DataCommand.self, PathsCommand.self, SegmentCommand.self,
      SetsCommand.self, SolveCommand.self, SummarizeCommand.self,
    ])

  static func main() {
    Streams.prepare()
    do {
      try checkInstructionSet()
      try reportingErrors { try Ranks.connect() }
      var command = try Ranks.together {
        let command = try parseAsRoot()
        try Ranks.check(command)
        return command
      }
      try command.run()
      try reportingErrors { try StandardOutput.close() }
    } catch {
      end(with: error)
    }
    Ranks.end(StandardError.hasFailed ? ExitStatus.failedWrite : .success)
  }

  /// Refuses an instruction set that cannot run here before anything is computed with another.
  private static func checkInstructionSet() throws {
    guard let requested = InstructionSet.requested else { return }
    let available = InstructionSet.available.map(\.rawValue)
    guard !available.contains(requested) else { return }
    StandardError.write(
      line: "\(InstructionSet.environmentVariable): expected one of "
        + "\(available.joined(separator: ", ")), found '\(requested)'")
    throw ExitCode.validationFailure
  }

  /// As `exit(withError:)`, which does not notice that a text, such as that of `--help`, was not written.
  private static func end(with error: any Error) -> Never {
    // Another process tells why.
    if (error as? CommunicatorError)?.isToldElsewhere == true { Ranks.end(.success) }
    var code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code.isSuccess {
      do {
        try reportingErrors {
          if !text.isEmpty { try StandardOutput.write(line: text) }
          try StandardOutput.close()
        }
      } catch { code = exitCode(for: error) }
    } else if !text.isEmpty {
      StandardError.write("\(text)\n")
    }
    Ranks.end(code.isSuccess && StandardError.hasFailed ? ExitStatus.failedWrite : code)
  }
}
