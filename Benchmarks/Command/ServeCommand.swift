import ArgumentParser
import Foundation

/// Times on request, for a program that alternates these kernels with others: `peers/compare.py`.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Reads requests from standard input, one JSON object a line, and answers each.",
    shouldDisplay: false)

  func run() throws {
    try BenchmarksCommand.prepare()
    var server = TimingServer()
    while let line = readLine() {
      Console.write(server.answer(to: line), to: .standardOutput)
    }
  }
}
