import CombinatorialLosses
import CombinatorialSolvers
import Foundation
import NeuralLayers
import Testing

/// The README's examples are compiled here, and must print what the README says.
struct ReadmeExampleTests {
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

  /// The program of the README.
  private func program(printing print: (String) -> Void) throws {
    /// Points around three centers, and which of the three each belongs to.
    func sample(_ count: Int, using random: inout SeededGenerator) throws -> (
      Tensor, kinds: [Int32]
    ) {
      let centers: [[Float]] = [[0, 2], [2, -1], [-2, -1]]
      let kinds = (0..<count).map { _ in Int32.random(in: 0...2, using: &random) }
      let means = try Tensor(kinds.flatMap { centers[Int($0)] }, shape: [count, 2])
      let noise = try Tensor.random(normal: [count, 2], standardDeviation: 0.7, using: &random)
      return (try means + noise, kinds)
    }

    var random = SeededGenerator(seed: 1)
    let model = Sequential(
      try Linear(inputs: 2, outputs: 16, using: &random), ReLU(),
      try Linear(inputs: 16, outputs: 3, using: &random))
    let optimizer = Adam(learningRate: 0.02)

    for step in 1...200 {
      // 16 bags of 4 points: the labels of each bag are known, but not whose they are.
      var (points, labels) = try sample(64, using: &random)
      for bag in stride(from: 0, to: 64, by: 4) { labels[bag..<bag + 4].shuffle(using: &random) }
      let sizes = [Int](repeating: 4, count: 16)
      let loss = try bagLoss(logits: model(points), labels: labels, bagSizes: sizes).mean()
      try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
      if step % 50 == 0 { print("step \(step): loss \(try loss.item())") }
    }

    let (points, kinds) = try sample(1000, using: &random)
    let guesses = try model(points).argmax(axis: 1)
    print("\(zip(guesses, kinds).filter(==).count) of 1000 points right")
  }

  @Test func theProgramLearnsFromBags() throws {
    var printed: [String] = []
    try program { printed.append($0) }
    #expect(printed.count == 5)
    let right = try #require(printed.last?.split(separator: " ").first.flatMap { Int($0) })
    #expect(right >= 980)
  }

  @Test func arrays() throws {
    var printed: [String] = []
    func print(_ items: Any...) {
      printed.append(items.map { "\($0)" }.joined(separator: " "))
    }
    let solution = try Assignment().solve([4, 1, 3, 2, 0, 5, 3, 2, 2], rows: 3, columns: 3)
    print(solution.columnOfRow)  // [1, 0, 2]
    print(solution.dualityGap)  // 0.0
    print(solution.isUnique)  // true
    print(solution.gradient)  // [0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    let stated = try readme().split(separator: "\n").filter { $0.hasPrefix("print(") }
      .compactMap { $0.components(separatedBy: "  // ").dropFirst().first }
    #expect(printed == stated && stated.count == 4)
  }

  @Test func aSolverOfOnesOwn() throws {
    struct CheapestEdge: PrimalProblem {
      let costRank = 1
      func solve(_ costs: Tensor) throws -> PrimalSolution {
        let weights = costs.scalars
        let best = weights.indices.min { weights[$0] < weights[$1] } ?? 0
        return PrimalSolution(value: Double(weights[best]), chosen: [best])
      }
    }

    let costs = try Tensor([3, 1, 2], shape: [3]).requiringGradient()
    let gradient = try CheapestEdge().optimalValue(costs).gradients(of: [costs])[0]  // 0 1 0
    let faults = try CheapestEdge().check(costs).faults  // none: no answers contradict each other
    #expect(gradient.scalars == [0, 1, 0] && faults.isEmpty)
  }
}
