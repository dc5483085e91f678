internal import Foundation

/// What a look at a solver from several sides found: whether its answers contradict each other.
///
///     let check = try GridRoute().check(costs)
///     #expect(check.faults.isEmpty, "\(check)")
public struct ProblemCheck: Sendable, CustomStringConvertible {
  /// An answer that cannot be right.
  public enum Fault: Sendable, Equatable {
    /// The value is not c.u of the solution that came with it.
    case valueIsNotTheSolutions(value: Double, objective: Double)
    /// The solution of nearby costs costs less, here, than the solution that was given: that one is not optimal.
    case betterSolution(value: Double, objective: Double)
    /// The same costs had another answer the second time, or as part of a batch.
    case notReproducible(value: Double, again: Double)
  }

  /// What contradicts what. Empty: the solver may be trusted as far as was looked.
  public var faults: [Fault] = []
  /// Directions along which the slope is that of the solution, from both sides: the value has a gradient there.
  public var smoothDirections = 0
  /// Directions along which several solutions are equally good at these costs, so that the slope depends on the
  /// side: a kink, where every optimal solution is a generalized gradient. It is no fault, but a comparison with
  /// central differences fails there.
  public var kinks = 0

  /// One line.
  public var description: String {
    let found = "\(smoothDirections) smooth directions, \(kinks) kinks"
    return faults.isEmpty ? "no fault; " + found : "faults \(faults); " + found
  }
}

extension PrimalProblem {
  /// Looks for contradictions in the answers of a solver: for one's own, before a network trusts it.
  ///
  /// The optimum of a linear objective is concave in the costs, and below every solution's own objective: with
  /// solutions u, u' of costs c, c', `z(c) = c.u`, `z(c) <= c.u'` and `z(c') <= c'.u`. All of these hold at a
  /// kink too, so that it is told from a fault, which a comparison with differences cannot.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, of rank ``costRank``; forbidden ones stay so.
  ///   - directions: How many directions to go into, both ways.
  ///   - step: How far, as a share of the greatest cost.
  ///   - seed: Of the directions.
  /// - Returns: What contradicts what.
  /// - Throws: What ``solve(_:)`` throws; ``/CombinatorialSolvers/CombinatorialError``.
  /// - Complexity: 2 directions + 3 runs of the solver.
  public func check(
    _ costs: Tensor, directions: Int = 16, step: Float = 0x1p-7, seed: UInt64 = 1
  ) throws -> ProblemCheck {
    let item = try BatchedItems(costs, itemRank: costRank, name: "costs")
    guard !item.isBatched else {
      throw CombinatorialError.shapeMismatch(
        expected: "the costs of one problem, of rank \(costRank)", found: "\(costs.shape)")
    }
    var check = ProblemCheck()
    let here = try Answer(of: self, at: item.tensor)
    check.compare(here)
    let batch = try Tensor.concatenated(
      [costs, costs].map { try $0.detached.reshaped([1] + costs.shape) }, axis: 0)
    for again in try [solve(item.tensor)] + solve(batch: batch) where again != here.solution {
      check.faults.append(.notReproducible(value: here.solution.value, again: again.value))
    }
    var random = SeededGenerator(seed: seed)
    let reach = step * max(1, here.costs.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 })
    for _ in 0..<directions {
      let direction = here.costs.map { _ in Float.random(in: -1...1, using: &random) * reach }
      let sides = try [1, -1].map { sign in
        try Answer(
          of: self,
          at: Tensor(zip(here.costs, direction).map { $0 + sign * $1 }, shape: costs.shape))
      }
      for there in sides {
        check.compare(there)
        check.compare(here, there)
        check.compare(there, here)
      }
      let isSmooth = sides.allSatisfy { here.isAsGood($0, as: here) || here.isWorse($0) }
      let isKink = sides.contains {
        $0.solution.solution != here.solution.solution && here.isAsGood($0, as: here)
      }
      if isKink { check.kinks += 1 } else if isSmooth { check.smoothDirections += 1 }
    }
    return check
  }
}

/// A solution with the costs that it is of.
private struct Answer {
  let costs: [Float]
  let solution: PrimalSolution

  init(of problem: some PrimalProblem, at costs: Tensor) throws {
    self.costs = costs.scalars
    solution = try problem.solve(costs)
    let items = try BatchedItems(costs, itemRank: problem.costRank, name: "costs")
    try items.check([solution])
  }

  /// What another answer's solution costs here, and what rounding may have made of it.
  func objective(of other: Answer) -> (value: Double, error: Double) {
    other.solution.solution.objective(costs)
  }

  func isAsGood(_ other: Answer, as own: Answer) -> Bool {
    let (theirs, ours) = (objective(of: other), objective(of: own))
    return abs(theirs.value - ours.value) <= theirs.error + ours.error
  }

  func isWorse(_ other: Answer) -> Bool {
    objective(of: other).value > objective(of: self).value
  }
}

extension ProblemCheck {
  /// A value against its own solution.
  fileprivate mutating func compare(_ answer: Answer) {
    let own = answer.objective(of: answer)
    if !(abs(answer.solution.value - own.value) <= own.error) {
      faults.append(
        .valueIsNotTheSolutions(value: answer.solution.value, objective: own.value))
    }
  }

  /// A value against the solution of other costs.
  fileprivate mutating func compare(_ answer: Answer, _ other: Answer) {
    let theirs = answer.objective(of: other)
    let error = theirs.error + answer.objective(of: answer).error
    if theirs.value < answer.solution.value - error {
      faults.append(.betterSolution(value: answer.solution.value, objective: theirs.value))
    }
  }
}

extension PrimalSolution.Solution {
  /// c.u, and by how much a value that is c.u may differ: each entry of u and each cost is a float, and a solver
  /// may add up floats.
  func objective(_ costs: [Float]) -> (value: Double, error: Double) {
    var (value, magnitude, count) = (0.0, 0.0, 0)
    forEachEntry { position, entry in
      guard entry != 0 else { return }
      let term = Double(costs[position]) * Double(entry)
      value += term
      magnitude += abs(term)
      count += 1
    }
    return (value, Double(count + 4) * 0x1p-24 * magnitude)
  }
}
