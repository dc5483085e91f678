/// An alignment problem with the value that a plain dynamic programme in Python found.
public struct AlignmentCase: Decodable, Sendable {
  /// Kind of costs.
  public let family: String
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// What a gap costs, as a multiple of the diagonal.
  public let gapFactor: Double
  let costs: [[Double]]
  /// The optimal value.
  public let value: Double

  /// `[rows, columns]`, row by row.
  public var flatCosts: [Double] { costs.flatMap { $0 } }
  /// For messages.
  public var name: String { "\(family) \(rows)x\(columns), gap factor \(gapFactor)" }

  /// Every case of the fixture.
  public static func all() throws -> [AlignmentCase] {
    try Fixture<AlignmentCase>("alignment").cases
  }
}
