/// Rows of logits with what PyTorch made of them in double precision.
public struct CrossEntropyCase: Decodable, Sendable {
  let logits, gradient: [[Double]]
  /// The class of each row.
  public let labels: [Int32]
  /// log(sum exp) of each row.
  public let logSumExp: [Double]
  /// The mean loss of the rows.
  public let crossEntropy: Double

  /// Number of rows.
  public var rows: Int { logits.count }
  /// Number of columns.
  public var classes: Int { logits.first?.count ?? 0 }
  /// `[rows, classes]`, row by row.
  public var flatLogits: [Double] { logits.flatMap { $0 } }
  /// The gradient of the mean loss, `[rows, classes]`.
  public var flatGradient: [Double] { gradient.flatMap { $0 } }
  /// For messages.
  public var name: String { "\(rows)x\(classes)" }

  /// Every case of the fixture.
  public static func all() throws -> [CrossEntropyCase] {
    try Fixture<CrossEntropyCase>("cross_entropy").cases
  }
}
