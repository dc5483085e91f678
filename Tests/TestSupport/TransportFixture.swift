/// A transport problem with the value that an independent linear program solver found.
public struct TransportCase: Decodable, Sendable {
  /// What rows have.
  public let supply: [Double]
  /// What columns want.
  public let demand: [Double]
  let costs: [[Double]]
  /// The optimal value.
  public let value: Double

  /// `[rows, columns]`, row by row.
  public var flatCosts: [Double] { costs.flatMap { $0 } }

  /// Every case of the fixture.
  public static func all() throws -> [TransportCase] {
    try Fixture<TransportCase>("transport").cases
  }

  /// Masses of both sides with equal totals: whole numbers, some of them 0, or all equal.
  public static func masses(
    rows: Int, columns: Int, equal: Bool, using random: inout SeededRandom
  ) -> (supply: [Double], demand: [Double]) {
    guard !equal else {
      return (
        .init(repeating: Double(columns), count: rows),
        .init(repeating: Double(rows), count: columns)
      )
    }
    var supply = (0..<rows).map { _ in Double(Int.random(in: 0...5, using: &random)) }
    var demand = (0..<columns).map { _ in Double(Int.random(in: 0...5, using: &random)) }
    let surplus = supply.reduce(0, +) - demand.reduce(0, +)
    demand[columns / 2] += max(0, surplus)
    supply[rows / 2] += max(0, -surplus)
    return (supply, demand)
  }
}
