import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// Random instances of a problem with numbers as far apart as doubles are, each judged by an exact answer.
///
/// `FAR_APART_CASES` is how many there are of each problem, and `FAR_APART_SEED` the seed of the first: a
/// failure names its own. Every problem prints what became of its instances.
enum FarApart {
  static let cases = number("FAR_APART_CASES") ?? 200
  static let firstSeed = number("FAR_APART_SEED") ?? 0

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  /// Draws and judges every instance of a problem.
  ///
  /// - Parameters:
  ///   - isFloat: whether all numbers are those of `Float`.
  ///   - allows: whether the problem's documentation lets it refuse an instance for this; that it has no
  ///     solution is for `judge` to tell.
  ///   - judge: draws an instance, solves it, and says what the answer is.
  static func check(
    _ problem: String, isFloat: Bool = false, location: SourceLocation = #_sourceLocation,
    allows: (CombinatorialError) -> Bool = { _ in false },
    _ judge: (inout FarApartNumbers) throws -> Verdict
  ) {
    var (solved, infeasible, refused, wrong) = (0, 0, 0, 0)
    for seed in firstSeed..<firstSeed + cases {
      var numbers = FarApartNumbers(seed: UInt64(seed), isFloat: isFloat)
      var verdict: Verdict
      do {
        verdict = try judge(&numbers)
      } catch {
        let isAllowed = (error as? CombinatorialError).map(allows) ?? false
        verdict = isAllowed ? .refused : .wrong("refused: \(error)")
      }
      switch verdict {
      case .right: solved += 1
      case .infeasible: infeasible += 1
      case .refused: refused += 1
      case .wrong(let reason):
        wrong += 1
        if wrong <= 5 {
          Issue.record("\(problem), FAR_APART_SEED=\(seed): \(reason)", sourceLocation: location)
        }
      }
    }
    #expect(wrong == 0, "\(problem): \(wrong) of \(cases)", sourceLocation: location)
    print(
      "\(problem): \(cases) instances, \(solved) solved, \(infeasible) without a solution,",
      "\(refused) refused, \(wrong) wrong")
  }

  /// What the answer to an instance is.
  enum Verdict {
    case right
    /// There is no solution, and the answer says so.
    case infeasible
    /// The documentation says that such numbers are refused.
    case refused
    case wrong(String)
  }

  /// An answer's exact cost beside the exact optimum.
  ///
  /// - Parameters:
  ///   - cost: of the solution, without rounding; nil: it breaks a rule of the problem.
  ///   - value: that is reported.
  ///   - gap: that is reported.
  ///   - least: the exact optimum; nil: there is no solution.
  ///   - bound: what the documentation lets the cost be above the optimum.
  ///   - valueBound: what it lets the value differ from the cost by.
  ///   - gapBound: what the gap of such an answer may be; nil: anything from the excess on.
  static func verdict(
    cost: ExactSum?, value: Double, gap: Double, least: ExactSum?, bound: Double,
    valueBound: Double, gapBound: Double? = nil
  ) -> Verdict {
    guard let cost else { return .wrong("the answer breaks a rule") }
    guard let least else { return .wrong("an answer where there is none") }
    let excess = (cost - least).value
    let summary = "exact cost \(cost.value), least \(least.value), value \(value), gap \(gap)"
    if excess > bound, excess > gap { return .wrong("WRONG by \(excess) > \(bound): \(summary)") }
    if excess > bound {
      return .wrong("dearer by \(excess) > \(bound), as the gap says: \(summary)")
    }
    if excess < -bound { return .wrong("cheaper than the optimum by \(-excess): \(summary)") }
    if !(gap >= excess - bound) { return .wrong("a gap below \(excess): \(summary)") }
    if let gapBound, !(gap <= gapBound) { return .wrong("a gap above \(gapBound): \(summary)") }
    let difference = (ExactSum(CollectionOfOne(value.isFinite ? value : 0)) - cost).value
    if !value.isFinite || abs(difference) > valueBound {
      return .wrong("a value off by \(difference) > \(valueBound): \(summary)")
    }
    return .right
  }

  /// The verdict on a sum of terms that potentials prove, `greatest` of which is the greatest magnitude of both:
  /// where they lie within 2^36 of each other, rounding may decide.
  static func verdict(
    _ terms: [Double]?, value: Double, gap: Double, least: ExactSum?, potentials n: Int,
    greatest: Double
  ) -> Verdict {
    let rounding = rounding(terms ?? [])
    let n = Double(n)
    return verdict(
      cost: terms.map { ExactSum($0) }, value: value, gap: gap, least: least,
      bound: max(rounding, n * 0x1p-88 * greatest), valueBound: rounding,
      gapBound: 8 * (n + 1) * (n + 1) * .ulpOfOne * greatest)
  }

