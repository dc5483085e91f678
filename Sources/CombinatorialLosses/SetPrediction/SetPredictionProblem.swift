internal import CombinatorialKernels
internal import Foundation

/// One batch, checked, with all that its costs, terms and gradients need.
struct SetPredictionProblem: Sendable {
  let options: SetPredictionLoss
  let logits: [Float]
  let boxes, targetBoxes: [SIMD4<Double>]
  let targets: SetTargets
  let batch, queries, columns: Int
  let queryCounts: [Int]
  /// Of each row of logits; 0 if focal, and in the padding.
  private let logSums: [LogSum]

  init(
    _ options: SetPredictionLoss, logits: Tensor, boxes: Tensor, targets: SetTargets,
    queryCounts: [Int]?
  ) throws(CombinatorialError) {
    guard logits.rank == 3, boxes.shape == Array(logits.shape.prefix(2)) + [4],
      logits.shape[0] == targets.counts.count
    else {
      throw .shapeMismatch(
        expected: "logits [batch, queries, classes] and boxes [batch, queries, 4] for "
          + "\(targets.counts.count) images",
        found: "\(logits.shape) and \(boxes.shape)")
    }
    self.options = options
    (batch, queries, columns) = (logits.shape[0], logits.shape[1], logits.shape[2])
    self.queryCounts = queryCounts ?? .init(repeating: logits.shape[1], count: logits.shape[0])
    self.logits = logits.scalars
    self.boxes = Self.quadruples(boxes)
    self.targets = targets
    targetBoxes = Self.quadruples(targets.boxes)
    try BatchShape.check(queryCounts, named: "query counts", batch: batch, limit: queries)
    logSums = try Self.logSums(
      logits, counts: self.queryCounts, isFocal: options.isFocal)
    try checkTargets()
    try checkBoxes()
  }

  private static func quadruples(_ tensor: Tensor) -> [SIMD4<Double>] {
    let scalars = tensor.scalars
    return stride(from: 0, to: scalars.count, by: 4).map { start in
      SIMD4<Double>(SIMD4<Float>(scalars[start..<start + 4]))
    }
  }

  private static func logSums(
    _ logits: Tensor, counts: [Int], isFocal: Bool
  ) throws(CombinatorialError) -> [LogSum] {
    let (queries, columns) = (logits.shape[1], logits.shape[2])
    var sums = [LogSum](repeating: LogSum(), count: logits.shape[0] * queries)
    let scalars = logits.scalars
    for row in sums.indices where row % queries < counts[row / queries] {
      let x = scalars[row * columns..<(row + 1) * columns]
      let sum = isFocal ? LogSum() : LogSum(x)
      guard sum.logarithm.isFinite, x.allSatisfy({ (logit: Float) in logit < .infinity }) else {
        throw .invalidLogit(
          in: logits, batch: row / queries, row: row % queries, rowsPerItem: queries)
      }
      sums[row] = sum
    }
    return sums
  }

  private var classes: Int { options.isFocal ? columns : columns - 1 }

  private func checkTargets() throws(CombinatorialError) {
    for image in 0..<batch {
      for place in 0..<targets.counts[image] {
        let label = Int(targets.labels[image * targets.limit + place])
        guard (0..<classes).contains(label) else {
          throw CombinatorialError(
            .labelOutOfRange(position: place, label: label, classes: classes), item: image)
        }
        try check(targetBoxes[image * targets.limit + place], image, "target \(place)")
      }
    }
  }

  private func checkBoxes() throws(CombinatorialError) {
    for image in 0..<batch {
      for query in 0..<queryCounts[image] {
        try check(boxes[image * queries + query], image, "query \(query)")
      }
    }
  }

  private func check(
    _ box: SIMD4<Double>, _ image: Int, _ owner: String
  ) throws(CombinatorialError) {
    let isBox = (0..<4).allSatisfy { box[$0].isFinite } && box[2] >= 0 && box[3] >= 0
    guard isBox else {
      throw .shapeMismatch(
        expected: "a finite box of \(owner) in batch item \(image) with sizes of at least 0",
        found: "\((0..<4).map { box[$0] })")
    }
  }

  /// max(1, number of targets), by which boxes are averaged.
  private var boxCount: Double { Double(max(1, targets.counts.reduce(0, +))) }

  /// What the sum of the class terms is divided by: the weights of all queries, whatever the matching.
  private var classNormalizer: Double {
    guard case .softmax(let noObjectWeight) = options.classification else { return boxCount }
    let matched = zip(queryCounts, targets.counts).reduce(0) { $0 + min($1.0, $1.1) }
    let sum =
      Double(matched) + noObjectWeight * Double(queryCounts.reduce(0, +) - matched)
    return sum > 0 ? sum : 1
  }

  private func logit(_ row: Int, _ column: Int) -> Double { Double(logits[row * columns + column]) }

  private func logProbability(_ row: Int, _ column: Int) -> Double {
    (logit(row, column) - logSums[row].greatest) - logSums[row].logarithm
  }

  /// The class term of a query with a target of this label, and of one without.
  private func classTerm(_ row: Int, label: Int) -> Double {
    switch options.classification {
    case .softmax: -logProbability(row, label)
    case .focal(let alpha, let gamma):
      FocalTerm(logit(row, label), isTarget: true, alpha: alpha, gamma: gamma).loss
        - FocalTerm(logit(row, label), isTarget: false, alpha: alpha, gamma: gamma).loss
    }
  }

  private func noObjectTerm(_ row: Int) -> Double {
    switch options.classification {
    case .softmax(let noObjectWeight):
      noObjectWeight == 0 ? 0 : -noObjectWeight * logProbability(row, columns - 1)
    case .focal(let alpha, let gamma):
      (0..<columns).reduce(0) {
        $0 + FocalTerm(logit(row, $1), isTarget: false, alpha: alpha, gamma: gamma).loss
      }
    }
  }

