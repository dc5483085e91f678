import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

/// Labelings of chains against all of them, in exact sums.
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

    /// What a labeling pays.
    func terms(_ labeling: [Int]) -> [Double] {
      let matrix = labels * labels
      return labeling.indices.flatMap { position in
        let here = unary[position * labels + labeling[position]]
        guard position > 0 else { return [here] }
        let first = steps.count == matrix ? 0 : (position - 1) * matrix
        return [steps[first + labeling[position - 1] * labels + labeling[position]], here]
      }
    }

    /// What the cheapest labeling pays; nil if all are forbidden.
    func least() -> [Double]? {
      var all: [[Int]] = [[]]
      for _ in 0..<positions { all = all.flatMap { start in (0..<labels).map { start + [$0] } } }
      return all.map(terms).filter { $0.allSatisfy(\.isFinite) }
        .map { (terms: $0, sum: ExactSum($0)) }.min { $0.sum < $1.sum }?.terms
    }

    func verdict(
      _ labels: [Int32], value: Double, gap: Double, unit: Double
    ) -> FarApart.Verdict {
      let (least, labeling) = (least(), labels.map { Int($0) })
      let terms = labeling.allSatisfy((0..<self.labels).contains) ? terms(labeling) : [.infinity]
      let rounding = FarApart.rounding(least ?? [])
      return FarApart.verdict(
        cost: terms.allSatisfy(\.isFinite) ? ExactSum(terms) : nil, value: value, gap: gap,
        least: least.map { ExactSum($0) }, bound: FarApart.rounding(least ?? [], unit: unit),
        valueBound: 2 * rounding, gapBound: 4 * rounding)
    }
  }

  @Test func labelings() {
    FarApart.check("ChainLabeling") { numbers in
      let instance = Instance(&numbers)
      return try FarApart.judge(least: instance.least().map { ExactSum($0) }) {
        let solution = try ChainLabeling().solve(
          unary: instance.unary, steps: instance.steps, labels: instance.labels)
        return instance.verdict(
          solution.labels, value: solution.value, gap: solution.dualityGap, unit: .ulpOfOne)
      }
    }
  }

  /// As losses solve them: of floats, without a certificate.
  @Test func labelingsOfFloats() {
    FarApart.check("ChainLabeling of floats", isFloat: true) { numbers in
      let instance = Instance(&numbers)
      let (unary, steps) = (instance.unary.map(Float.init), instance.steps.map(Float.init))
      let shape = BatchShape(rows: instance.positions, columns: instance.labels)
      return try FarApart.judge(least: instance.least().map { ExactSum($0) }) {
        let output = try unary.withUnsafeBufferPointer { unary in
          try steps.withUnsafeBufferPointer { steps in
            try ChainLabeling().solveInPlace(unary: unary, steps: steps, shape: shape)
          }
        }
        return instance.verdict(
          output.labels, value: output.values[0], gap: 0,
          unit: Double(Float.ulpOfOne))
      }
    }
  }
}
