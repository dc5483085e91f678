import CombinatorialLosses
import Testing

/// The examples of the documentation, compiled and run.
struct SolutionGradientsArticleTests {
  @Test func theExamplesHaveTheResultsTheyState() throws {
    var printed = ""
    func print(_ items: Any...) { printed = items.map { "\($0)" }.joined(separator: " ") }

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
    print(regret.values, regret.normalized)  // [4.0] 2.0
    #expect(try hinge.item() == 5.5)
    #expect(try spoPlus.item() == 7)
    #expect(printed == "[4.0] 2.0")
  }
}
