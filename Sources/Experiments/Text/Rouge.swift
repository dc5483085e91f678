/// Precision, recall and their harmonic mean.
public struct RougeScore: Sendable, Codable, Equatable {
  /// The share of the prediction that is in the target.
  public let precision: Double
  /// The share of the target that is in the prediction.
  public let recall: Double
  /// The harmonic mean of both; 0 if both are.
  public let f1: Double

  init(common: Int, predicted: Int, target: Int) {
    precision = Double(common) / Double(max(1, predicted))
    recall = Double(common) / Double(max(1, target))
    f1 = common > 0 ? 2 * precision * recall / (precision + recall) : 0
  }

  init(precision: Double, recall: Double, f1: Double) {
    (self.precision, self.recall, self.f1) = (precision, recall, f1)
  }
}

/// The overlap of a summary with a reference, as Google's rouge-score computes it without a stemmer:
/// ROUGE-1 and -2 count common words and pairs of words, ROUGE-L the longest common subsequence.
///
/// Literature: C. Lin, ROUGE: a package for automatic evaluation of summaries, 2004, W04-1013.
public struct Rouge: Sendable, Codable, Equatable {
  /// Of single words.
  public let rouge1: RougeScore
  /// Of pairs of neighbors.
  public let rouge2: RougeScore
  /// Of the longest common subsequence.
  public let rougeL: RougeScore

  /// The sum of the three F1, in percent: the "ROUGE total" of the literature.
  public var total: Double { 100 * (rouge1.f1 + rouge2.f1 + rougeL.f1) }

  /// Compares texts, of which only lower-case letters a to z and digits count.
  public init(prediction: String, target: String) {
    self.init(predicted: Self.words(prediction), target: Self.words(target))
  }

  private init(predicted: [String], target: [String]) {
    rouge1 = Self.overlap(of: predicted, target, length: 1)
    rouge2 = Self.overlap(of: predicted, target, length: 2)
    rougeL = RougeScore(
      common: Self.longestCommonSubsequence(predicted, target), predicted: predicted.count,
      target: target.count)
  }

  /// The means over pairs of texts.
  public init(predictions: [String], targets: [String]) {
    let scores = zip(predictions, targets).map { Rouge(prediction: $0, target: $1) }
    rouge1 = Self.mean(scores.map(\.rouge1))
    rouge2 = Self.mean(scores.map(\.rouge2))
    rougeL = Self.mean(scores.map(\.rougeL))
  }

  private static func mean(_ scores: [RougeScore]) -> RougeScore {
    let count = Double(max(1, scores.count))
    func mean(_ part: (RougeScore) -> Double) -> Double {
      scores.reduce(0) { $0 + part($1) } / count
    }
    return RougeScore(precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1))
  }

  static func words(_ text: String) -> [String] {
    text.lowercased().utf8.split { byte in
      !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func overlap(of predicted: [String], _ target: [String], length: Int) -> RougeScore
  {
    let (first, second) = (counts(predicted, length), counts(target, length))
    let common = first.reduce(0) { $0 + min($1.value, second[$1.key] ?? 0) }
    return RougeScore(
      common: common, predicted: max(0, predicted.count - length + 1),
      target: max(0, target.count - length + 1))
  }

  private static func counts(_ words: [String], _ length: Int) -> [ArraySlice<String>: Int] {
    guard words.count >= length else { return [:] }
    return (0...words.count - length).reduce(into: [:]) { counts, start in
      counts[words[start..<start + length], default: 0] += 1
    }
  }

  private static func longestCommonSubsequence(_ first: [String], _ second: [String]) -> Int {
    var row = [Int](repeating: 0, count: second.count + 1)
    for word in first {
      var diagonal = 0
      for (column, other) in second.enumerated() {
        let above = row[column + 1]
        row[column + 1] = word == other ? diagonal + 1 : max(above, row[column])
        diagonal = above
      }
    }
    return row[second.count]
  }
}
