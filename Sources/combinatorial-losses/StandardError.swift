import ArgumentParser
import CombinatorialFiles
import Experiments
import Foundation

/// Progress and errors, apart from the results on standard output.
enum StandardError {
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  /// Writes exactly one line: names of files may hold line breaks.
  static func write(line: String) {
    write("combinatorial-losses: \(PrintableText.escaped(line))\n")
  }
}

/// Exit statuses of sysexits.h.
enum ExitStatus {
  static let badData = ExitCode(65)
  static let unavailable = ExitCode(69)
  static let cannotCreate = ExitCode(73)

  static func of(_ error: any Error) -> ExitCode {
    switch error {
    case DataFileError.unwritable, FigureError.file(.unwritable), DataBuildError.file(.unwritable):
      cannotCreate
    case FigureError.gnuplotMissing, DataBuildError.programMissing, DataBuildError.programFailed:
      unavailable
    default: badData
    }
  }
}

/// Runs a command; an error becomes one line on standard error and an exit status.
func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as ExitCode {
    throw error
  } catch let error as ValidationError {
    throw error
  } catch {
    StandardError.write(line: "\(error)")
    throw ExitStatus.of(error)
  }
}
