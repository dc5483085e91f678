/// An assignment problem with the value that SciPy found.
public struct AssignmentCase: Decodable, Sendable {
  /// Kind of costs.
  public let family: String
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  let costs: [[ExtendedNumber]]
  /// The optimal value; nil if the problem is infeasible.
  public let value: Double?
  let infeasible: Bool?

  /// `[rows, columns]`, row by row.
  public var flatCosts: [Double] { costs.flatMap { $0.map(\.value) } }
  /// Whether forbidden pairs leave no assignment.
  public var isInfeasible: Bool { infeasible ?? false }
  /// For messages.
  public var name: String { "\(family) \(rows)x\(columns)" }

  /// Every case of the fixture.
  public static func all() throws -> [AssignmentCase] {
    try Fixture<AssignmentCase>("assignment").cases
  }
}
