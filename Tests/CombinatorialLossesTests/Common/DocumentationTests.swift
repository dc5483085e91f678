import CombinatorialLosses
import Foundation
import Testing

/// The code of the documents stands in tests, which compile it and compare what it states.
struct DocumentationTests {
  /// The tests with the blocks of each document that has any. None is left out.
  static let documents = [
    "README.md": "ExperimentsTests/ReadmeExampleTests.swift",
    "CombinatorialLosses/AligningSequences.md":
      "CombinatorialLossesTests/alignment/AligningSequencesArticleTests.swift",
    "CombinatorialLosses/BringYourOwnSolver.md":
      "CombinatorialLossesTests/Common/BringYourOwnSolverTests.swift",
    "CombinatorialLosses/CombinatorialLosses.md":
      "CombinatorialLossesTests/Common/DocumentationTests.swift",
    "CombinatorialLosses/ComingFromPyTorch.md": "ExperimentsTests/TutorialTests.swift",
    "CombinatorialLosses/LearningCostsFromPaths.md": "ExperimentsTests/TutorialTests.swift",
    "CombinatorialLosses/LearningFromBags.md": "ExperimentsTests/TutorialTests.swift",
    "CombinatorialLosses/LearningFromSequences.md": "ExperimentsTests/TutorialTests.swift",
    "CombinatorialLosses/MovingMasses.md": "ExperimentsTests/TutorialTests.swift",
    "CombinatorialLosses/PredictingSets.md": "ExperimentsTests/TutorialTests.swift",
    "CombinatorialLosses/SegmentingPictures.md": "ExperimentsTests/TutorialTests.swift",
    "CombinatorialLosses/SolutionGradients.md":
      "CombinatorialLossesTests/SolutionGradients/SolutionGradientsArticleTests.swift",
    "CombinatorialSolvers/CombinatorialSolvers.md":
      "CombinatorialLossesTests/Common/DocumentationTests.swift",
    "CombinatorialSolvers/SolvingAndProving.md":
      "CombinatorialLossesTests/Common/SolvingAndProvingArticleTests.swift",
    "DifferentiableSwiftSolvers/DifferentiableSwiftSolvers.md":
      "Consumers/Sources/DifferentiableSwift/main.swift",
    "DifferentiableSwiftSolvers/MLXSwift.md": "Consumers/Sources/MLXArticle/OptimalValues.swift",
    "DifferentiableTensor/AddingAnOperation.md":
      "DifferentiableTensorTests/AddingAnOperationTests.swift",
    "DifferentiableTensor/DifferentiableTensor.md":
      "DifferentiableTensorTests/AddingAnOperationTests.swift",
    "DistributedTraining/DistributedTraining.md":
      "DistributedTrainingTests/DocumentationTests.swift",
    "LinearPrograms/LinearPrograms.md": "LinearProgramsTests/DocumentationTests.swift",
    "NeuralLayers/NeuralLayers.md": "NeuralLayersTests/DocumentationTests.swift",
  ]

  @Test(arguments: documents.keys.sorted())
  func everyBlockStandsInATest(document: String) throws {
    let test = try Self.text("Tests/\(#require(Self.documents[document]))")
    let blocks = Self.blocks(of: try Self.text(Self.path(document)))
    #expect(!blocks.isEmpty)
    for block in blocks {
      let lines = block.split(separator: "\n")
      for line in lines where line.hasPrefix("import ") && !test.contains(line) {
        Issue.record("\(line)")
      }
      // Tests indent and break lines as they must.
      let code = lines.filter { !$0.hasPrefix("import ") }.joined()
      let isThere = Self.unspaced(test).contains(Self.unspaced(code))
      #expect(isThere, "\(block)")
    }
  }

  @Test func everyDocumentWithCodeIsListed() throws {
    let modules = try FileManager.default.contentsOfDirectory(atPath: Self.root + "Sources")
    let articles = try modules.flatMap { module in
      let folder = "Sources/\(module)/\(module).docc"
      guard FileManager.default.fileExists(atPath: Self.root + folder) else { return [String]() }
      return try FileManager.default.contentsOfDirectory(atPath: Self.root + folder)
        .filter { $0.hasSuffix(".md") }.map { "\(module)/\($0)" }
    }
    let withCode = try articles.filter {
      !Self.blocks(of: try Self.text(Self.path($0))).isEmpty
    }
    #expect(Set(withCode + ["README.md"]) == Set(Self.documents.keys))
  }

