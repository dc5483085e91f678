import CombinatorialLosses
import NeuralLayers

/// A network together with what turns pictures into its input and its output into classes.
public struct BagClassifier {
  let network: any Layer
  /// The options of the run that trains it.
  public let options: BagTrainingOptions
  /// [channels, height, width].
  public let pictureShape: [Int]
  /// What the classes are called, by label.
  public let classNames: [String]
  /// The statistics of the pictures that it was trained on.
  public let normalization: PictureNormalization

  private static let picturesPerBatch = 250

  init(
    options: BagTrainingOptions, pictureShape: [Int], classNames: [String],
    normalization: PictureNormalization
  ) throws {
    (self.options, self.pictureShape) = (options, pictureShape)
    (self.classNames, self.normalization) = (classNames, normalization)
    network = try options.network.make(
      pictureShape: pictureShape, classes: classNames.count, seed: options.seed)
  }

  /// Reads the network from a checkpoint of a training run.
  ///
  /// - Throws: ``TrainingError``, `CheckpointError`, `SafetensorsError`.
  public init(checkpoint path: String) throws {
    let checkpoint = try RunCheckpoint<BagState>(contentsOf: path)
    let state = checkpoint.state
    try self.init(
      options: state.options, pictureShape: state.pictureShape, classNames: state.classNames,
      normalization: state.normalization)
    try checkpoint.restore(network)
  }

  /// The logits of all pictures, [count, classes], untracked.
  ///
  /// - Throws: ``TrainingError/differentPictures(expected:found:)``
  public func logits(of pictures: PictureSet) throws -> Tensor {
    guard pictures.classNames.count == classNames.count else {
      throw differentPictures("\(pictures.pictureShape) in \(pictures.classNames.count)")
    }
    return try logits(of: pictures.stack)
  }

  /// The logits of pictures without labels, [count, classes], untracked.
  ///
  /// - Throws: ``TrainingError/differentPictures(expected:found:)``
  public func logits(of pictures: PictureStack) throws -> Tensor {
    guard pictures.pictureShape == pictureShape else {
      throw differentPictures("\(pictures.pictureShape)")
    }
    guard pictures.count > 0 else { return try .zeros([0, classNames.count]) }
    let batcher = PictureBatcher(pictures, normalization: normalization)
    let batches = try withoutGradient {
      try stride(from: 0, to: pictures.count, by: Self.picturesPerBatch).map { first in
        let range = first..<min(first + Self.picturesPerBatch, pictures.count)
        return try withEvaluation { try network(batcher.batch(range)) }
      }
    }
    return try Tensor.concatenated(batches, axis: 0)
  }

  private func differentPictures(_ found: String) -> TrainingError {
    .differentPictures(
      expected: "\(pictureShape) in \(classNames.count) classes", found: found)
  }

  /// Pictures with the labels that this classifier has for their classes: bags of one's own have their classes
  /// in the order of their names, the same ones elsewhere may have another.
  ///
  /// - Throws: ``TrainingError/differentPictures(expected:found:)`` where the classes of one's own bags are
  ///   others.
  public func aligned(_ pictures: PictureSet) throws -> PictureSet {
    if pictures.classNames == classNames { return pictures }
    let labels = pictures.classNames.map { name in
      classNames.firstIndex(of: name).map { Int32($0) }
    }
    guard Set(labels).count == classNames.count, !labels.contains(nil) else {
      guard options.data.manifest == nil else {
        throw TrainingError.differentPictures(
          expected: "classes \(classNames)", found: "\(pictures.classNames)")
      }
      return pictures
    }
    return try PictureSet(
      pictures.stack, labels: pictures.labels.compactMap { labels[Int($0)] },
      classNames: classNames)
  }

  /// The share of pictures whose largest logit is not that of their class.
  public func testError(on pictures: PictureSet) throws -> Double {
    let pictures = try aligned(pictures)
    return try Self.errorRate(logits(of: pictures), labels: pictures.labels)
  }

  static func errorRate(_ logits: Tensor, labels: [Int32]) throws -> Double {
    guard !labels.isEmpty else { return 0 }
    let wrong = try zip(logits.argmax(axis: 1), labels).count { $0 != $1 }
    return Double(wrong) / Double(labels.count)
  }
}
