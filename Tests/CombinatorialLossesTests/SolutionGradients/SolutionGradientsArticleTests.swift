import CombinatorialLosses
import Foundation
import Testing

/// The examples of the documentation, compiled and run.
struct SolutionGradientsArticleTests {
  @Test func theExamplesHaveTheResultsTheyState() throws {
    let costs = try Tensor([1, 2, 2, 1.5], shape: [2, 2]).requiringGradient()
    let target = try Tensor([0, 1, 1, 0], shape: [2, 2])
    let matching = Assignment()

    let solution = try matching.solution(costs, gradient: .interpolated(lambda: 5))
    let distance = try (solution - target).pow(2).sum()
    let gradient = try distance.gradients(of: [costs])[0]  // [[-0.2, 0.2], [0.2, -0.2]]
    #expect(gradient.scalars == [-0.2, 0.2, 0.2, -0.2])

    let perturbed = try matching.perturbed(samples: 10, sigma: 0.5, seed: 7)
    let fenchelYoung = try perturbed.fenchelYoungLoss(costs, target: target)  // at least 0
    #expect(try fenchelYoung.item() > 0)

    let hinge = try matching.structuredHingeLoss(costs, target: target)  // 5.5
    let trueCosts = try Tensor([3, 1, 1, 3], shape: [2, 2])
    let known = try matching.optimum(trueCosts)
    let spoPlus = try matching.spoPlusLoss(costs, trueCosts: trueCosts, trueOptimum: known)  // 7
    let regret = try matching.regret(costs, trueCosts: trueCosts, trueOptimum: known)
    #expect(try hinge.item() == 5.5)
    #expect(try spoPlus.item() == 7)
    #expect("\(regret.values) \(regret.normalized)" == "[4.0] 2.0")
  }

  /// Every line of the article's Swift blocks is in this file, but for the one that prints.
  @Test func theArticleShowsThisCode() throws {
    let here = URL(filePath: #filePath)
    var root = here
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let article = root.appending(
      path: "Sources/CombinatorialLosses/CombinatorialLosses.docc/SolutionGradients.md")
    func lines(_ text: some StringProtocol) -> [String] {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let source = Set(lines(try String(contentsOf: here, encoding: .utf8)))
    let blocks = try String(contentsOf: article, encoding: .utf8)
      .components(separatedBy: "```swift\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(blocks.count == 4)
    for line in blocks.flatMap(lines) where !line.hasPrefix("print(") {
      #expect(source.contains(line), "\(line)")
    }
  }
}
