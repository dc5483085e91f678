import CombinatorialSolvers
import Foundation
import LinearPrograms
import NeuralLayers

@testable import CombinatorialExperiments
@testable import NumPyFiles
@testable import ProblemFiles

extension Reader {
  static let all = problemFiles + tensorFiles + pictureFiles + recordFiles

  private static let problemFiles = [
    Reader(
      name: "numpy",
      sources: ["Sources/NumPyFiles", "Sources/CombinatorialFiles"],
      errors: [NumPyFileError.self]
    ) { bytes in
      // Not a number is not equal to itself: bytes are compared.
      let written = try NumPyArray(bytes, file: "file").fileBytes
      expect(try NumPyArray(written, file: "file").fileBytes, equals: written)
    },
    Reader(
      name: "npz", sources: ["Sources/NumPyFiles"],
      errors: [NumPyFileError.self, DataFileError.self]
    ) { bytes in
      let archive = try NumPyArchive(bytes, file: "file")
      for name in archive.names { _ = try archive[name] }
    },
    Reader(
      name: "mps", sources: ["Sources/ProblemFiles/MPS"], errors: [MPSError.self]
    ) { _ = try LinearModel(mps: ScratchFile.holding($0)) },
    Reader(name: "dimacs-sp", sources: dimacs, errors: dimacsErrors) {
      guard let file = try graph($0, .shortestPath) else { return }
      let target = try file.node(nil, option: "to", else: file.graph.sink ?? file.graph.nodes - 1)
      let problem = ShortestPath(try file.directed(), from: 0, to: target)
      _ = try file.answers(problem, AnswerOptions(), infeasible: "") { _ in [:] }
      _ = try file.distances(from: 0)
    },
    Reader(name: "dimacs-edge", sources: dimacs, errors: dimacsErrors) {
      guard let file = try graph($0, .edges) else { return }
      let problem = SpanningTree(try file.undirected())
      _ = try file.answers(problem, AnswerOptions(), infeasible: "") { _ in [:] }
    },
    Reader(name: "dimacs-max", sources: dimacs, errors: dimacsErrors) {
      guard let file = try graph($0, .maximumFlow) else { return }
      let source = try file.node(nil, option: "from", else: file.graph.source)
      let sink = try file.node(nil, option: "to", else: file.graph.sink)
      let problem = MaximumFlow(try file.directed(), from: source, to: sink)
      _ = try file.answers(problem, AnswerOptions(), infeasible: "") { _ in [:] }
    },
    Reader(name: "dimacs-min", sources: dimacs, errors: dimacsErrors) {
      guard let file = try graph($0, .minimumCostFlow) else { return }
      let problem = MinimumCostFlow(
        try file.directed(), supplies: file.suppliesBeyondLowerBounds,
        capacities: file.graph.bounds.map { $0.capacity - $0.lower })
      _ = try file.answers(problem, AnswerOptions(), infeasible: "") { _ in [:] }
    },
  ]

  /// Problems are solved too: a graph from a file must not make a solver hang.
  private static let dimacs = [
    "Sources/ProblemFiles/DIMACS", "Sources/ProblemFiles/Answers", "Sources/CombinatorialSolvers",
  ]
  private static let dimacsErrors: [any Error.Type] = [
    DIMACSError.self, AnswerError.self, CombinatorialError.self,
  ]

  /// A graph to solve; nil: a short file may have millions of nodes, which takes more time than an input has.
  private static func graph(_ bytes: [UInt8], _ problem: DIMACSGraph.Problem) throws -> GraphFile? {
    let file = try GraphFile(contentsOf: ScratchFile.holding(bytes), problem)
    return file.graph.nodes <= 1 << 18 ? file : nil
  }

  private static let tensorFiles = [
    Reader(
      name: "safetensors", sources: ["Sources/NeuralLayers/Checkpoints"],
      errors: [SafetensorsError.self]
    ) { bytes in
      let written = try Safetensors(bytes: bytes).bytes
      expect(try Safetensors(bytes: written).bytes, equals: written)
    },
    Reader(
      name: "bag-checkpoint", sources: checkpoints,
      errors: checkpointErrors + [TrainingError.self, BagSamplerError.self]
    ) { _ = try BagClassifier(checkpoint: ScratchFile.holding($0)) },
    Reader(
      name: "text-checkpoint", sources: checkpoints + ["Sources/Experiments/Text"],
      errors: checkpointErrors + [TrainingError.self]
    ) { _ = try Summarizer(checkpoint: ScratchFile.holding($0)) },
  ]

  private static let checkpoints = [
    "Sources/NeuralLayers/Checkpoints", "Sources/Experiments/Training",
  ]
  private static let checkpointErrors: [any Error.Type] = [
    CheckpointError.self, SafetensorsError.self, LayerError.self,
  ]

  private static let pictureFiles = [
    Reader(name: "gzip", sources: ["Sources/Experiments/Data"], errors: [DataFileError.self]) {
      _ = try Gzip.unpack($0, file: "file", maximumSize: 1 << 22)
    },
    Reader(name: "idx", sources: ["Sources/Experiments/Data"], errors: [DataFileError.self]) {
      bytes in
      for rank in [1, 3] {
        let file = try IDXFile(bytes, rank: rank, file: "file")
        expect(IDXFile.encoded(file.elements, shape: file.shape), equals: bytes)
      }
    },
    Reader(name: "cifar", sources: ["Sources/Experiments/Data"], errors: [DataFileError.self]) {
      let names = (0..<CIFAR100Data.classes).map { "class \($0)" }
      _ = try CIFAR100Data.parse($0, classNames: names, file: "file")
    },
    Reader(name: "digits", sources: ["Sources/Experiments/Data"], errors: [DataFileError.self]) {
      _ = try DigitsData.parse($0, file: "file")
    },
    Reader(name: "png", sources: ["Sources/Experiments/Pictures"], errors: [PictureFileError.self])
    {
      let picture = try PictureFile($0).decoded(channels: 1)
      expect(try PNGFile.decode(PNGFile.encode(picture)), equals: picture)
    },
  ]

  private static let recordFiles = [
    Reader(name: "records", sources: ["Sources/Experiments/Grid"], errors: [DataFileError.self]) {
      let runs = try JSONLines<BagRun>(path: ScratchFile.holding($0)).records()
      var text = ""
      for run in runs { text += "\(try JSON.line(run))\n" }
      let again = try JSONLines<BagRun>(path: ScratchFile.holding(Array(text.utf8))).records()
      expect(again, equals: runs)
    },
    Reader(name: "text-pairs", sources: ["Sources/Experiments/Text"], errors: [DataFileError.self])
    {
      let pairs = try TextFiles.decoded($0, file: "file")
      expect(try TextFiles.decoded(TextFiles.encoded(pairs), file: "file"), equals: pairs)
    },
    Reader(name: "descriptions", sources: ["Sources/Experiments/Text"], errors: []) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      _ = PackageDescription.all(packages: text, translations: text)
      _ = PronunciationBuilder.pairs(in: text)
    },
  ]
}
