/// A combinatorial problem whose parameters enter through the costs alone.
///
///     z*(c) = min c.u  over the feasible u        dz*/dc = u*
///
/// Any exact solver becomes a differentiable loss by conforming: write ``solve(_:)`` for one problem and
/// ``optimalValue(_:)`` takes batches, on several threads, with the gradient from the same single run.
/// The feasible set may not depend on the costs. Where several solutions are optimal, each is a
/// generalized gradient; a solver should choose the same one each time.
///
/// Definition 2 and Theorem 1 (primal) of "Differentiable Combinatorial Losses through Generalized
/// Gradients of Linear Programs"; the derivative is Danskin's.
public protocol PrimalProblem: Sendable {
  /// The number of axes of one problem's costs: 1 for a list of items or edges, 2 for a matrix or grid.
  var costRank: Int { get }

  /// Solves one problem.
  ///
  /// - Parameter costs: The costs of one problem, of rank ``costRank``, off the tape.
  /// - Returns: The optimal value and a solution that attains it.
  /// - Throws: What the solver has to say of costs that it cannot solve.
  func solve(_ costs: Tensor) throws -> PrimalSolution

  /// Solves the problems of a batch; the default solves one after the other, on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch] + costs of one problem`, off the tape.
  ///   - lengths: What each problem of a ragged batch uses of the last two axes; nil: all.
  /// - Returns: One solution for each problem, in the shape of its padded costs.
  /// - Throws: What ``solve(_:)`` throws, of the first problem that it refuses; a ``/CombinatorialSolvers/CombinatorialError``
  ///   then names the item of the batch.
  func solve(batch costs: Tensor, lengths: Lengths?) throws -> [PrimalSolution]

  /// The optimal value as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - lengths: What each problem of a ragged batch uses; the rest is padding: never read, gradient 0.
  /// - Returns: z*, of shape `[]` or `[batch]`. Its gradient by the costs is u*.
  /// - Throws: What ``solve(_:)`` throws; ``/CombinatorialSolvers/CombinatorialError``.
  func optimalValue(_ costs: Tensor, lengths: Lengths?) throws -> Tensor
}

/// What a solver of a ``PrimalProblem`` found.
public struct PrimalSolution: Sendable, Equatable {
  /// z*, the optimal value.
  public let value: Double
  /// u*, in the shape of the costs.
  public let solution: Solution

  /// A solution of which most entries are 0, or one given in full.
  public enum Solution: Sendable, Equatable {
    /// Every entry, row by row.
    case dense([Float])
    /// The entries that are not 0: positions in row-major order, and what stands there.
    case sparse(positions: [Int], entries: [Float])
  }

  /// A solution given by the positions, in row-major order, at which it is 1.
  public init(value: Double, chosen positions: [Int]) {
    self.init(
      value: value,
      solution: .sparse(positions: positions, entries: .init(repeating: 1, count: positions.count)))
  }

  /// A solution in either form.
  public init(value: Double, solution: Solution) {
    (self.value, self.solution) = (value, solution)
  }
}

extension PrimalProblem {
  /// Solves the problems of a batch: ``solve(batch:lengths:)`` without padding.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    try solve(batch: costs, lengths: nil)
  }

  /// Solves one problem after the other, on several threads.
  public func solve(batch costs: Tensor, lengths: Lengths?) throws -> [PrimalSolution] {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let shape = items.shape(lengths: lengths)
    try shape.validate(costCount: costs.count, channels: nil)
    return try concurrentMap(count: items.count) { item in
      let used = try BatchedItems(items.used(item, of: shape), itemRank: costRank, name: "costs")
      try used.checkCosts()
      let solution = try solve(used.tensor)
      try used.check([solution])
      try used.checkValues([solution])
      return solution.padded(item, of: shape)
    }
  }

  /// The optimal value: ``optimalValue(_:lengths:)`` without padding.
  public func optimalValue(_ costs: Tensor) throws -> Tensor {
    try optimalValue(costs, lengths: nil)
  }

  /// The optimal value with its gradient u*, from one run of the solver.
  public func optimalValue(_ costs: Tensor, lengths: Lengths?) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let solutions = try solve(batch: items.batched, lengths: lengths)
    try items.check(solutions)
    let values = try Tensor(solutions.map { Float($0.value) }, shape: items.batchShape)
    return Tensor.recorded("optimalValue", inputs: [costs], output: values) { cotangent in
      [try items.gradient(of: solutions, cotangent: cotangent)]
    }
  }
}

