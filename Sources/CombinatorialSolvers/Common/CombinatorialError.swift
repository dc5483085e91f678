#if canImport(FoundationEssentials)
  public import protocol FoundationEssentials.LocalizedError
#else
  public import protocol Foundation.LocalizedError
#endif

/// Why a combinatorial problem was refused, with enough to find the offending number.
public struct CombinatorialError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The problem of the batch, 0 for one alone; nil: the whole call is at fault.
  public var item: Int?
  /// What is wrong with it.
  public var reason: Reason

  /// An error of an item, or of the whole call.
  public init(_ reason: Reason, item: Int? = nil) {
    (self.reason, self.item) = (reason, item)
  }

  /// What is wrong with a problem.
  public enum Reason: Equatable, Sendable {
    /// A cost is NaN or -infinity, or so great that sums of it may be infinite. (+infinity is legal: it
    /// forbids the pair.)
    case invalidCost(row: Int, column: Int, value: Double)
    /// The cost of an arc, an edge or an element is NaN or -infinity.
    case invalidCostAt(position: Int, value: Double)
    /// The cost of a cell is negative, where paths could go round in circles.
    case negativeCost(row: Int, column: Int, value: Double)
    /// Arcs lead round in a circle at a negative cost: in the order of travel, and the nodes they leave.
    case negativeCycle(arcs: [Int], nodes: [Int])
    /// The cost of staying unmatched is NaN or infinite.
    case invalidUnmatchedCost(value: Double)
    /// A potential to start from is NaN or infinite.
    case invalidPotential(column: Int, value: Double)
    /// The price of a gap is NaN or -infinity.
    case invalidGapCost(value: Double)
    /// An option of a problem is out of its range.
    case invalidOption(String, value: Double, expected: String)
    /// Forbidden (+infinite) costs, or missing connections, leave this item of the batch without a solution.
    case infeasible
    /// The capacity of an arc is NaN or negative, or makes the sum of all infinite.
    case invalidCapacity(position: Int, value: Double)
    /// A cost of a grid is NaN or -infinity, that of an arc is negative, or it makes the sum infinite.
    case invalidGridCost(channel: Int, row: Int, column: Int, value: Double)
    /// Arcs of infinite capacity join source and sink, so that every cut contains one; or they lead round in
    /// a circle at a negative cost.
    case unboundedFlow
    /// A label lies outside `0 ..< classes`.
    case labelOutOfRange(position: Int, label: Int, classes: Int)
    /// A letter of a text is none of the alphabet.
    case unknownLetter(Character, position: Int)
    /// A length of a ragged batch lies outside `0 ... limit`.
    case lengthOutOfRange(length: Int, limit: Int)
    /// A logit is NaN or +infinity, or all logits of the row are -infinity.
    case invalidLogit(row: Int, column: Int, value: Double)
    /// Sizes do not fit together.
    case shapeMismatch(expected: String, found: String)
    /// A mass is negative, infinite or NaN.
    case invalidMass(side: MassSide, position: Int, value: Double)
    /// Supply and demand have different totals.
    case unbalanced(supply: Double, demand: Double)
    /// The marginals of a plan were still this far from the masses when the iterations ended.
    case notConverged(iterations: Int, error: Double, tolerance: Double)
    /// One of two sequences is empty, and the other is not: time warping has no cell to visit.
    case emptySequence(side: SequenceSide)
    /// The value of the solution lies beyond the range of double.
    case valueOutOfRange
    /// A solver of one's own returned a value that is not what its solution costs.
    case wrongValue(value: Double, objective: Double)
    /// A product of sizes exceeds what the machine can address.
    case sizeOverflow(String)
    /// The task was cancelled while a solver ran in ``withSolverThread(_:)``, which itself throws
    /// `CancellationError`.
    case cancelled
  }

  /// Sizes do not fit together.
  public static func shapeMismatch(expected: String, found: String) -> Self {
    Self(.shapeMismatch(expected: expected, found: found))
  }

  /// A product of sizes exceeds what the machine can address.
  public static func sizeOverflow(_ what: String) -> Self { Self(.sizeOverflow(what)) }

  /// The same error of an item of a batch, so that a solver of single problems need not know of one.
  package func ofItem(_ item: Int) -> Self { self.item == nil ? self : Self(reason, item: item) }

  /// The two sequences of an alignment.
  public enum SequenceSide: String, Sendable {
    /// The rows.
    case predicted
    /// The columns.
    case target
  }

  /// The two sides of a transport problem.
  public enum MassSide: String, Sendable {
    /// What rows have.
    case supply
    /// What columns want.
    case demand
  }

  /// One line: what was expected and what came.
  public var description: String { description(of: "batch item \(item ?? 0)") }

  /// The same, with another name of the problem that is at fault.
  package func description(of problem: String) -> String {
    switch reason {
    case .invalidCost(let row, let column, let value):
      "cost of row \(row), column \(column) in \(problem) is \(value); "
        + (value.isFinite
          ? "expected at most 2^1000 (1e301) in magnitude, as the answer rests on it"
          : "expected a number or \(Self.forbidding(value)) (a forbidden pair)")
    case .invalidCostAt(let position, let value):
      "cost \(position) of \(problem) is \(value); "
        + "expected a number or \(Self.forbidding(value)) (forbidden)"
    case .negativeCost(let row, let column, let value):
      "cost of row \(row), column \(column) in \(problem) is \(value); "
        + "expected \(Self.atLeastZero(value))"
    case .negativeCycle(let arcs, let nodes):
      "the costs of \(problem) have a negative cycle: arcs \(arcs) through nodes \(nodes); "
        + "expected none within reach of the source"
    case .invalidUnmatchedCost(let value):
      "unmatched cost of \(problem) is \(value); expected a finite number"
        + (value.isFinite ? " of at most 2^999 in magnitude" : "")
    case .invalidPotential(let column, let value):
      "the potential of column \(column) of \(problem) is \(value); expected a finite number"
    case .invalidGapCost(let value):
      "a gap cost of \(problem) is \(value); expected a number or +infinity"
    case .invalidOption(let name, let value, let expected):
      "\(name) is \(value); expected \(expected)"
    case .infeasible:
      "\(problem) is infeasible: forbidden (+infinity) costs, or what is not connected, "
        + "leave no solution"
    case .invalidCapacity(let position, let value):
      "capacity \(position) of \(problem) is \(value); "
        + (Self.isHuge(value)
          ? "expected numbers whose sum is finite"
          : "expected \(Self.atLeastZero(value)), or \(Self.forbidding(value))")
    case .invalidGridCost(let channel, let row, let column, let value):
      "channel \(channel) of row \(row), column \(column) in \(problem) is \(value); "
        + (Self.isHuge(value)
          ? "expected numbers whose sum is finite"
          : "expected a number, \(Self.atLeastZero(value)) for an arc, or \(Self.forbidding(value))")
    case .unboundedFlow:
      "\(problem) has an unbounded flow: +infinite capacities lead from source to sink, "
        + "or round a cycle of negative cost"
    case .labelOutOfRange(let position, let label, let classes):
      "label \(position) of \(problem) is \(label); expected 0 ..< \(classes)"
    case .unknownLetter(let letter, let position):
      "letter \(position) of \(problem) is \"\(letter)\"; expected one of the alphabet"
    case .lengthOutOfRange(let length, let limit):
      "length of \(problem) is \(length); expected 0 ... \(limit)"
    case .invalidLogit(let row, let column, let value):
      "logit of row \(row), class \(column) in \(problem) is \(value); expected a number"
    case .shapeMismatch(let expected, let found): "expected \(expected), found \(found)"
    case .invalidMass(let side, let position, let value):
      "\(side.rawValue) \(position) of \(problem) is \(value); expected a number of at least 0"
    case .unbalanced(let supply, let demand):
      "\(problem) is unbalanced: the supply adds up to \(supply), the demand to \(demand); "
        + "expected equal totals, or a price for the imbalance"
    case .notConverged(let iterations, let error, let tolerance):
      "\(problem) has not converged: after \(iterations) iterations its marginals are off by "
        + "\(error) of the total; expected \(tolerance)"
    case .emptySequence(let side):
      "the \(side.rawValue) sequence of \(problem) is empty and the other is not: time warping "
        + "visits cells, of which there are none; expected two empty sequences or none"
    case .valueOutOfRange:
      "the value of \(problem) lies beyond \(Double.greatestFiniteMagnitude), the greatest "
        + "double; expected numbers whose sums do not"
    case .wrongValue(let value, let objective):
      "the solver says that \(problem) has the value \(value), but its solution costs "
        + "\(objective); expected the same"
    case .sizeOverflow(let what): "\(what) is too large for this machine"
    case .cancelled: "the task was cancelled before there was a solution"
    }
  }

  /// Whether a number that has the right sign may be wrong: sums of such numbers leave the range of doubles.
  private static func isHuge(_ value: Double) -> Bool { value.isFinite && value.magnitude > 1e290 }

  // A maximum is the minimum at negated costs: +infinity, and what is above 0, are wrong in a maximum alone.
  private static func forbidding(_ value: Double) -> String {
    value > 0 ? "-infinity" : "+infinity"
  }
  private static func atLeastZero(_ value: Double) -> String {
    value > 0 ? "at most 0, as in every maximum of this problem" : "at least 0"
  }
}

extension CombinatorialError: LocalizedError {
  /// What Foundation says as `localizedDescription`.
  public var errorDescription: String? { description }
}
