internal import CombinatorialKernels

/// Costs of one entropic problem in numbers that iterations can work with: costs far from 0 lose what they
/// share, and magnitudes far from 1 a power of two.
struct SinkhornScaling {
  /// The range of the costs that are not forbidden; may exceed the largest double.
  private let span: Double
  /// A quarter of it, which is always finite, and 0 for a range of the least doubles.
  private let quarterSpan: Double
  private let least: Double
  private let hasForbidden: Bool
  private let given: Double
  private let exponent: Int
  /// Whether the costs can be used as they are.
  let isIdentity: Bool
  /// Whether the temperature is so far above the costs that these may vanish beside it.
  private let isScaledByTemperature: Bool
  /// The temperature that goes with the costs.
  let temperature: Double
  /// Whether exponentials of costs over the temperature are all so near 1 that their logarithms vanish in it.
  let isHot: Bool

  init<Scalar: CostScalar>(
    _ costs: UnsafePointer<Scalar>, rows: Int, columns: Int, rowStride: Int, temperature: Double
  ) {
    var (least, greatest, hasForbidden) = (Double.infinity, -Double.infinity, false)
    for row in 0..<rows {
      for column in 0..<columns {
        let cost = Double(costs[row * rowStride + column])
        if cost < .infinity {
          least = cost < least ? cost : least
          greatest = cost > greatest ? cost : greatest
        } else {
          hasForbidden = true
        }
      }
    }
    if least > greatest { (least, greatest) = (0, 0) }
    (self.least, self.hasForbidden, given) = (least, hasForbidden, temperature)
    quarterSpan = greatest / 4 - least / 4
    let magnitude = max(abs(least), abs(greatest))
    span = magnitude < 1 ? greatest - least : 4 * quarterSpan
    isHot = !hasForbidden && temperature / 1e4 > span
    let tiny = [span, temperature].contains { $0 > 0 && $0 < 0x1p-500 }
    isIdentity =
      !tiny && magnitude < 0x1p500 && temperature < 0x1p500 && abs(least) <= span
      && (hasForbidden || temperature < 0x1p100 * span)
    isScaledByTemperature = !isIdentity && hasForbidden && temperature * 0x1p-98 > span
    guard !isIdentity else {
      (exponent, self.temperature) = (0, temperature)
      return
    }
    let scale = isScaledByTemperature ? temperature * 0x1p-98 : span
    exponent = scale > 0 ? Int(min(scale, .greatestFiniteMagnitude).exponent) : 0
    let scaled = Double(sign: .plus, exponent: -exponent, significand: temperature)
    self.temperature = hasForbidden ? scaled : min(scaled, 0x1p100)
  }

  /// By how much costs differ at most; +infinity if there are forbidden pairs.
  var range: Double { hasForbidden ? .infinity : span }

  /// Below this the rounding of costs and potentials changes masses by more than the tolerance.
  func leastTemperature(tolerance: Double) -> Double {
    quarterSpan * (0x1p-49 / max(tolerance, 1e-12))
  }

  /// A cost as the iterations see it.
  func callAsFunction(_ cost: Double) -> Double {
    cost < .infinity ? scaled(cost) - scaled(least) : cost
  }

  private func scaled(_ x: Double) -> Double {
    Double(sign: .plus, exponent: -exponent, significand: x)
  }

  /// The solution of the problem as it was given, whose masses have this total, from that for a total of 1;
  /// nil if it exceeds the range of double.
  ///
  /// - Parameter cost: The cost of a cell of the plan, as it was given.
  func restored(_ solution: SinkhornSolution, total: Double, cost: (_ cell: Int) -> Double)
    -> SinkhornSolution?
  {
    let exponent = isIdentity ? 0 : exponent
    let least = isIdentity ? 0 : least
    // Both powers of two at once, lest a product underflow on the way.
    func original(_ x: Double, of mass: Double = 1) -> Double {
      Double(
        sign: .plus, exponent: exponent + Int(mass.exponent), significand: x * mass.significand)
    }
    let restored = SinkhornSolution(
      value: original(solution.value, of: total) + least * total,
      transportCost: isScaledByTemperature
        ? zip(0..., solution.plan).reduce(0) { $1.1 > 0 ? $0 + $1.1 * cost($1.0) : $0 }
        : original(solution.transportCost, of: total) + least * total,
      plan: solution.plan, rowPotentials: solution.rowPotentials.map { original($0) + least / 2 },
      columnPotentials: solution.columnPotentials.map { original($0) + least / 2 },
      iterations: solution.iterations, marginalError: solution.marginalError)
    return restored.isFinite ? restored : nil
  }
}

extension SinkhornSolution {
  fileprivate var isFinite: Bool {
    value.isFinite && transportCost.isFinite
      && (rowPotentials + columnPotentials).allSatisfy(\.isFinite)
  }
}
