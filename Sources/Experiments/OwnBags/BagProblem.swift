import CombinatorialLosses

/// The matching of a bag's pictures with its labels, which may repeat, and be fewer or more: a
/// semi-assignment of pictures to the different labels, each of which takes as many as it is there.
///
/// What stays unmatched: with a price X of each picture and each label that does,
///
///     z* = min  sum of matched costs + X (pictures + labels unmatched)
///        = X (labels - pictures) + min  sum of matched costs + 2 X (pictures unmatched)
///
/// as each picture that is unmatched leaves a label so too. The pictures without a label go to one more
/// column that costs 2 X. Without a price, as many are matched as can be: surplus labels are left, and
/// surplus pictures go to that column for nothing.
struct BagProblem {
  /// Pictures.
  let rows: Int
  /// The different labels: a column each.
  let classes: [Int32]
  /// How many pictures each column takes; beside the labels' that of no label, if there is one.
  let capacities: [Int]
  /// What is added to the optimal value.
  let constant: Double

  /// The cost of the column for no label.
  static func unlabeledCost(_ unmatchedCost: Double?) -> Float { Float(2 * (unmatchedCost ?? 0)) }

  init(pictures: Int, labels: [Int32], unmatchedCost: Double?) {
    rows = pictures
    let counts = labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    classes = counts.keys.sorted()
    let room = unmatchedCost == nil ? max(0, pictures - labels.count) : pictures
    capacities = classes.map { counts[$0] ?? 0 } + (room > 0 ? [room] : [])
    constant = unmatchedCost.map { $0 * Double(labels.count - pictures) } ?? 0
  }

  var columns: Int { capacities.count }
  var hasUnlabeled: Bool { columns > classes.count }
}

/// The loss of bags of one's own: the cost of the best matching of each, -log p(label | picture) summed.
struct OwnBagLoss {
  let unmatchedCost: Double?

  /// The mean loss per picture, on the tape of the logits.
  ///
  /// - Parameters:
  ///   - logits: [pictures, classes], bag after bag.
  ///   - bags: The number of pictures, and the labels, of each bag.
  func callAsFunction(
    logits: Tensor, bags: [(pictures: Int, labels: [Int32])]
  ) throws -> Tensor {
    // Where labels are as many as pictures, and mostly differ, one operation does all.
    let isPlain = bags.allSatisfy {
      $0.labels.count == $0.pictures && 2 * Set($0.labels).count >= $0.pictures
    }
    if isPlain && unmatchedCost == nil {
      let values = try bagLoss(
        logits: logits, labels: bags.flatMap(\.labels), bagSizes: bags.map(\.pictures))
      return values.sum() * (1 / Float(logits.shape[0]))
    }
    let problems = bags.map {
      BagProblem(pictures: $0.pictures, labels: $0.labels, unmatchedCost: unmatchedCost)
    }
    let values = try optimalValues(logits: logits, problems)
    let constant = problems.reduce(0) { $0 + $1.constant }
    return (values.sum() + Float(constant)) * (1 / Float(logits.shape[0]))
  }

  /// The optimal values of the semi-assignments, without their constants: [bags].
  private func optimalValues(logits: Tensor, _ problems: [BagProblem]) throws -> Tensor {
    let (pictures, classes) = (logits.shape[0], logits.shape[1])
    let rows = problems.map(\.rows).max() ?? 0
    let columns = problems.map(\.columns).max() ?? 0
    // The costs of all pairs, and behind them that of no label.
    let table = try Tensor.concatenated([
      (logits.logSoftmax() * -1).reshaped([pictures * classes]),
      Tensor([BagProblem.unlabeledCost(unmatchedCost)], shape: [1]),
    ])
    var places = [Int32](repeating: 0, count: problems.count * rows * columns)
    var capacities = [Int](repeating: 0, count: problems.count * columns)
    var picture = 0
    for (bag, problem) in problems.enumerated() {
      for row in 0..<problem.rows {
        let first = (bag * rows + row) * columns
        for (column, label) in problem.classes.enumerated() {
          places[first + column] = Int32(picture * classes) + label
        }
        if problem.hasUnlabeled { places[first + problem.columns - 1] = Int32(pictures * classes) }
        picture += 1
      }
      for (column, capacity) in problem.capacities.enumerated() {
        capacities[bag * columns + column] = capacity
      }
    }
    let costs = try table.gathered(at: places).reshaped([problems.count, rows, columns])
    return try SemiAssignment(capacities: capacities).optimalValue(
      costs, lengths: Lengths(rows: problems.map(\.rows), columns: problems.map(\.columns)))
  }
}
