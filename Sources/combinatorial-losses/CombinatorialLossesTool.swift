import ArgumentParser
import CombinatorialKernels

@main
struct CombinatorialLossesTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "combinatorial-losses",
    abstract: "Train with the optimal value of a combinatorial problem as the loss.",
    discussion: """
      Results go to standard output, progress and errors to standard error. Exit status: 64 for wrong \
      usage, 65 for bad data, 130 after Ctrl-C.

      CL_INSTRUCTION_SET=scalar|avx2|avx512|neon chooses the kernels; by default the fastest that this \
      processor runs.
      """,
    subcommands: [
      BagsCommand.self, DataCommand.self, PathsCommand.self, SegmentCommand.self,
      SetsCommand.self, SolveCommand.self, SummarizeCommand.self,
    ])

  /// Refuses an instruction set that cannot run here before anything is computed with another.
  static func main() {
    if let requested = InstructionSet.requested {
      let available = InstructionSet.available.map(\.rawValue)
      guard available.contains(requested) else {
        let expected = available.joined(separator: ", ")
        StandardError.write(
          line:
            "\(InstructionSet.environmentVariable): expected one of \(expected), found '\(requested)'"
        )
        exit(withError: ExitCode.validationFailure)
      }
    }
    main(nil)
  }
}
