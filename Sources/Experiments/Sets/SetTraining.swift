import CombinatorialLosses
import NeuralLayers

/// How predictions are told which object is theirs.
public enum SetMatching: String, Sendable, Codable, CaseIterable {
  /// By the matching of least cost.
  case exact
  /// In reading order: the first query has the topmost object.
  case readingOrder = "reading-order"
}

/// The options of a run that lists digits.
public struct SetOptions: RunOptions {
  /// How predictions are told which object is theirs.
  public var matching = SetMatching.exact
  /// Pictures to train on, each seen once.
  public var pictures = 96_000
  /// Pictures to test on, with the digits of other hands.
  public var testPictures = 500
  /// Pictures in a step.
  public var batch = 32
  /// Adam's, at first; it falls to 0 along half a cosine.
  public var learningRate = 0.002
  /// Determines pictures and parameters.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  /// One: each picture is seen once.
  public var epochs: Int { 1 }

  /// Why these are no options; nil: they are.
  public var fault: String? {
    Self.fault(counts: ["--pictures": pictures, "--test-pictures": testPictures, "batch": batch])
      ?? Self.fault(positive: ["learning rate": learningRate])
  }
}

/// A network that lists the digits of a picture, trained by ``SetPredictionLoss``.
final class SetTraining: EpochTraining {
  /// What the network may list: more than a picture holds.
  static let queries = 5
  private static let classes = 10

  let plan: PlainPlan
  let optimizer: any Optimizer
  let schedule: LearningRateSchedule
  var progress = TrainingProgress()
  private let options: SetOptions
  private let network: any Layer
  private let scenes: (_ pictures: Range<Int>) -> DigitScenes

  /// - Parameter scenes: What to train on.
  init(options: SetOptions, scenes: @escaping (_ pictures: Range<Int>) -> DigitScenes) throws {
    (self.options, self.scenes) = (options, scenes)
    plan = PlainPlan(
      epochs: options.epochs, steps: options.pictures.dividedUp(by: options.batch),
      unit: "pictures", summary: options.matching.rawValue)
    optimizer = Adam(learningRate: options.learningRate)
    schedule = .cosine(initial: options.learningRate, steps: plan.steps)
    var generator = RandomStream.parameters.generator(seed: options.seed)
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

  var model: any Model { network }

  func steps(beforeEpoch index: Int) -> Int { index * plan.steps }

  func epoch(_ index: Int) {}

  func objective(
    ofStep number: Int, of epoch: Void, share: BatchShare
  ) throws -> StepObjective {
    let first = number * options.batch
    let scenes = scenes(first..<min(options.pictures, first + options.batch))
    return StepObjective(output: try network(scenes.pictures), items: scenes.count) {
      let (logits, boxes) = try Self.predictions($0)
      return try self.loss(logits, boxes, scenes.objects)
    }
  }

  func report(on epoch: Void, evaluates: Bool) -> PlainEpoch {
    PlainEpoch(epoch: progress.epoch + 1, loss: progress.meanLoss)
  }

  /// Logits `[pictures, queries, classes + 1]` and boxes `[pictures, queries, 4]`.
  private static func predictions(_ output: Tensor) throws -> (logits: Tensor, boxes: Tensor) {
    let rows = try output.reshaped([output.shape[0], queries, classes + 5])
    let logits = try rows.sliced(0..<classes + 1, axis: 2)
    let offsets = try rows.sliced(classes + 1..<classes + 5, axis: 2)
    return (logits, offsets.sigmoid())
  }

  private func loss(
    _ logits: Tensor, _ boxes: Tensor, _ objects: [[DigitScenes.Object]]
  ) throws -> Tensor {
    let loss = SetPredictionLoss(matchingCost: .loss)
    switch options.matching {
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
    let (logits, boxes) = try Self.predictions(withEvaluation { try network(scenes.pictures) })
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