extension BatchedItems {
  /// Refuses solutions that do not fit the costs: they come from somebody else's solver.
  func check(_ solutions: [PrimalSolution]) throws(CombinatorialError) {
    guard solutions.count == count else {
      throw .shapeMismatch(expected: "\(count) solutions", found: "\(solutions.count)")
    }
    for (item, solution) in solutions.enumerated() where !solution.solution.fits(itemCount) {
      throw .shapeMismatch(
        expected: "a solution of batch item \(item) with \(itemCount) entries",
        found: solution.solution.summary)
    }
  }

  /// Refuses values that are not those of the solutions that came with them.
  func checkValues(_ solutions: [PrimalSolution]) throws {
    try batched.withUnsafeScalars { costs in
      for (item, solution) in solutions.enumerated() {
        let own = solution.solution.objective(Array(costs[range(of: item)]))
        // An infinite objective is a forbidden cost that was chosen.
        guard own.value.isFinite, abs(solution.value - own.value) <= own.error else {
          throw CombinatorialError(
            .wrongValue(value: solution.value, objective: own.value), item: item)
        }
      }
    }
  }

  /// Refuses costs that are no numbers, before a solver of somebody else's meets them.
  func checkCosts() throws {
    let costs = tensor.scalars
    if let index = costs.firstIndex(where: { !($0 > -.infinity) }) {
      throw CombinatorialError(
        .invalidCostAt(position: index % itemCount, value: Double(costs[index])),
        item: index / itemCount)
    }
  }

  /// The gradient by the costs: each item's solution times its cotangent.
  func gradient(of solutions: [PrimalSolution], cotangent: Tensor) throws -> Tensor {
    try Tensor(shape: shape) { gradient in
      gradient.update(repeating: 0)
      cotangent.withUnsafeScalars { cotangent in
        for (item, solution) in solutions.enumerated() {
          let (start, factor) = (range(of: item).lowerBound, cotangent[item])
          solution.solution.forEachEntry { gradient[start + $0] += factor * $1 }
        }
      }
    }
  }
}

extension PrimalSolution.Solution {
  fileprivate func fits(_ count: Int) -> Bool {
    switch self {
    case .dense(let entries): entries.count == count
    case .sparse(let positions, let entries):
      positions.count == entries.count && positions.allSatisfy((0..<count).contains)
    }
  }

  fileprivate var summary: String {
    switch self {
    case .dense(let entries): "\(entries.count)"
    case .sparse(let positions, let entries):
      "\(positions.count) positions up to \(positions.max() ?? -1) and \(entries.count) entries"
    }
  }

  /// Calls `body` with positions and what stands there; a position may come twice, to be added up.
  func forEachEntry(_ body: (_ position: Int, _ entry: Float) -> Void) {
    switch self {
    case .dense(let entries):
      for (position, entry) in entries.enumerated() { body(position, entry) }
    case .sparse(let positions, let entries):
      for (position, entry) in zip(positions, entries) { body(position, entry) }
    }
  }
}

extension BatchedItems {
  /// One item without its padding; the rows of several axes are in use or not together.
  fileprivate func used(_ item: Int, of shape: BatchShape) throws -> Tensor {
    let whole = try self[item]
    let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
    guard rows < shape.rows || columns < shape.columns else { return whole }
    guard itemShape.count <= 2 else {
      throw CombinatorialError.shapeMismatch(
        expected: "no lengths for costs of \(itemShape.count) axes", found: "\(rows), \(columns)")
    }
    let scalars = whole.scalars
    let used = (0..<rows).flatMap { scalars[$0 * shape.columns..<$0 * shape.columns + columns] }
    return try Tensor(used, shape: itemShape.count == 2 ? [rows, columns] : [columns])
  }
}

extension PrimalSolution {
  /// The solution of an item without padding, in the shape of the padded costs.
  fileprivate func padded(_ item: Int, of shape: BatchShape) -> PrimalSolution {
    let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
    guard rows < shape.rows || columns < shape.columns, columns > 0 else { return self }
    var (positions, entries): ([Int], [Float]) = ([], [])
    solution.forEachEntry { position, entry in
      positions.append(position / columns * shape.columns + position % columns)
      entries.append(entry)
    }
    return PrimalSolution(value: value, solution: .sparse(positions: positions, entries: entries))
  }
}
