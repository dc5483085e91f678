extension CombinatorialError {
  /// The same error of another item of a batch, so that a solver of single problems need not know of one.
  package func ofItem(_ item: Int) -> CombinatorialError {
    switch self {
    case .invalidCost(_, let row, let column, let value):
      .invalidCost(batch: item, row: row, column: column, value: value)
    case .invalidCostAt(_, let position, let value):
      .invalidCostAt(batch: item, position: position, value: value)
    case .negativeCost(_, let row, let column, let value):
      .negativeCost(batch: item, row: row, column: column, value: value)
    case .negativeCycle(_, let arcs, let nodes):
      .negativeCycle(batch: item, arcs: arcs, nodes: nodes)
    case .invalidUnmatchedCost(_, let value): .invalidUnmatchedCost(batch: item, value: value)
    case .invalidPotential(_, let column, let value):
      .invalidPotential(batch: item, column: column, value: value)
    case .invalidGapCost(_, let value): .invalidGapCost(batch: item, value: value)
    case .infeasible: .infeasible(batch: item)
    case .invalidCapacity(_, let position, let value):
      .invalidCapacity(batch: item, position: position, value: value)
    case .invalidGridCost(_, let channel, let row, let column, let value):
      .invalidGridCost(batch: item, channel: channel, row: row, column: column, value: value)
    case .unboundedFlow: .unboundedFlow(batch: item)
    case .labelOutOfRange(_, let position, let label, let classes):
      .labelOutOfRange(batch: item, position: position, label: label, classes: classes)
    case .lengthOutOfRange(_, let length, let limit):
      .lengthOutOfRange(batch: item, length: length, limit: limit)
    case .invalidLogit(_, let row, let column, let value):
      .invalidLogit(batch: item, row: row, column: column, value: value)
    case .invalidMass(_, let side, let position, let value):
      .invalidMass(batch: item, side: side, position: position, value: value)
    case .unbalanced(_, let supply, let demand):
      .unbalanced(batch: item, supply: supply, demand: demand)
    case .notConverged(_, let iterations, let error, let tolerance):
      .notConverged(batch: item, iterations: iterations, error: error, tolerance: tolerance)
    case .valueOutOfRange: .valueOutOfRange(batch: item)
    case .invalidOption, .shapeMismatch, .sizeOverflow: self
    }
  }
}
