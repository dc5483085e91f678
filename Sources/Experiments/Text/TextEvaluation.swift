/// How well predictions agree with their targets.
public struct TextEvaluation: Sendable, Codable, Equatable {
  /// How many were compared.
  public let pairs: Int
  /// Edits for each phoneme of the targets.
  public let phonemeErrorRate: Double?
  /// The share of words with a wrong phoneme.
  public let wordErrorRate: Double?
  /// Means over the pairs.
  public let rouge: Rouge?

  init(predictions: [[String]], targets: [[String]], metric: TextMetric) {
    pairs = targets.count
    switch metric {
    case .errorRate:
      let errors = ErrorRates(predictions: predictions, targets: targets)
      (phonemeErrorRate, wordErrorRate) = (errors.tokenErrorRate, errors.sequenceErrorRate)
      rouge = nil
    case .rouge:
      (phonemeErrorRate, wordErrorRate) = (nil, nil)
      rouge = Rouge(
        predictions: predictions.map { $0.joined(separator: " ") },
        targets: targets.map { $0.joined(separator: " ") })
    }
  }

  /// Greater is better.
  public var score: Double { rouge?.total ?? -(phonemeErrorRate ?? 1) }
}

extension TextEvaluation: CustomStringConvertible {
  /// One line of text.
  public var description: String {
    if let rouge {
      let parts = [("1", rouge.rouge1), ("2", rouge.rouge2), ("L", rouge.rougeL)]
        .map { "ROUGE-\($0) \(TrainingDisplay.decimal(100 * $1.f1, 2))" }
      return "ROUGE total \(TrainingDisplay.decimal(rouge.total, 2)): "
        + parts.joined(separator: ", ")
    }
    return "phoneme errors \(TrainingDisplay.percent(phonemeErrorRate ?? 1)), "
      + "word errors \(TrainingDisplay.percent(wordErrorRate ?? 1))"
  }
}
