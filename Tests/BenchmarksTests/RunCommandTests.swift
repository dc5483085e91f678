import ArgumentParser
import Testing

@testable import CombinatorialBenchmarks

@Suite struct RunCommandTests {
  @Test func runIsTheDefault() throws {
    let command = try #require(
      try BenchmarksCommand.parseAsRoot(["--filter", "bag", "--quick", "--json", "-"])
        as? RunCommand)
    #expect(command.filter == "bag" && command.quick && command.json == "-")
    #expect(try BenchmarksCommand.parseAsRoot(["serve"]) is ServeCommand)
  }

  @Test func checkMayBeQuick() throws {
    let command = try RunCommand.parse(["--check", "t.json", "--quick", "--filter", "a"])
    #expect(command.check == "t.json" && !command.record)
  }

  @Test(arguments: [
    ["--instances", "d", "--check", "t"], ["--instances", "d", "--record"],
    ["--instances", "d", "--plot", "p.svg"], ["--check", "t", "--list"],
    ["--record", "--plot", "p.svg"], ["--record", "--margin", "1"],
    ["--record", "--margin=-0.1"], ["--no-such-option"],
  ])
  func contradictionsAreRefused(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try RunCommand.parse(arguments) }
  }
}
