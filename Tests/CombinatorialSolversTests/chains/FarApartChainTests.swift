import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

struct FarApartChainTests {
  /// The terms of every labeling that is not forbidden.
  private static func labelings(
    _ unary: [Double], _ steps: [Double], positions: Int, labels: Int
  ) -> [[Double]] {
    var all: [(last: Int, terms: [Double])] = (0..<labels).map { ($0, [unary[$0]]) }
    for position in 1..<positions {
      all = all.flatMap { before in
        (0..<labels).map { label in
          let step = steps[((position - 1) * labels + before.last) * labels + label]
          return (label, before.terms + [step, unary[position * labels + label]])
        }
      }
    }
    return all.map(\.terms).filter { $0.allSatisfy { $0 < .infinity } }
  }

  private static func terms(
    _ labeling: [Int32], _ unary: [Double], _ steps: [Double], labels: Int
  ) -> [Double] {
    labeling.indices.flatMap { position in
      let here = unary[position * labels + Int(labeling[position])]
      guard position > 0 else { return [here] }
      let from = (position - 1) * labels + Int(labeling[position - 1])
      return [steps[from * labels + Int(labeling[position])], here]
    }
  }

  /// Right, or infeasible: never a dearer labeling with a small gap.
  @Test(arguments: 0..<60)
  func labelingsAreExact(seed: Int) throws {
    var numbers = FarApartNumbers(seed: UInt64(seed))
    let (positions, labels) = (2 + numbers.below(3), 1 + numbers.below(3))
    let isSigned = seed % 4 != 0
    let unary = (0..<positions * labels).map { _ in numbers.cost(isSigned: isSigned) }
    let steps = (0..<(positions - 1) * labels * labels).map { _ in
      numbers.cost(isSigned: isSigned)
    }
    let all = Self.labelings(unary, steps, positions: positions, labels: labels)
    let least = all.min { ExactSum($0) < ExactSum($1) }
    do throws(CombinatorialError) {
      let solution = try ChainLabeling().solve(unary: unary, steps: steps, labels: labels)
      guard let least else {
        Issue.record("there is no solution")
        return
      }
      let found = Self.terms(solution.labels, unary, steps, labels: labels)
      let more = excess(of: found, over: least)
      #expect(more <= allowedExcess(least) && solution.dualityGap <= 2 * allowedExcess(least))
      #expect(abs(solution.value - ExactSum(least).value) <= 2 * allowedExcess(least))
    } catch {
      #expect(error == CombinatorialError(.infeasible, item: 0) && least == nil)
    }
  }

  /// In a batch of floats some are solved in double, some exactly, and the others as ever.
  @Test func batchesOfLargeFloats() throws {
    let large = Float.greatestFiniteMagnitude
    let unary: [Float] = [1, 2, large, large, 3, 4, large, -large, -5, 5.5]
    let solutions = try ChainLabeling().solve(
      unary: unary, steps: [0], batch: 5, positions: 2, labels: 1)
    #expect(solutions.values == [3, 2 * Double(large), 7, 0, 0.5])
    #expect(solutions.labels == .init(repeating: 0, count: 10))
    #expect(solutions[0].potentials == [1, 3])
    #expect(solutions[1].potentials == [Double(large), .infinity])
  }

  @Test func smallPartsDecide() throws {
    let steps = [0, 0, 0, 0] as [Double]
    let solution = try ChainLabeling().solve(
      unary: [1e300, 1e300, 2e-300, 1e-300, -1e300, -1e300], steps: steps, labels: 2)
    #expect(solution.labels == [0, 1, 0] && solution.value == 1e-300 && solution.dualityGap == 0)
  }

  @Test func valuesBeyondTheLargestDoubleAreNamed() throws {
    let chain = ChainLabeling()
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try chain.solve(unary: [1.7e308, 1.7e308], steps: [0], labels: 1)
    }
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try chain.solve(unary: [-1.7e308, -1.7e308], steps: [0], labels: 1)
    }
    let back = try chain.solve(unary: [-1.7e308, -1.7e308, 1.7e308], steps: [0], labels: 1)
    #expect(back.value == -1.7e308 && back.dualityGap == 0)
  }
}
