import ArgumentParser
import CombinatorialFiles
import CombinatorialExperiments
import DistributedTraining
import Foundation
import NeuralLayers
import ProblemFiles
import Synchronization

/// Progress and errors, apart from the results on standard output.
enum StandardError {
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether something was lost. A run goes on without its progress, but does not succeed.
  static var hasFailed: Bool { failed.load(ordering: .relaxed) }

  private static let failed = Atomic(false)

  static func write(_ text: String) {
    do {
      try OutputFile.write(Array(text.utf8), to: STDERR_FILENO, name: "standard error")
    } catch { failed.store(true, ordering: .relaxed) }
  }

  /// Writes exactly one line: names of files may hold line breaks.
  static func write(line: String) {
    write("combinatorial-losses: \(Ranks.prefix)\(PrintableText.escaped(line))\n")
  }
}

/// Exit statuses of sysexits.h.
enum ExitStatus {
  static let badData = ExitCode(65)
  static let unavailable = ExitCode(69)
  static let failedWrite = ExitCode(74)

  static func of(_ error: any Error) -> ExitCode {
    switch error {
    case DataFileError.unwritable, FigureError.file(.unwritable), DataBuildError.file(.unwritable):
      failedWrite
    case CheckpointError.file(let error) where error.isFailedWrite: failedWrite
    case FigureError.gnuplotMissing, CommunicatorError.unavailable, CommunicatorError.failed,
      DataBuildError.programMissing, DataBuildError.programFailed:
      unavailable
    default: badData
    }
  }
}

extension CommunicatorError {
  /// Whether another process tells what went wrong.
  var isToldElsewhere: Bool { if case .ended = self { true } else { false } }
}

/// Runs a command; an error becomes one line on standard error and an exit status.
func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as ExitCode {
    throw error
  } catch let error as ValidationError {
    throw error
  } catch let error as CommunicatorError where error.isToldElsewhere {
    throw error
  } catch {
    StandardError.write(line: "\(error)")
    throw ExitStatus.of(error)
  }
}
