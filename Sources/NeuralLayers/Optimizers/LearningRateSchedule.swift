internal import CombinatorialLibc

/// The learning rate as a function of the number of steps already taken.
///
/// A schedule has no state, so a resumed training needs only its step count:
///
/// ```swift
/// optimizer.learningRate = schedule.rate(atStep: step)
/// ```
///
/// Steps may be optimizer steps or epochs, whichever the schedule is asked with.
public enum LearningRateSchedule: Sendable, Equatable {
  /// The same rate always.
  case constant(Double)

  /// `initial`, multiplied by `factor` at each of the milestones: from step m on for a milestone m.
  case step(initial: Double, factor: Double = 0.1, milestones: [Int])

  /// Half a cosine from `initial` to `final` over `steps` steps, then `final`.
  ///
  /// Literature: I. Loshchilov, F. Hutter, SGDR, ICLR 2017, equation 5.
  case cosine(initial: Double, final: Double = 0, steps: Int)

  /// Up from `peak / initialDivisor` to `peak` in the first `rise` of the `steps`, then down to
  /// `peak / initialDivisor / finalDivisor` at the last step, both along half a cosine.
  ///
  /// Literature: L. Smith, N. Topin, Super-convergence, 2018, arXiv:1708.07120.
  case oneCycle(
    peak: Double, steps: Int, rise: Double = 0.3, initialDivisor: Double = 25,
    finalDivisor: Double = 10_000)

  /// The rate of the step that follows `step` steps; `step` counts from 0.
  public func rate(atStep step: Int) -> Double {
    switch self {
    case .constant(let rate): return rate
    case .step(let initial, let factor, let milestones):
      let passed = milestones.count { $0 <= step }
      return initial * pow(factor, Double(passed))
    case .cosine(let initial, let final, let steps):
      return Self.halfCosine(from: initial, to: final, share: Double(step) / Double(max(1, steps)))
    case .oneCycle(let peak, let steps, let rise, let initialDivisor, let finalDivisor):
      let initial = peak / initialDivisor
      let top = rise * Double(steps) - 1
      let position = Double(step)
      if position <= top {
        return Self.halfCosine(from: initial, to: peak, share: position / top)
      }
      let share = (position - top) / (Double(steps) - 1 - top)
      return Self.halfCosine(from: peak, to: initial / finalDivisor, share: share)
    }
  }

  private static func halfCosine(from start: Double, to end: Double, share: Double) -> Double {
    let clamped = share.isNaN ? 1 : min(1, max(0, share))
    return end + (start - end) * (1 + cos(.pi * clamped)) / 2
  }
}
