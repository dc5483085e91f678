import CombinatorialLosses
import Foundation
import NeuralLayers
import Testing

/// README: a solver of one's own.
private struct CheapestEdge: PrimalProblem {
  let costRank = 1
  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let weights = costs.scalars
    let best = weights.indices.min { weights[$0] < weights[$1] } ?? 0
    return PrimalSolution(value: Double(weights[best]), chosen: [best])
  }
}

/// The README's examples are compiled here, and must print what the README says.
struct ReadmeExampleTests {
  private var random = SeededGenerator(seed: 1)

  private func example(printing print: (Any) -> Void) throws {
    // What does the cheapest assignment of three rows to three columns cost, and how does that change?
    let costs = try Tensor([4, 1, 3, 2, 0, 5, 3, 2, 2], shape: [3, 3]).requiringGradient()
    let value = try Assignment().optimalValue(costs)
    let loss = try value * value / 2
    let gradient = try loss.gradients(of: [costs])[0]

    print(try value.item())
    print(gradient.scalars)
  }

  @Test func theExamplePrintsWhatTheReadmeSays() throws {
    var printed = ""
    try example { printed += "\($0)\n" }
    #expect(try readme().components(separatedBy: "```text\n")[1].hasPrefix(printed + "```"))
  }

  private func readme() throws -> String {
    let root = #filePath.components(separatedBy: "Tests/ExperimentsTests/")[0]
    return try String(contentsOfFile: root + "README.md", encoding: .utf8)
  }

  @Test mutating func bags() throws {
    let model = Sequential(Flatten(), try Linear(inputs: 4, outputs: 3, using: &random))
    let pictures = try Tensor.random(uniform: [5, 1, 2, 2], in: -1...1, using: &random)
    let (labels, sizes): ([Int32], [Int]) = ([0, 1, 2, 0, 1], [3, 2])

    let logits = try model(pictures)  // [pictures, classes]
    let loss = try bagLoss(logits: logits, labels: labels, bagSizes: sizes).mean()
    let gradients = try loss.gradients(of: model.parameters.map(\.value))
    #expect(try loss.item() > 0 && gradients.map(\.shape) == [[3, 4], [3]])
  }

  @Test func sequences() throws {
    let model = try EncoderDecoder(
      EncoderDecoderOptions(sourceVocabulary: 6, targetVocabulary: 5), seed: 1)
    let (words, targets) = ([[3, 4, 5], [4, 2]] as [[Int32]], TokenBatch([[3, 2], [4, 3, 2]]))

    let source = try model.encode(TokenBatch(words))  // EncoderDecoder of NeuralLayers
    let decoding = try model.decode(source, targets: targets, feedback: .softmax)
    let loss = try alignmentLoss(
      logits: decoding.logits(), targets: targets.tokens,
      lengths: Lengths(rows: targets.lengths, columns: targets.lengths)
    ).mean()
    #expect(try loss.item() > 0)
  }

  @Test mutating func chains() throws {
    let logits = try Tensor([0, 2, 3, 0, 9, 9], shape: [1, 3, 2])
    let (steps, lengths) = (try Tensor([0, 1, 1, 0], shape: [2, 2]), [2])
    let value = try ChainLabeling().optimalValue(unary: -logits, steps: steps, lengths: lengths)
    #expect(value.scalars == [-4])
  }

  @Test mutating func pathsAndCuts() throws {
    let layer = try Linear(inputs: 12, outputs: 12, using: &random)
    let pictures = try Tensor.random(uniform: [2, 12, 12], in: 0...1, using: &random)
    do {
      let network = { (pictures: Tensor) in try layer(pictures).exp() + 1 }
      let paths = try GridShortestPath().solution(network(pictures), gradient: .none)
      let costs = try network(pictures)  // [maps, 12, 12], at least 1
      let loss = try GridShortestPath().structuredHingeLoss(costs, target: paths, margin: 0.2)
        .mean()
      #expect(try loss.item() >= 0)
    }
    let logits = try Tensor.random(uniform: [3, 4], in: -1...1, using: &random)
    let arcs = try Tensor.random(uniform: [8, 3, 4], in: 0...1, using: &random)
    let mask = try Tensor((0..<12).map { $0 % 4 < 2 ? 1 : 0 }, shape: [3, 4])
    let cut = GridCut(neighbors: .eight)
    let costs = try cut.costs(logits: logits, arcs: arcs)  // [10, rows, columns]
    let loss = try cut.hingeLoss(costs, mask: mask)
    #expect(try loss.item() > 0)
  }

