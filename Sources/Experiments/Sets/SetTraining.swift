import CombinatorialLosses
import NeuralLayers

/// How predictions are told which object is theirs.
public enum SetMatching: String, Sendable, Codable, CaseIterable {
  /// By the matching of least cost.
  case exact
  /// In reading order: the first query has the topmost object.
  case readingOrder = "reading-order"
}

/// A network that lists the digits of a picture, trained by ``SetPredictionLoss``.
final class SetTraining {
  /// What the network may list: more than a picture holds.
  static let queries = 5
  private static let classes = 10

  private let matching: SetMatching
  private let seed: UInt64
  private let network: any Layer

  init(matching: SetMatching, seed: UInt64) throws {
    (self.matching, self.seed) = (matching, seed)
    var generator = RandomStream.parameters.generator(seed: seed)
    network = Sequential(
      try Convolution2D(
        inputChannels: 1, outputChannels: 16, kernelSize: 5, padding: 2, using: &generator),
      ReLU(), MaxPool2D(kernelSize: 2),
      try Convolution2D(
        inputChannels: 16, outputChannels: 32, kernelSize: 3, padding: 1, using: &generator),
      ReLU(), MaxPool2D(kernelSize: 2), Flatten(),
      try Linear(inputs: 32 * 6 * 6, outputs: 256, using: &generator), ReLU(),
      try Linear(inputs: 256, outputs: Self.queries * (Self.classes + 5), using: &generator))
  }

  /// Trains on the scenes of each step, which are seen once.
  func run(
    steps: Int, scenes: (_ step: Int) -> DigitScenes, report: (_ step: Int, _ loss: Float) -> Void
  ) throws {
    let optimizer = Adam(learningRate: 0.002)
    let schedule = LearningRateSchedule.cosine(initial: 0.002, steps: steps)
    for step in 0..<steps {
      optimizer.learningRate = schedule.rate(atStep: step)
      let batch = scenes(step)
      let (logits, boxes) = try predict(batch.pictures)
      let loss = try loss(logits, boxes, batch.objects)
      let gradients = try loss.gradients(of: network.parameters.map(\.value))
      try optimizer.step(network.parameters, along: gradients)
      report(step + 1, try loss.item())
    }
  }

  /// Logits `[pictures, queries, classes + 1]` and boxes `[pictures, queries, 4]`.
  private func predict(_ pictures: Tensor) throws -> (logits: Tensor, boxes: Tensor) {
    let count = pictures.shape[0]
    let output = try network(pictures).reshaped([count, Self.queries, Self.classes + 5])
    let logits = try output.sliced(0..<Self.classes + 1, axis: 2)
    let offsets = try output.sliced(Self.classes + 1..<Self.classes + 5, axis: 2)
    return (logits, offsets.sigmoid())
  }

  private func loss(
    _ logits: Tensor, _ boxes: Tensor, _ objects: [[DigitScenes.Object]]
  ) throws -> Tensor {
    let loss = SetPredictionLoss(matchingCost: .loss)
    switch matching {
    case .exact:
      let targets = try SetTargets(images: objects.map { $0.map { ($0.label, $0.box) } })
      return try loss(logits: logits, boxes: boxes, targets: targets).total
    case .readingOrder:
      // Each query is an image of its own, with one object or none.
      let places = objects.flatMap { objects in
        (0..<Self.queries).map { query in
          query < objects.count ? [(objects[query].label, objects[query].box)] : []
        }
      }
      return try loss(
        logits: logits.reshaped([places.count, 1, Self.classes + 1]),
        boxes: boxes.reshaped([places.count, 1, 4]), targets: SetTargets(images: places)
      ).total
    }
  }

  /// What the network lists for each scene.
  func list(_ scenes: DigitScenes) throws -> [[DigitScenes.Object]] {
    let (logits, boxes) = try withEvaluation { try predict(scenes.pictures) }
    let (scores, sides) = (logits.scalars, boxes.scalars)
    return (0..<scenes.count).map { picture in
      (0..<Self.queries).compactMap { query in
        let row = picture * Self.queries + query
        let own = scores[row * (Self.classes + 1)..<(row + 1) * (Self.classes + 1)]
        let label = own.indices.max { own[$0] < own[$1] }.map { $0 - own.startIndex } ?? 0
        guard label < Self.classes else { return nil }
        return DigitScenes.Object(
          label: Int32(label), box: SIMD4(sides[4 * row..<4 * row + 4]))
      }
    }
  }
}

/// How well lists of digits agree with the truth, each picture's by a matching of most overlap.
public struct SetEvaluation: Sendable, Codable, Equatable {
  /// The share of digits that are listed: a matched box overlaps by half at least, and the class is right.
  public let recall: Double
  /// The share of what is listed that is so.
  public let precision: Double
  /// The mean intersection over union of the digits with what they are matched to; 0 where nothing is.
  public let meanOverlap: Double

  init(_ lists: [[DigitScenes.Object]], truth: [[DigitScenes.Object]]) throws {
    var (right, overlap) = (0, 0.0)
    for (listed, objects) in zip(lists, truth) {
      let overlaps = objects.flatMap { object in listed.map { Self.overlap($0.box, object.box) } }
      let matching = try Assignment().solve(
        overlaps.map { -$0 }, rows: objects.count, columns: listed.count)
      for (row, column) in matching.columnOfRow.enumerated() where column >= 0 {
        let found = overlaps[row * listed.count + Int(column)]
        overlap += found
        if found >= 0.5 && objects[row].label == listed[Int(column)].label { right += 1 }
      }
    }
    let (digits, listed) = (truth.joined().count, lists.joined().count)
    recall = Double(right) / Double(max(1, digits))
    precision = Double(right) / Double(max(1, listed))
    meanOverlap = overlap / Double(max(1, digits))
  }

  /// Intersection over union.
  static func overlap(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> Double {
    func shared(_ axis: Int) -> Float {
      let high = min(a[axis] + a[axis + 2] / 2, b[axis] + b[axis + 2] / 2)
      let low = max(a[axis] - a[axis + 2] / 2, b[axis] - b[axis + 2] / 2)
      return max(0, high - low)
    }
    let intersection = shared(0) * shared(1)
    let union = a[2] * a[3] + b[2] * b[3] - intersection
    return union > 0 ? Double(intersection / union) : 0
  }
}
