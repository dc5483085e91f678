import TestSupport

/// Numbers whose magnitudes lie far apart, and some that cancel.
struct FarApartNumbers {
  private var random: SeededRandom
  private var pool: [Double] = []

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    pool = (0..<3).map { _ in magnitude() }
  }

  mutating func magnitude() -> Double {
    let digits = Double.random(in: 1..<2, using: &random)
    return digits * power(Int.random(in: -300...300, using: &random))
  }

  private func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 1 }

  mutating func cost(isSigned: Bool) -> Double {
    if Int.random(in: 0..<12, using: &random) == 0 { return .infinity }
    let size =
      Bool.random(using: &random) ? pool.randomElement(using: &random) ?? 1 : magnitude()
    return isSigned && Bool.random(using: &random) ? -size : size
  }

  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
}

/// What a sum of some terms costs more than the least one, exactly.
func excess(of terms: [Double], over least: [Double]) -> Double {
  (ExactSum(terms) - ExactSum(least)).value
}

/// Up to how much a solution may exceed the optimum of these terms.
func allowedExcess(_ least: [Double]) -> Double {
  Double(2 * least.count) * Double.ulpOfOne * least.reduce(0) { $0 + abs($1) }
}
