import CombinatorialFiles
import Foundation
import ProblemFiles

/// Results. Each line is written at once, and one that cannot be is an error.
enum StandardOutput {
  private static let name = "standard output"

  static func write(line: some CustomStringConvertible) throws(DataFileError) {
    do {
      try OutputFile.write(Array("\(line)\n".utf8), to: STDOUT_FILENO, name: name)
    } catch { throw DataFileError(error) }
  }

  /// Closes it: some file systems tell only then that the disk is full.
  static func close() throws(DataFileError) {
    guard Foundation.close(STDOUT_FILENO) != 0 else { return }
    throw .unwritable(file: name, reason: String(cString: strerror(errno)))
  }
}

/// What the tool asks of the system before it begins.
enum Streams {
  /// A write to a pipe that nobody reads is an error like any other, not the end of the process; and no file
  /// takes the place of a standard stream that was closed, to get what is written to that.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      // The lowest number that is free is this one. What cannot be read or written stays so.
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
