/// How far each number of a linear program may move, alone, before the optimal basis changes.
///
/// Within the range of a cost, u* stays the same and z* changes by u* times the movement. Within the
/// range of a bound, v* and the reduced costs stay the same and z* changes by the multiplier times the
/// movement. The program's own number lies in its range.
///
/// At a degenerate vertex several bases are optimal, and the ranges are those of the solver's: the
/// value may go on being linear beyond them.
///
/// G. B. Dantzig, Linear Programming and Extensions, 1963, section 12.4; M. J. Best, K. Ritter, Linear
/// Programming, 1985.
public struct SensitivityRanges: Sendable, Hashable {
  /// `[columns]`: of the costs.
  public internal(set) var costs: [ClosedRange<Double>]
  /// `[rows]`: of the rows' lower bounds. An equation's two bounds move together, and so for variables.
  public internal(set) var rowLower: [ClosedRange<Double>]
  /// `[rows]`: of the rows' upper bounds.
  public internal(set) var rowUpper: [ClosedRange<Double>]
  /// `[columns]`: of the variables' lower bounds.
  public internal(set) var lower: [ClosedRange<Double>]
  /// `[columns]`: of the variables' upper bounds.
  public internal(set) var upper: [ClosedRange<Double>]
}

extension LinearProgramSolution {
  /// The ranges of costs and bounds in which the optimal basis stays optimal.
  ///
  /// - Throws: `LinearProgramError.numericalFailure` if the basis is singular to rounding,
  ///   `.sizeOverflow` from 32,768 rows on.
  /// - Complexity: O(rows^3 + rows (entries + rows)) time, O(rows^2) memory.
  public func sensitivityRanges() throws(LinearProgramError) -> SensitivityRanges {
    let basis = try BasisInverse(of: self)
    var ranging = BasisRanging(self, basics: basis.basics)
    for member in ranging.members.indices where ranging.members[member].status != .basic {
      ranging.visit(member, column: basis.column(member))
    }
    return ranging.ranges(columns: model.constraints.columns, sense: model.sense)
  }
}

/// The ratio tests. Variables and the activities of rows are treated alike; see ``BasisInverse``.
private struct BasisRanging {
  struct Member {
    let status: BasisStatus
    let value, lower, upper: Double
    /// For minimization.
    let cost: Double
    /// For minimization.
    let reducedCost: Double
    /// How far the cost may fall and rise.
    var costRoom = Room()
    /// How far the value of a nonbasic member may fall and rise.
    var valueRoom = Room()
  }

  /// Distances of at least 0.
  struct Room {
    var down = Double.infinity
    var up = Double.infinity
  }

  /// Below this an element of B^-1 N is rounding.
  static let leastPivot = 1e-11

  var members: [Member]
  let basics: [Int]

  init(_ solution: LinearProgramSolution, basics: [Int]) {
    let model = solution.model
    let sign = model.sense.sign
    self.basics = basics
    members = solution.primal.indices.map { column in
      Member(
        status: solution.columnStatus[column], value: solution.primal[column],
        lower: model.lower[column], upper: model.upper[column], cost: sign * model.costs[column],
        reducedCost: sign * solution.reducedCosts[column])
    }
    members += solution.dual.indices.map { row in
      Member(
        status: solution.rowStatus[row], value: solution.rowActivities[row],
        lower: model.rowLower[row], upper: model.rowUpper[row], cost: 0,
        reducedCost: sign * solution.dual[row])
    }
  }

  /// Takes in a nonbasic member with its column of B^-1 N.
  mutating func visit(_ number: Int, column: [Double]) {
    var member = members[number]
    switch member.status {
    case .atLower: member.costRoom.down = max(0, member.reducedCost)
    case .atUpper: member.costRoom.up = max(0, -member.reducedCost)
    case .free: member.costRoom = Room(down: 0, up: 0)
    case .fixed, .basic: break
    }
    for (position, slope) in column.enumerated() where abs(slope) > Self.leastPivot {
      let basic = members[basics[position]]
      let fall = max(0, basic.value - basic.lower) / abs(slope)
      let rise = max(0, basic.upper - basic.value) / abs(slope)
      // The basic member falls by slope when this one rises by 1.
      member.valueRoom.up = min(member.valueRoom.up, slope > 0 ? fall : rise)
      member.valueRoom.down = min(member.valueRoom.down, slope > 0 ? rise : fall)
      limitCost(of: basics[position], by: member, slope: slope)
    }
    members[number] = member
  }

  /// Raising a basic cost by 1 lowers the reduced cost of `nonbasic` by `slope`, which must keep its
  /// sign.
  private mutating func limitCost(of basic: Int, by nonbasic: Member, slope: Double) {
    let room: Double
    let limitsRise: Bool
    switch nonbasic.status {
    case .fixed, .basic: return
    case .free:
      members[basic].costRoom = Room(down: 0, up: 0)
      return
    case .atLower: (room, limitsRise) = (max(0, nonbasic.reducedCost), slope > 0)
    case .atUpper: (room, limitsRise) = (max(0, -nonbasic.reducedCost), slope < 0)
    }
    if limitsRise {
      members[basic].costRoom.up = min(members[basic].costRoom.up, room / abs(slope))
    } else {
      members[basic].costRoom.down = min(members[basic].costRoom.down, room / abs(slope))
    }
  }

  func ranges(columns: Int, sense: OptimizationSense) -> SensitivityRanges {
    let bounds = members.map(boundRanges)
    return SensitivityRanges(
      costs: members[..<columns].map { member in
        let range = member.cost - member.costRoom.down...member.cost + member.costRoom.up
        return sense == .minimize ? range : -range.upperBound...(-range.lowerBound)
      },
      rowLower: bounds[columns...].map(\.lower), rowUpper: bounds[columns...].map(\.upper),
      lower: bounds[..<columns].map(\.lower), upper: bounds[..<columns].map(\.upper))
  }

  private func boundRanges(
    _ member: Member
  ) -> (lower: ClosedRange<Double>, upper: ClosedRange<Double>) {
    let (lower, upper, value) = (member.lower, member.upper, member.value)
    let (down, up) = (member.valueRoom.down, member.valueRoom.up)
    // An equation whose activity is basic leaves the basis as soon as it moves.
    if lower == upper, member.status == .basic { return (lower...lower, upper...upper) }
    let slackLower = -Double.infinity...max(lower, min(value, upper))
    let slackUpper = min(upper, max(value, lower))...Double.infinity
    return switch member.status {
    case .basic, .free: (slackLower, slackUpper)
    case .atLower: (lower - down...max(lower, min(lower + up, upper)), slackUpper)
    case .atUpper: (slackLower, min(upper, max(upper - down, lower))...upper + up)
    case .fixed: (lower - down...lower + up, lower - down...lower + up)
    }
  }
}
