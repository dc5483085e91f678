import Foundation
import NumPyFiles
import TestSupport
import Testing

/// One problem of each `solve` command that reads arrays, solved by hand.
@Suite struct SolveProblemsTests {
  /// Arrays by name, the command's arguments, where a name stands for its file, and pieces of the output.
  private static let problems: [([(String, [Double], [Int])], [String], [String])] = [
    (
      [("costs", [1, 5, 2, 9, 3, 4], [3, 2]), ("capacities", [1, 2], [2])],
      ["semi-assignment", "costs", "--capacities", "capacities", "--gradient"],
      [#""columnOfRow":[1,0,1]"#, #""value":11}"#, #""gradient":[[0,1],[1,0],[0,1]]"#]
    ),
    (
      [("costs", [4, 9, 3, 7], [2, 2])], ["bottleneck-assignment", "costs", "--gradient"],
      [#""value":7}"#, #""columnOfRow":[0,1]"#, #""gradient":[[0,0],[0,1]]"#]
    ),
    (
      [("costs", [1, 2, 2, 4], [2, 2])], ["ranked-assignment", "costs", "--count", "2"],
      [#""values":[4,5]"#, #""columnOfRow":[[1,0],[0,1]]"#, #""value":9,"#]
    ),
    (
      [("costs", [0], [1, 1])],
      ["soft-alignment", "costs", "--temperature", "0.5", "--gap-cost", "inf"], []
    ),
    (
      [("costs", [0, 2, 2, 0, 0, 2], [3, 2]), ("steps", [0, 3, 3, 0], [2, 2])],
      ["chain-labeling", "costs", "--steps", "steps", "--gradient"],
      [
        #""labels":[0,0,0]"#, #""value":2}"#, #""gradient":[[1,0],[1,0],[1,0]]"#,
        #""stepGradient":[[2,0],[0,0]]"#,
      ]
    ),
    (
      [("costs", [0, 2, 2, 0, 0, 2], [3, 2]), ("steps", [0, 3, 3, 0], [2, 2])],
      ["chain-labeling", "costs", "--steps", "steps", "--maximize"],
      [#""labels":[1,0,1]"#, #""value":12}"#]
    ),
    (
      [("costs", [1, 9, 1, 1, 9, 1, 1, 1, 1], [3, 3])],
      ["grid-shortest-path", "costs", "--neighbors", "4", "--to", "0,2"],
      [#""value":7}"#, #"{"column":2,"row":2}"#]
    ),
    (
      [("costs", [1, 9, 1, 1, 9, 1, 1, 1, 1], [3, 3])],
      ["grid-shortest-path", "costs", "--gradient"],
      [#""value":4}"#, #""gradient":[[1,0,0],[1,0,0],[0,1,1]]"#]
    ),
    (
      [("costs", [5, 0, 0, 5, 1, 0, 0, 0, 0, 0, 0, 0], [6, 1, 2])],
      ["grid-cut", "costs", "--gradient"],
      [
        #""value":1}"#, #""isOnSourceSide":[true,false]"#,
        #""gradient":[[[0,1]],[[1,0]],[[1,0]],[[0,0]],[[0,0]],[[0,0]]]"#,
      ]
    ),
    (
      [("costs", [4, 5, 6], [3]), ("weights", [3, 4, 5], [3])],
      ["knapsack", "costs", "--weights", "weights", "--capacity", "8", "--maximize", "--gradient"],
      [#""items":[0,2]"#, #""value":10}"#, #""gradient":[1,0,1]"#, #""isUnique":true"#]
    ),
    (
      [("costs", [3, 1, 2, 5], [4]), ("parts", [0, 0, 1, 1], [4]), ("limits", [1, 1], [2])],
      ["matroid-basis", "costs", "--parts", "parts", "--limits", "limits"],
      [#""elements":[1,2]"#, #""value":3}"#, #""largestViolation":0"#]
    ),
    (
      [("costs", [3, 1, 2, 5, 1, 1, 1, 1], [2, 4])], ["matroid-basis", "costs", "--rank", "1"],
      [#""elements":[1]"#, #""value":1}"#]
    ),
    (
      [("sources", [0, 3], [2]), ("targets", [1, 5], [2])],
      ["transport-on-line", "sources", "targets", "--gradient"],
      [#""value":1.5}"#, #""gradient":[[0.5,0],[0,0.5]]"#, #""dualityGap":0,"#]
    ),
    (
      [("sources", [0, 0, 3, 4], [2, 2]), ("targets", [3, 4, 0, 1], [2, 2])],
      ["transport-in-space", "sources", "targets", "--gradient"],
      [#""value":0.5}"#, #""sourceGradient":[[0,-1],[0,0]]"#, #""targetGradient":[[0,0],[0,1]]"#]
    ),
    (
      [("sources", [0, 0, 3, 4], [2, 2]), ("targets", [0, 0], [1, 2]), ("demand", [2], [1])],
      ["transport-in-space", "sources", "targets", "--metric", "euclidean", "--demand", "demand"],
      [#""value":5}"#, #""dualityGap":0,"#]
    ),
    (
      [("costs", [0, 1, 1, 0], [2, 2])], ["sinkhorn", "costs", "--temperature", "0.05"],
      [#""iterations":"#, #""marginalError":"#, #""transportCost":"#]
    ),
  ]

  /// Runs a command whose arguments name arrays: what it said, and their files.
  private static func solve(
    _ arrays: [(String, [Double], [Int])], _ arguments: [String]
  ) throws -> (outcome: Tool.Outcome, files: [String: String]) {
    let folder = try TemporaryFolder()
    var files: [String: String] = [:]
    for (name, numbers, shape) in arrays {
      files[name] = try folder.array(numbers, shape, name)
    }
    let options = arguments.map { word in word == arguments[0] ? word : files[word] ?? word }
    return (try Tool.run(["solve"] + options), files)
  }

  @Test(arguments: problems.indices)
  func everyProblemHasItsCommand(index: Int) throws {
    let (arrays, arguments, pieces) = Self.problems[index]
    guard !pieces.isEmpty else { return }
    let (outcome, _) = try Self.solve(arrays, arguments)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(
      outcome.output.contains(#""status":"optimal""#) && outcome.output.contains(#""dualityGap":"#))
    for piece in pieces { #expect(outcome.output.contains(piece), "\(outcome.output)") }
  }

  private struct Soft: Decodable {
    let value, dualityGap: Double
    let gradient: [[Double]]
  }

  @Test func softAlignmentsHaveExpectedPaths() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([1, 1, 1, 1], [2, 2])
    let report: Soft = try Tool.run(
      "solve", "soft-alignment", costs, "--temperature", "0.5", "--time-warping", "--gradient"
    ).report()
    // Three paths over 2, 3 and 3 cells of cost 1.
    let expected = -0.5 * log(exp(-4.0) + 2 * exp(-6.0))
    #expect(abs(report.value - expected) < 1e-12)
    #expect(abs(report.gradient[0][0] - 1) < 1e-12 && report.gradient[0][1] < 0.2)
  }

  @Test func sparseMatricesAreThoseOfSciPy() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/costs.npz"
    try NumPyArchive.write(
      [
        "data": NumPyArray(shape: [3], elements: .double([4, 1, 2])),
        "indices": NumPyArray(shape: [3], elements: .double([0, 1, 0])),
        "indptr": NumPyArray(shape: [3], elements: .double([0, 2, 3])),
        "shape": NumPyArray(shape: [2], elements: .double([2, 2])),
      ], to: path)
    try Tool.run("solve", "sparse-assignment", path)
      .expectRefusal("invalid", naming: [path, "expected an array “format”"])
    let fixture = try #require(
      Bundle.module.url(forResource: "sparse", withExtension: "npz", subdirectory: "Fixtures")
    ).path
    let outcome = try Tool.run("solve", "sparse-assignment", fixture, "--gradient")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(#""columnOfRow":[1,0,2]"#), "\(outcome.output)")
    #expect(outcome.output.contains(#""value":5}"#) && outcome.output.contains("[0,1,1,0,1]"))
    let columns = try #require(
      Bundle.module.url(
        forResource: "sparse_columns", withExtension: "npz", subdirectory: "Fixtures")
    ).path
    try Tool.run("solve", "sparse-assignment", columns)
      .expectRefusal("invalid", naming: ["expected a matrix in compressed rows"])
  }

  @Test func theVersionIsThatOfTheChangelog() throws {
    let outcome = try Tool.run("--version")
    #expect(outcome.status == 0 && outcome.output == "0.1.0\n")
  }

  /// The file that is to blame, not that of the costs.
  @Test(arguments: [
    ["semi-assignment", "--capacities"], ["knapsack", "--capacity", "3", "--weights"],
  ])
  func numbersBelow0AreNamedByTheirFile(command: [String]) throws {
    let folder = try TemporaryFolder()
    let (costs, numbers) = ("\(folder.path)/costs.npy", "\(folder.path)/numbers.npy")
    let shape = command[0] == "knapsack" ? [2] : [1, 2]
    try NumPyArray(shape: shape, elements: .double([1, 2])).write(to: costs)
    try NumPyArray(shape: [2], elements: .double([4, -1])).write(to: numbers)
    let options = Array(command.dropFirst())
    try Tool.run(["solve", command[0], costs] + options + [numbers])
      .expectRefusal(
        "invalid", naming: [numbers, ": 1: expected a number of at least 0, found -1"])
  }

  /// Arrays as in ``problems``, the one to blame, and what is said of it: of a problem alone no item, of a maximum
  /// the sign that the file has.
  private static let refusals: [([(String, [Double], [Int])], [String], String, String)] = [
    (
      [("costs", [0, 2, 2, 0], [2, 2]), ("steps", [0, .nan, 3, 0], [2, 2])],
      ["chain-labeling", "costs", "--steps", "steps"], "steps", "cell [0, 1]: expected a number"
    ),
    (
      [("costs", [0, .infinity, 2, 0], [2, 2]), ("steps", [0, 0, 3, 0], [2, 2])],
      ["chain-labeling", "costs", "--steps", "steps", "--maximize"], "costs",
      "cell (row 0, column 1): expected a number or -inf for a forbidden pair, found inf"
    ),
    (
      [("costs", [0, .infinity, 2, 0], [2, 2])], ["transport", "costs", "--maximize"], "costs",
      "cell (row 0, column 1): expected a number or -inf for a forbidden pair, found inf"
    ),
    (
      [("costs", [0, .infinity, 2, 0], [2, 2])], ["assignment", "costs", "--maximize"], "costs",
      "cell (row 0, column 1): expected a number or -inf for a forbidden pair, found inf"
    ),
    (
      [("costs", [0, 1, 2, 3], [2, 2])], ["grid-shortest-path", "costs", "--maximize"], "costs",
      "cost of row 0, column 1 in the problem is 1.0; expected at most 0"
    ),
    (
      [("costs", [0, .nan], [2])], ["matroid-basis", "costs", "--rank", "1"], "costs",
      "cost 1 of the problem is nan; expected a number or +infinity"
    ),
    (
      [("costs", [0, 1], [2]), ("parts", [0, 2], [2]), ("limits", [1, 1], [2])],
      ["matroid-basis", "costs", "--parts", "parts", "--limits", "limits"], "parts",
      "1: expected one of 2 parts, from 0, found 2"
    ),
    (
      [("sources", [0, 1, 0, 1], [2, 2]), ("targets", [0, 1, 0, .nan], [2, 2])],
      ["transport-on-line", "sources", "targets"], "targets",
      "batch 1: target 1: expected a finite number, found nan"
    ),
    (
      [("sources", [0, 1, 0, 1], [2, 2]), ("targets", [0, 1, 0, .nan], [2, 2])],
      ["transport-in-space", "sources", "targets"], "targets",
      "target 1, coordinate 1: expected a finite number, found nan"
    ),
  ]

  @Test(arguments: refusals.indices)
  func refusalsNameTheFileAndThePlace(index: Int) throws {
    let (arrays, arguments, culprit, text) = Self.refusals[index]
    let (outcome, files) = try Self.solve(arrays, arguments)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("\(files[culprit] ?? ""): \(text)"), "\(outcome.errors)")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func shellsAreToldWhatThereIs(shell: String) throws {
    let outcome = try Tool.run("--generate-completion-script", shell)
    #expect(outcome.status == 0 && outcome.output.contains("minimum-cost-flow"))
  }

  @Test(arguments: [
    ["knapsack", "a.npy", "--weights", "b.npy"], ["matroid-basis", "a.npy"],
    ["matroid-basis", "a.npy", "--rank", "1", "--parts", "b.npy", "--limits", "c.npy"],
    ["ranked-assignment", "a.npy", "--count", "0"], ["maximum-flow", "a.max", "--maximize"],
    ["shortest-path", "a.gr", "--all", "--to", "3"], ["grid-cut", "a.npy", "--neighbors", "5"],
    ["grid-shortest-path", "a.npy", "--from", "1"], ["transport-on-line", "a", "b", "--maximize"],
    ["transport-on-line", "a", "b", "--power", "0.5"],
    ["transport-in-space", "a", "b", "--metric", "far"],
    ["sinkhorn", "a.npy", "--temperature", "0"],
    ["sinkhorn", "a.npy", "--temperature", "1", "--max-iterations", "0"],
    ["soft-alignment", "a.npy", "--temperature", "nan"],
  ])
  func wrongUsageIs64(arguments: [String]) throws {
    let outcome = try Tool.run(["solve"] + arguments)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
  }
}
