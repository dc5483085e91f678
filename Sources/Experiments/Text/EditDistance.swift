/// The least number of insertions, deletions and substitutions that turn a sequence into another.
///
/// Literature: R. Wagner, M. Fischer, The string-to-string correction problem, JACM 21, 1974,
/// doi:10.1145/321796.321811.
public struct EditAlignment<Token: Equatable> {
  /// A token of each sequence; nil: a gap.
  public struct Column {
    /// Of the first sequence.
    public let predicted: Token?
    /// Of the second sequence.
    public let target: Token?
  }

  /// How many edits.
  public let distance: Int
  /// The tokens of both sequences beside each other. Of equally short paths, from the end, a
  /// substitution comes before a token left out of the target, and that before one left out of the
  /// prediction.
  public let columns: [Column]

  /// Aligns two sequences in O(m n) steps.
  public init(_ predicted: [Token], _ target: [Token]) {
    let width = target.count + 1
    var costs = [Int](repeating: 0, count: (predicted.count + 1) * width)
    for column in 0..<width { costs[column] = column }
    for row in 1..<predicted.count + 1 {
      costs[row * width] = row
      for column in 1..<max(1, width) {
        let place = row * width + column
        let differs = predicted[row - 1] == target[column - 1] ? 0 : 1
        costs[place] = min(
          costs[place - width - 1] + differs, costs[place - width] + 1, costs[place - 1] + 1)
      }
    }
    distance = costs[costs.count - 1]
    columns = Self.path(through: costs, predicted, target)
  }

  private static func path(
    through costs: [Int], _ predicted: [Token], _ target: [Token]
  ) -> [Column] {
    let width = target.count + 1
    var (row, column) = (predicted.count, target.count)
    var columns: [Column] = []
    while row > 0 || column > 0 {
      let place = row * width + column
      if row > 0, column > 0,
        costs[place] == costs[place - width - 1]
          + (predicted[row - 1] == target[column - 1] ? 0 : 1)
      {
        (row, column) = (row - 1, column - 1)
        columns.append(Column(predicted: predicted[row], target: target[column]))
      } else if row > 0, costs[place] == costs[place - width] + 1 {
        row -= 1
        columns.append(Column(predicted: predicted[row], target: nil))
      } else {
        column -= 1
        columns.append(Column(predicted: nil, target: target[column]))
      }
    }
    return columns.reversed()
  }
}

/// How many tokens and how many whole sequences are wrong.
public struct ErrorRates: Sendable, Codable, Equatable {
  /// Edits over all pairs.
  public private(set) var edits = 0
  /// Tokens of all targets.
  public private(set) var tokens = 0
  /// Sequences with at least one edit.
  public private(set) var wrong = 0
  /// Pairs.
  public private(set) var pairs = 0

  /// Counts the errors of predictions.
  public init(predictions: [[String]], targets: [[String]]) {
    for (prediction, target) in zip(predictions, targets) {
      let distance = EditAlignment(prediction, target).distance
      edits += distance
      tokens += target.count
      wrong += distance > 0 ? 1 : 0
      pairs += 1
    }
  }

  /// Edits for each token of the targets: the phoneme error rate.
  public var tokenErrorRate: Double { Double(edits) / Double(max(1, tokens)) }
  /// The share of sequences that are not right: the word error rate.
  public var sequenceErrorRate: Double { Double(wrong) / Double(max(1, pairs)) }
}