  private func classCost(_ row: Int, label: Int) -> Double {
    if options.isFocal { return classTerm(row, label: label) }
    switch options.matchingCost {
    case .probability: return -exp(logProbability(row, label))
    case .loss: return classTerm(row, label: label) - noObjectTerm(row)
    }
  }

  /// The target of each query, -1 where there is none and in the padding.
  func match() throws(CombinatorialError) -> [Int32] {
    let isLoss = options.matchingCost == .loss
    let factors = isLoss ? options.weights : options.matchingWeights
    let classFactor = factors.classification * (isLoss ? boxCount / classNormalizer : 1)
    let limit = targets.limit
    var costs = [Double](repeating: 0, count: batch * queries * limit)
    for image in 0..<batch {
      for row in image * queries..<image * queries + queryCounts[image] {
        for place in image * limit..<image * limit + targets.counts[image] {
          let distance = abs(boxes[row] - targetBoxes[place]).sum()
          costs[row * limit + place - image * limit] =
            classFactor * classCost(row, label: Int(targets.labels[place]))
            + factors.box * distance
            + factors.overlap * BoxOverlap(boxes[row], targetBoxes[place]).loss
        }
      }
    }
    let shape = BatchShape(
      batch: batch, rows: queries, columns: limit, rowCounts: queryCounts,
      columnCounts: targets.counts)
    return try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try Assignment().solveInPlace(costs, shape: shape).columnOfRow
    }
  }

  /// Calls `body` with every query in use and its target's place, nil where there is none.
  private func forEachQuery(_ matching: [Int32], _ body: (_ row: Int, _ place: Int?) -> Void) {
    for image in 0..<batch {
      for row in image * queries..<image * queries + queryCounts[image] {
        body(row, matching[row] < 0 ? nil : image * targets.limit + Int(matching[row]))
      }
    }
  }

  /// Classification, box and overlap.
  func terms(_ matching: [Int32]) throws -> Tensor {
    var sums = SIMD3<Double>()
    forEachQuery(matching) { row, place in
      if place == nil || options.isFocal { sums[0] += noObjectTerm(row) }
      guard let place else { return }
      sums[0] += classTerm(row, label: Int(targets.labels[place]))
      sums[1] += abs(boxes[row] - targetBoxes[place]).sum()
      sums[2] += BoxOverlap(boxes[row], targetBoxes[place]).loss
    }
    sums /= SIMD3(classNormalizer, boxCount, boxCount)
    return try Tensor((0..<3).map { Float(sums[$0]) }, shape: [3])
  }

  func logitGradient(_ matching: [Int32], weight: Double) throws -> Tensor {
    let scale = weight / classNormalizer
    return try Tensor(shape: [batch, queries, columns]) { gradient in
      gradient.update(repeating: 0)
      forEachQuery(matching) { row, place in
        let label = place.map { Int(targets.labels[$0]) }
        for column in 0..<columns {
          gradient[row * columns + column] = Float(scale * classSlope(row, column, label: label))
        }
      }
    }
  }

  private func classSlope(_ row: Int, _ column: Int, label: Int?) -> Double {
    switch options.classification {
    case .softmax(let noObjectWeight):
      let isTarget = column == label ?? columns - 1
      let slope = exp(logProbability(row, column)) - (isTarget ? 1 : 0)
      return (label == nil ? noObjectWeight : 1) * slope
    case .focal(let alpha, let gamma):
      return FocalTerm(
        logit(row, column), isTarget: column == label, alpha: alpha, gamma: gamma
      ).slope
    }
  }

  func boxGradient(_ matching: [Int32], box: Double, overlap: Double) throws -> Tensor {
    try Tensor(shape: [batch, queries, 4]) { gradient in
      gradient.update(repeating: 0)
      forEachQuery(matching) { row, place in
        guard let place else { return }
        let difference = boxes[row] - targetBoxes[place]
        let byOverlap = BoxOverlap(boxes[row], targetBoxes[place]).gradient
        for axis in 0..<4 {
          let sign = difference[axis] > 0 ? 1.0 : difference[axis] < 0 ? -1 : 0
          gradient[4 * row + axis] = Float((box * sign + overlap * byOverlap[axis]) / boxCount)
        }
      }
    }
  }
}

extension SetPredictionLoss {
  fileprivate var isFocal: Bool {
    if case .focal = classification { return true }
    return false
  }
}

/// The log-sum-exp of a row is greatest + logarithm. The parts stay apart, because beside a great logit the
/// logarithm would be rounded away.
private struct LogSum {
  var greatest = 0.0
  var logarithm = 0.0
}

extension LogSum {
  init(_ x: ArraySlice<Float>) {
    let greatest = Double(x.max() ?? -.infinity)
    self.init(
      greatest: greatest, logarithm: log(x.reduce(0.0) { $0 + exp(Double($1) - greatest) }))
  }
}

/// The focal loss of one logit, with its derivative.
private struct FocalTerm {
  let loss, slope: Double

  init(_ logit: Double, isTarget: Bool, alpha: Double, gamma: Double) {
    // A class that is not the target's is the target of the opposite odds.
    let x = isTarget ? logit : -logit
    let factor = isTarget ? alpha : 1 - alpha
    let logProbability = x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x))
    let probability = exp(logProbability)
    let miss = pow(1 - probability, gamma)
    loss = -factor * miss * logProbability
    let slope = factor * miss * (gamma * probability * logProbability - (1 - probability))
    self.slope = isTarget ? slope : -slope
  }
}

private func abs(_ vector: SIMD4<Double>) -> SIMD4<Double> { pointwiseMax(vector, -vector) }
