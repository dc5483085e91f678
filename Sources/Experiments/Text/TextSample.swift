/// What a model said beside the truth.
public struct TextSample: CustomStringConvertible {
  private let pair: TextPair
  private let prediction: [String]

  /// A prediction for a pair's source.
  public init(_ pair: TextPair, prediction: [String]) {
    (self.pair, self.prediction) = (pair, prediction)
  }

  /// Three lines: the source, the prediction and the target; tokens that the shortest edit pairs stand
  /// one above the other, with a dot for a gap.
  public var description: String {
    let columns = EditAlignment(prediction, pair.target).columns
    let cells = columns.map { ($0.predicted ?? "·", $0.target ?? "·") }
    let widths = cells.map { max($0.0.count, $0.1.count) }
    let isWord = pair.source.allSatisfy { $0.count == 1 }
    func line(_ texts: [String]) -> String {
      zip(texts, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: " ")
    }
    return """
      \(pair.source.joined(separator: isWord ? "" : " "))
        said   \(line(cells.map(\.0)))
        truth  \(line(cells.map(\.1)))
      """
  }
}

extension Summarizer {
  /// What the model says to lines of text, as lines of text; nothing to an empty line.
  public func titles(_ lines: [String], beamWidth: Int) throws -> [String] {
    let tokens = lines.map(options.data.tokens)
    let filled = tokens.indices.filter { !tokens[$0].isEmpty }
    let predictions = try predictions(
      filled.map { tokens[$0] }, decoding: .beam(width: beamWidth))
    var titles = [String](repeating: "", count: lines.count)
    for (index, prediction) in zip(filled, predictions) {
      titles[index] = prediction.joined(separator: " ")
    }
    return titles
  }
}
