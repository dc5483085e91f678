internal import CombinatorialKernels

/// Assignment to columns that take several rows: every row takes one column, column j at most
/// `capacities[j]` rows.
///
///     z* = min  sum_ij costs[i][j] x[i][j]   subject to  sum_j x[i][j] = 1,  sum_i x[i][j] <= capacities[j]
///
/// It is an assignment problem in which column j stands `capacities[j]` times, but no copies are made:
/// bags whose labels repeat need one column for each different label.
///
/// Every solution comes with potentials u, v that prove it optimal: `u[i] + v[j] <= costs[i][j]` with
/// equality on matched pairs, `v <= 0` with 0 where there is room left, and
/// `sum u + sum capacities v` equal to the value. v is dz*/dcapacities: z* is convex and piecewise
/// linear in them with kinks at whole numbers, where v is a subgradient.
///
/// Ties: the answer depends on the costs alone; rows enter in ascending order, and equally near columns
/// resolve to one with room, then to the lowest.
///
/// Complexity: O(rows^2 columns).
///
/// J. Kennington, Z. Wang, Operations Research 40 (1992), doi:10.1287/opre.40.1.178.
public struct SemiAssignment: Sendable, Hashable {
  /// `[columns]`: how many rows each column may take.
  public var capacities: [Int]

  /// A problem with the given capacities.
  public init(capacities: [Int]) { self.capacities = capacities }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[rows, capacities.count]`, row by row; `+infinity` forbids a pair.
  ///   - rows: The number of rows.
  /// - Throws: ``CombinatorialError``: a negative capacity, a NaN or -infinite cost, too little room, a
  ///   wrong count.
  public func solve(
    _ costs: [Double], rows: Int
  ) throws(CombinatorialError) -> SemiAssignmentSolution {
    let columns = capacities.count
    try AssignmentShape(batch: 1, rows: rows, columns: columns).validate(costCount: costs.count)
    if let negative = capacities.first(where: { $0 < 0 }) {
      throw .invalidOption("a capacity", value: Double(negative), expected: "at least 0")
    }
    do throws(MatchingFailure) {
      let output = try SemiAssignmentKernel.solve(
        costs, rows: rows, capacities: capacities.map(Int64.init))
      return SemiAssignmentSolution(
        value: output.value, columnOfRow: output.columnOfRow,
        rowPotentials: output.rowPotentials, columnPotentials: output.columnPotentials,
        capacities: capacities, costs: costs)
    } catch {
      throw CombinatorialError(error, costs: costs, rows: rows, columns: columns)
    }
  }
}

/// An optimal semi-assignment with the potentials that prove it.
public struct SemiAssignmentSolution: Sendable {
  /// z*: the sum of the matched costs.
  public let value: Double
  /// `[rows]`: the column of each row: dz*/dcosts is 1 there.
  public let columnOfRow: [Int32]
  /// `[rows]`: the dual solution u of the rows.
  public let rowPotentials: [Double]
  /// `[columns]`: the dual solution v of the columns: dz*/dcapacities.
  public let columnPotentials: [Double]

  let capacities: [Int]
  let costs: [Double]

  /// What the assignment may cost more than the best one: the sum of its costs, without rounding, less the
  /// dual objective that the column potentials prove. 0 up to the rounding of the potentials, and the
  /// solution is optimal.
  ///
  /// Complexity: O(rows * columns), at each call.
  public var dualityGap: Double {
    var gap = MatchingGap()
    var used = [Int](repeating: 0, count: capacities.count)
    let open = zip(capacities, columnPotentials).map { $0 > 0 ? $1 : -.infinity }
    costs.withUnsafeBufferPointer { costs in
      open.withUnsafeBufferPointer { open in
        for (row, own) in columnOfRow.enumerated() {
          let start = row * open.count
          gap.add(
            own: Int(own), costs: .init(rebasing: costs[start..<start + open.count]),
            potentials: open)
          used[Int(own)] += 1
        }
      }
    }
    for (column, capacity) in capacities.enumerated() where capacity > 0 {
      gap.add(
        potential: columnPotentials[column], used: used[column], capacity: capacity, price: 0)
    }
    return gap.value
  }
}

extension CombinatorialError {
  /// The public form of a kernel's refusal of a dense problem.
  init(_ failure: MatchingFailure, costs: [Double], rows: Int, columns: Int) {
    switch failure {
    case .invalidCost(let cell):
      self = .invalidCost(
        batch: 0, row: cell / columns, column: cell % columns, value: costs[cell])
    case .infeasible: self = .infeasible(batch: 0)
    case .tooLarge: self = .sizeOverflow("a problem of \(rows) rows and \(columns) columns")
    }
  }
}