  @Test(arguments: [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Benchmarks/README.md",
    "Benchmarks/results/README.md",
  ])
  func everyLinkLeadsToAFile(document: String) throws {
    let folder = document.split(separator: "/").dropLast().map { $0 + "/" }.joined()
    for link in try Self.text(document).matches(of: /\]\(([^):]+)\)/) {
      let path = folder + link.output.1
      #expect(FileManager.default.fileExists(atPath: Self.root + path), "\(path)")
    }
  }

  @Test func theFirstExampleOfLossesIsRight() throws {
    let costs = try Tensor([4, 1, 3, 2, 0, 5, 3, 2, 2], shape: [3, 3]).requiringGradient()
    let value = try Assignment().optimalValue(costs)  // 5
    let gradient = try value.gradients(of: [costs])[0]  // the matching: 0 1 0, 1 0 0, 0 0 1
    #expect(try value.item() == 5)
    #expect(gradient.scalars == [0, 1, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test func theFirstExampleOfSolversIsRight() throws {
    let road = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
    let path = try ShortestPath(road, from: 0, to: 2).solve([2, 3, 7])
    let (value, nodes, gap) = (path.value, path.nodes, path.dualityGap)  // 5, [0, 1, 2], 0
    let gradient = path.gradient  // [1, 1, 0]
    #expect(value == 5 && nodes == [0, 1, 2] && gap == 0 && gradient == [1, 1, 0])
  }

  // MARK: The table of problems

  /// Problems that take costs alone, and those over them that are given masses.
  static let problems: [Any.Type] = [
    Assignment.self, SemiAssignment.self, SparseAssignment.self, BottleneckAssignment.self,
    RankedAssignment.self, Alignment.self, SoftAlignment.self, LetterAlignment.self,
    ChainLabeling.self,
    ShortestPath.self, GridShortestPath.self, Knapsack.self, SpanningTree.self,
    SpanningArborescence.self,
    MatroidBasis<GraphicMatroid>.self, MaximumFlow.self, GridCut.self, MinimumCostFlow.self,
    Transport.self, TransportOnLine.self, TransportInSpace.self, Sinkhorn.self,
  ]

  @Test func theTableSaysWhatTheTypesSay() throws {
    let article = try Self.text(Self.path("CombinatorialSolvers/Problems.md"))
    let table = article.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let header = table[0]
    #expect(Set(table.map(\.count)) == [header.count])
    let rows = table.dropFirst()
    #expect(rows.map { $0[0] } == Self.problems.map { "``\("\($0)".prefix { $0 != "<" })``" })
    for (row, problem) in zip(rows, Self.problems) {
      let cells = Dictionary(uniqueKeysWithValues: zip(header, row))
      func expect(_ feature: String, _ isThere: Bool) {
        #expect((cells[feature] == "yes") == isThere, "\(feature) of \(problem)")
      }
      let hasPlainArrays = problem is any MatrixProblem.Type || problem is any ListProblem.Type
      if problem is any CostProblem.Type { expect("buffers", true) }
      if hasPlainArrays { expect("one call", true) }
      expect("ragged", !(problem is any ListProblem.Type))
      expect("losses", problem is any PrimalProblem.Type)
    }
    // Every cell is yes or has a reason, and every reason is somebody's.
    let notes = Set(rows.flatMap { $0.dropFirst() }.filter { $0 != "yes" })
    let reasons = article.split(separator: "\n").filter { $0.hasPrefix("- **") }
      .map { String($0.dropFirst(4).prefix { $0 != "*" }) }
    #expect(notes == Set(reasons) && Set(reasons).count == reasons.count)
  }

  // MARK: Files

  private static let root = #filePath.components(separatedBy: "Tests/CombinatorialLossesTests/")[0]

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: root + path, encoding: .utf8)
  }

  /// The text of an article.
  static func article(_ document: String) throws -> String { try text(path(document)) }

  private static func path(_ document: String) -> String {
    let parts = document.split(separator: "/")
    return parts.count == 1 ? document : "Sources/\(parts[0])/\(parts[0]).docc/\(parts[1])"
  }

  private static func blocks(of text: String) -> [String] {
    text.components(separatedBy: "```swift\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
  }

  private static func unspaced(_ text: String) -> String {
    String(text.unicodeScalars.filter { !$0.properties.isWhitespace }.map(Character.init))
  }
}
