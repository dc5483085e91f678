import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

/// Labellings of chains against all of them, in exact sums.
struct FarApartChainTests {
  private struct Instance {
    let (positions, labels): (Int, Int)
    let unary: [Double]
    /// One matrix, or one for each step.
    let steps: [Double]

    init(_ numbers: inout FarApartNumbers) {
      (positions, labels) = (1 + numbers.below(4), 1 + numbers.below(3))
      let isSigned = !numbers.oneIn(4)
      unary = numbers.costs(positions * labels, isSigned: isSigned)
      let matrices = numbers.oneIn(3) ? 1 : positions - 1
      steps = numbers.costs(matrices * labels * labels, isSigned: isSigned)
    }

    /// What a labelling pays.
    func terms(_ labelling: [Int]) -> [Double] {
      let matrix = labels * labels
      return labelling.indices.flatMap { position in
        let here = unary[position * labels + labelling[position]]
        guard position > 0 else { return [here] }
        let first = steps.count == matrix ? 0 : (position - 1) * matrix
        return [steps[first + labelling[position - 1] * labels + labelling[position]], here]
      }
    }

    /// What the cheapest labelling pays; nil if all are forbidden.
    func least() -> [Double]? {
      var all: [[Int]] = [[]]
      for _ in 0..<positions { all = all.flatMap { start in (0..<labels).map { start + [$0] } } }
      return all.map(terms).filter { $0.allSatisfy(\.isFinite) }
        .map { (terms: $0, sum: ExactSum($0)) }.min { $0.sum < $1.sum }?.terms
    }

    func verdict(
      _ labelling: [Int], value: Double, gap: Double, unit: Double
    ) -> FarApart.Verdict {
      let least = least()
      let terms = labelling.allSatisfy((0..<labels).contains) ? terms(labelling) : [.infinity]
      let rounding = FarApart.rounding(least ?? [])
      return FarApart.verdict(
        cost: terms.allSatisfy(\.isFinite) ? ExactSum(terms) : nil, value: value, gap: gap,
        least: least.map { ExactSum($0) }, bound: FarApart.rounding(least ?? [], unit: unit),
        valueBound: 2 * rounding, gapBound: 4 * rounding)
    }
  }

  @Test func labellings() {
    FarApart.check("ChainLabelling") { numbers in
      let instance = Instance(&numbers)
      return try FarApart.judge(least: instance.least().map { ExactSum($0) }) {
        let solution = try ChainLabelling().solve(
          unary: instance.unary, steps: instance.steps, labels: instance.labels)
        return instance.verdict(
          solution.labels, value: solution.value, gap: solution.dualityGap, unit: .ulpOfOne)
      }
    }
  }

  /// As losses solve them: of floats, without a certificate.
  @Test func labellingsOfFloats() {
    FarApart.check("ChainLabelling of floats", isFloat: true) { numbers in
      let instance = Instance(&numbers)
      let (unary, steps) = (instance.unary.map(Float.init), instance.steps.map(Float.init))
      let shape = try ChainShape(
        batch: 1, positions: instance.positions, labels: instance.labels, lengths: nil,
        unaryCount: unary.count, stepCount: steps.count)
      return try FarApart.judge(least: instance.least().map { ExactSum($0) }) {
        let output = try unary.withUnsafeBufferPointer { unary in
          try steps.withUnsafeBufferPointer { steps in
            try ChainLabelling().solve(unary: unary, steps: steps, shape: shape)
          }
        }
        return instance.verdict(
          output.labels.map(Int.init), value: output.values[0], gap: 0,
          unit: Double(Float.ulpOfOne))
      }
    }
  }
}