  @Test func masses() throws {
    let network = MinimumCostFlow(try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (0, 1)]))
    let (supply, demand) = try (Tensor([2, 1], shape: [2]), Tensor([1, 2], shape: [2]))
    let costs = try Tensor([0, 3, 1, 1], shape: [2, 2])
    let (arcCosts, capacities) = try (Tensor([1, 5], shape: [2]), Tensor([2, 9], shape: [2]))
    let supplies = try Tensor([3, -3], shape: [2])
    let distance = try Transport().optimalValue(costs: costs, supply: supply, demand: demand)
    let flow = try network.optimalValue(costs: arcCosts, supplies: supplies, capacities: capacities)
    #expect(try distance.item() == 4 && flow.item() == 7)
  }

  @Test mutating func sets() throws {
    let logits = try Tensor.random(uniform: [1, 3, 4], in: -1...1, using: &random)
    let boxes = try Tensor.random(uniform: [1, 3, 4], in: 0.2...0.4, using: &random)
    let targets = try SetTargets(images: [[(label: 2, box: [0.5, 0.5, 0.2, 0.2])]])
    let loss = try SetPredictionLoss()(logits: logits, boxes: boxes, targets: targets).total
    #expect(try loss.item() > 0)
  }

  @Test func arrays() throws {
    var printed: [String] = []
    func print(_ items: Any...) {
      printed.append(items.map { "\($0)" }.joined(separator: " "))
    }
    do {
      let solution = try Assignment().solve([4, 1, 3, 2, 0, 5, 3, 2, 2], rows: 3, columns: 3)
      print(solution.columnOfRow)  // [1, 0, 2]
      print(solution.dualityGap)  // 0.0
      print(solution.isUnique)  // true
    }
    let costs = [4, 1, 3, 2, 0, 5, 3, 2, 2, 4, 0, .nan, 1, 0, .nan, .nan, .nan, .nan]
    let (logits, labels): ([Float], [Int32]) = (.init(repeating: 0, count: 10), [0, 1, 1, 0, 1])
    let problem = Assignment()
    let (value, gradient) = try problem.valueAndGradient([4, 1, 2, 0], rows: 2, columns: 2)
    print(value, gradient)  // 3.0 [0.0, 1.0, 1.0, 0.0]
    let batch = try problem.solve(
      costs, batch: 2, rows: 3, columns: 3, rowCounts: [3, 2], columnCounts: [3, 2])
    print(batch.values, batch[1].columnOfRow)  // [5.0, 1.0] [1, 0]
    print(try problem.maximum.solve([4, 1, 2, 0], rows: 2, columns: 2).value)  // 4.0
    let losses = try bagLoss(logits: logits, labels: labels, bagSizes: [3, 2]).values
    #expect(losses.count == 2)
    let stated = try readme().split(separator: "\n").filter { $0.hasPrefix("print(") }
      .compactMap { $0.components(separatedBy: "  // ").dropFirst().first }
    #expect(printed == stated && stated.count == 6)
  }

  @Test func aSolverOfOnesOwn() throws {
    let costs = try Tensor([3, 1, 2, 0, 4, 5], shape: [2, 3])
    let loss = try CheapestEdge().optimalValue(costs).mean()  // costs [edges] or [batch, edges]
    #expect(try loss.item() == 0.5)
    #expect(try CheapestEdge().check(Tensor([3, 1, 2], shape: [3])).faults.isEmpty)
  }
}
