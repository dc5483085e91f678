/// What the problems of a ragged batch use of their padded costs. The rest is padding: it is never read, and
/// its gradient is 0.
public struct Lengths: Sendable, Hashable {
  /// `[batch]`: rows in use; nil: all.
  public var rows: [Int]?
  /// `[batch]`: columns in use; nil: all.
  public var columns: [Int]?

  /// Lengths of rows, of columns, or of both.
  public init(rows: [Int]? = nil, columns: [Int]? = nil) {
    (self.rows, self.columns) = (rows, columns)
  }
}
