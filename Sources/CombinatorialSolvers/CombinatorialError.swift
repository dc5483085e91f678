/// Why a combinatorial problem was refused, with enough to find the offending number.
public enum CombinatorialError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A cost is NaN or -infinity, or so great that sums of it may be infinite. (+infinity is legal: it
  /// forbids the pair.)
  case invalidCost(batch: Int, row: Int, column: Int, value: Double)
  /// The cost of an arc, an edge or an element is NaN or -infinity.
  case invalidCostAt(batch: Int, position: Int, value: Double)
  /// The cost of a cell is negative, where paths could go round in circles.
  case negativeCost(batch: Int, row: Int, column: Int, value: Double)
  /// Arcs lead round in a circle at a negative cost: in the order of travel, and the nodes they leave.
  case negativeCycle(batch: Int, arcs: [Int], nodes: [Int])
  /// The cost of staying unmatched is NaN or infinite.
  case invalidUnmatchedCost(batch: Int, value: Double)
  /// A potential to start from is NaN or infinite.
  case invalidPotential(batch: Int, column: Int, value: Double)
  /// The price of a gap is NaN or -infinity.
  case invalidGapCost(batch: Int, value: Double)
  /// An option of a problem is out of its range.
  case invalidOption(String, value: Double, expected: String)
  /// Forbidden (+infinite) costs, or missing connections, leave this item of the batch without a solution.
  case infeasible(batch: Int)
  /// The capacity of an arc is NaN or negative, or makes the sum of all infinite.
  case invalidCapacity(batch: Int, position: Int, value: Double)
  /// A cost of a grid is NaN or -infinity, that of an arc is negative, or it makes the sum infinite.
  case invalidGridCost(batch: Int, channel: Int, row: Int, column: Int, value: Double)
  /// Arcs of infinite capacity join source and sink, so that every cut contains one; or they lead round in
  /// a circle at a negative cost.
  case unboundedFlow(batch: Int)
  /// A label lies outside `0 ..< classes`.
  case labelOutOfRange(batch: Int, position: Int, label: Int, classes: Int)
  /// A length of a ragged batch lies outside `0 ... limit`.
  case lengthOutOfRange(batch: Int, length: Int, limit: Int)
  /// A logit is NaN or +infinity, or all logits of the row are -infinity.
  case invalidLogit(batch: Int, row: Int, column: Int, value: Double)
  /// Sizes do not fit together.
  case shapeMismatch(expected: String, found: String)
  /// A mass is negative, infinite or NaN.
  case invalidMass(batch: Int, side: MassSide, position: Int, value: Double)
  /// Supply and demand have different totals.
  case unbalanced(batch: Int, supply: Double, demand: Double)
  /// The marginals of a plan were still this far from the masses when the iterations ended.
  case notConverged(batch: Int, iterations: Int, error: Double, tolerance: Double)
  /// One of two sequences is empty, and the other is not: time warping has no cell to visit.
  case emptySequence(batch: Int, side: SequenceSide)
  /// The value of the solution lies beyond the range of double.
  case valueOutOfRange(batch: Int)
  /// A product of sizes exceeds what the machine can address.
  case sizeOverflow(String)

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
  public var description: String {
    switch self {
    case .invalidCost(let batch, let row, let column, let value):
      "cost of row \(row), column \(column) in batch item \(batch) is \(value); "
        + (value.isFinite
          ? "expected at most 2^1000 (1e301) in magnitude, as the answer rests on it"
          : "expected a number or +infinity (a forbidden pair)")
    case .invalidCostAt(let batch, let position, let value):
      "cost \(position) of batch item \(batch) is \(value); expected a number or +infinity (forbidden)"
    case .negativeCost(let batch, let row, let column, let value):
      "cost of row \(row), column \(column) in batch item \(batch) is \(value); expected at least 0"
    case .negativeCycle(let batch, let arcs, let nodes):
      "the costs of batch item \(batch) have a negative cycle: arcs \(arcs) through nodes \(nodes); "
        + "expected none within reach of the source"
    case .invalidUnmatchedCost(let batch, let value):
      "unmatched cost of batch item \(batch) is \(value); expected a finite number"
        + (value.isFinite ? " of at most 2^999 in magnitude" : "")
    case .invalidPotential(let batch, let column, let value):
      "the potential of column \(column) of batch item \(batch) is \(value); expected a finite number"
    case .invalidGapCost(let batch, let value):
      "a gap cost of batch item \(batch) is \(value); expected a number or +infinity"
    case .invalidOption(let name, let value, let expected):
      "\(name) is \(value); expected \(expected)"
    case .infeasible(let batch):
      "batch item \(batch) is infeasible: forbidden (+infinity) costs, or what is not connected, "
        + "leave no solution"
    case .invalidCapacity(let batch, let position, let value):
      "capacity \(position) of batch item \(batch) is \(value); expected at least 0, or +infinity"
    case .invalidGridCost(let batch, let channel, let row, let column, let value):
      "channel \(channel) of row \(row), column \(column) in batch item \(batch) is \(value); "
        + "expected a number, at least 0 for an arc, or +infinity"
    case .unboundedFlow(let batch):
      "batch item \(batch) has an unbounded flow: +infinite capacities lead from source to sink, "
        + "or round a cycle of negative cost"
    case .labelOutOfRange(let batch, let position, let label, let classes):
      "label \(position) of batch item \(batch) is \(label); expected 0 ..< \(classes)"
    case .lengthOutOfRange(let batch, let length, let limit):
      "length of batch item \(batch) is \(length); expected 0 ... \(limit)"
    case .invalidLogit(let batch, let row, let column, let value):
      "logit of row \(row), class \(column) in batch item \(batch) is \(value); expected a number"
    case .shapeMismatch(let expected, let found):
      "expected \(expected), found \(found)"
    case .invalidMass(let batch, let side, let position, let value):
      "\(side.rawValue) \(position) of batch item \(batch) is \(value); expected a number of at least 0"
    case .unbalanced(let batch, let supply, let demand):
      "batch item \(batch) is unbalanced: the supply adds up to \(supply), the demand to \(demand); "
        + "expected equal totals, or a price for the imbalance"
    case .notConverged(let batch, let iterations, let error, let tolerance):
      "batch item \(batch) has not converged: after \(iterations) iterations its marginals are off by "
        + "\(error) of the total; expected \(tolerance)"
    case .emptySequence(let batch, let side):
      "the \(side.rawValue) sequence of batch item \(batch) is empty and the other is not: time warping "
        + "visits cells, of which there are none; expected two empty sequences or none"
    case .valueOutOfRange(let batch):
      "the value of batch item \(batch) lies beyond \(Double.greatestFiniteMagnitude), the greatest "
        + "double; expected numbers whose sums do not"
    case .sizeOverflow(let what):
      "\(what) is too large for this machine"
    }
  }
}
