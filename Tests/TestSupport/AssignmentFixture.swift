/// An assignment problem with the value that SciPy found.
public struct AssignmentCase: Decodable, Sendable {
  public let family: String
  public let rows: Int
  public let columns: Int
  let costs: [[ExtendedNumber]]
  /// The optimal value; nil if the problem is infeasible.
  public let value: Double?
  let infeasible: Bool?

  /// `[rows, columns]`, row by row.
  public var flatCosts: [Double] { costs.flatMap { $0.map(\.value) } }
  public var isInfeasible: Bool { infeasible ?? false }
  public var name: String { "\(family) \(rows)x\(columns)" }

  public static func all() throws -> [AssignmentCase] {
    try Fixture<AssignmentCase>("assignment").cases
  }
}
