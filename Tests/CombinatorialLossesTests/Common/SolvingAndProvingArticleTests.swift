import CombinatorialLosses
import Testing

/// The code of the article on what calls have in common, which must print what it says.
struct SolvingAndProvingArticleTests {
  @Test func theArticlePrintsWhatItSays() throws {
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
    do throws(CombinatorialError) {
      _ = try Assignment().solve([1, .nan, 2, 3], rows: 2, columns: 2)
    } catch {
      print(error.reason)  // invalidCost(row: 0, column: 1, value: nan)
    }
    #expect(
      try Knapsack(weights: [3, 4, 5], capacity: 8).maximum.solve([4, 5, 6]).items == [0, 2])
    let stated = try DocumentationTests.article("CombinatorialSolvers/SolvingAndProving.md")
      .split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("print(") }
      .compactMap { $0.components(separatedBy: "  // ").dropFirst().first }
    #expect(printed == stated && stated.count == 7)
  }
  @Test func serversWaitWithoutAThread() async throws {
    let costs = [4.0, 1, 3, 2, 0, 5, 3, 2, 2]
    let matching = try await Assignment().async.solve(costs, rows: 3, columns: 3)
    let (cost, slope) = try await Assignment().async.valueAndGradient(costs, rows: 3, columns: 3)
    #expect(matching.value == 5 && cost == 5 && slope == matching.gradient)
    let plan = try await withSolverThread {
      try Transport().solve(costs, supply: [1, 1, 1], demand: [1, 1, 1])
    }
    #expect(plan.value == 5)
  }
}
