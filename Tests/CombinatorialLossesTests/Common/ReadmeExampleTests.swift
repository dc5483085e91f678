import CombinatorialLosses
import Foundation
import Testing

/// The README's first example is compiled here, and must print what the README says.
struct ReadmeExampleTests {
  private func example(printing print: (Any) -> Void) throws {
    // README: begin
    // What does the cheapest assignment of three rows to three columns cost, and how does that change?
    let costs = try Tensor([4, 1, 3, 2, 0, 5, 3, 2, 2], shape: [3, 3]).requiringGradient()
    let value = try Assignment().optimalValue(costs)
    let loss = try value * value / 2
    let gradient = try loss.gradients(of: [costs])[0]

    print(try value.item())
    print(gradient.scalars)
    // README: end
  }

  @Test func theExampleIsTheReadmes() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let begin = try #require(source.range(of: "// README: begin\n"))
    let end = try #require(source.range(of: "    // README: end"))
    let lines = source[begin.upperBound..<end.lowerBound].split(
      separator: "\n", omittingEmptySubsequences: false)
    let example = lines.map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }
    #expect(
      try readmeBlock("swift") == "import CombinatorialLosses\n\n" + example.joined(separator: "\n")
    )
  }

  @Test func theExamplePrintsWhatTheReadmeSays() throws {
    var printed = ""
    try example { printed += "\($0)\n" }
    #expect(try readmeBlock("text") == printed)
  }

  /// The README's first block of code in a language.
  private func readmeBlock(_ language: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let begin = try #require(readme.range(of: "```\(language)\n"))
    let end = try #require(readme.range(of: "```", range: begin.upperBound..<readme.endIndex))
    return String(readme[begin.upperBound..<end.lowerBound])
  }
}