  /// The verdict on what `solve` finds, or on that it finds nothing.
  ///
  /// - Parameter least: the exact optimum; nil: there is no solution.
  static func judge(least: ExactSum?, _ solve: () throws -> Verdict) throws -> Verdict {
    do {
      return try solve()
    } catch let error as CombinatorialError
      where [.infeasible, .unboundedFlow].contains(error.reason) && error.item == 0
    {
      return least.map { .wrong("no solution, but one costs \($0.value)") } ?? .infeasible
    }
  }

  /// n epsilon of the sum of the magnitudes of n terms: what a sum of them, however ordered, is off by.
  static func rounding(_ terms: [Double], unit: Double = .ulpOfOne) -> Double {
    Double(terms.count) * unit * terms.reduce(0) { $0 + abs($1) }
  }
}

extension CombinatorialError {
  /// What a problem alone is refused for that takes the value beyond the largest double.
  static var outOfRange: Self { Self(.valueOutOfRange, item: 0) }
}

/// Numbers whose magnitudes lie between 1e-300 and 1e300 (float: 1e-36 and 1e36), and how they are mixed.
struct FarApartNumbers {
  /// How the numbers of an instance are related.
  private enum Mixture: CaseIterable {
    /// Any magnitude.
    case apart
    /// Few magnitudes: ties, and numbers that cancel.
    case few
    /// Few magnitudes, and what is some units in the last place beside them.
    case near
    /// Great ones, of which units in the last place are about 1, beside numbers from 0 to 1.
    case layered
    case all
  }

  private var random: SeededRandom
  private let isFloat: Bool
  private let mixture: Mixture
  /// One in so many is +infinity; 0: none.
  private let forbidden: Int
  private var pool: [Double] = []

  init(seed: UInt64, isFloat: Bool = false) {
    random = SeededRandom(seed: seed)
    self.isFloat = isFloat
    mixture = Mixture.allCases.randomElement(using: &random) ?? .all
    forbidden = [0, 4, 12].randomElement(using: &random) ?? 0
    pool = (0..<3).map { _ in anyMagnitude(1) }
  }

  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    elements.shuffled(using: &random)
  }

  /// A number above 0 of any magnitude; `share`: the exponents are those of the least to that share of the
  /// greatest ones.
  private mutating func anyMagnitude(_ share: Double) -> Double {
    let greatest = isFloat ? 120 : 996
    let exponent = Int.random(in: -greatest..<Int(share * Double(greatest)), using: &random)
    return Double(
      sign: .plus, exponent: exponent, significand: Double.random(in: 1..<2, using: &random))
  }

  /// A number of at least 0: now and then 0, or below the least normal number.
  mutating func magnitude() -> Double {
    var kind = mixture
    if kind == .all { kind = Mixture.allCases.randomElement(using: &random) ?? .apart }
    let number: Double
    switch kind {
    case _ where oneIn(16): number = 0
    case _ where oneIn(24):
      number = Double(1 + below(9)) * (isFloat ? Double(Float.leastNonzeroMagnitude) : 0x1p-1074)
    case .few, .all: number = oneIn(4) ? anyMagnitude(1) : pool[below(pool.count)]
    case .near:
      let unit: Double = isFloat ? 0x1p-23 : 0x1p-52
      number = pool[below(pool.count)] * (1 + Double(below(5)) * unit)
    case .layered:
      let great = Double.random(in: 1..<10, using: &random) * (isFloat ? 1e7 : 1e16)
      number = oneIn(2) ? great : Double.random(in: 0..<1, using: &random)
    case .apart: number = anyMagnitude(1)
    }
    return rounded(number)
  }

  /// The nearest number of the instance's type.
  func rounded(_ number: Double) -> Double { isFloat ? Double(Float(number)) : number }

  /// A number of either sign, or of at least 0.
  mutating func number(isSigned: Bool = true) -> Double {
    let size = magnitude()
    return isSigned && oneIn(2) ? -size : size
  }

  /// A number, or +infinity.
  mutating func cost(isSigned: Bool = true) -> Double {
    forbidden > 0 && oneIn(forbidden) ? .infinity : number(isSigned: isSigned)
  }

  mutating func costs(_ count: Int, isSigned: Bool = true) -> [Double] {
    (0..<count).map { _ in cost(isSigned: isSigned) }
  }

  mutating func numbers(_ count: Int, isSigned: Bool = true) -> [Double] {
    (0..<count).map { _ in number(isSigned: isSigned) }
  }

  /// A number above 0 whose exponent of 2 is in a range.
  mutating func magnitude(exponents: ClosedRange<Int>) -> Double {
    Double(
      sign: .plus, exponent: Int.random(in: exponents, using: &random),
      significand: Double.random(in: 1..<2, using: &random))
  }
}
