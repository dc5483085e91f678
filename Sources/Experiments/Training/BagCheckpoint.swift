import Foundation
import NeuralLayers

/// The whole state of a training run in a file: parameters, statistics, velocities, and where it stands.
struct BagCheckpoint {
  /// What is kept beside the tensors.
  fileprivate struct State: Codable {
    let options: BagTrainingOptions
    let progress: TrainingProgress
    let pictureShape: [Int]
    let classNames: [String]
    let normalization: PictureNormalization
  }

  /// The entry of the file's metadata that holds the state, as JSON.
  private static let stateKey = "bag-training"

  static func save(
    _ classifier: BagClassifier, _ optimizer: SGD, _ progress: TrainingProgress, to path: String
  ) throws {
    let state = State(
      options: classifier.options, progress: progress, pictureShape: classifier.pictureShape,
      classNames: classifier.classNames, normalization: classifier.normalization)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try Checkpoint.save(
      classifier.network, optimizer: optimizer,
      metadata: [stateKey: String(decoding: try encoder.encode(state), as: UTF8.self)], to: path)
  }

  private let path: String
  private let state: State

  init(contentsOf path: String) throws {
    self.path = path
    guard let text = try Safetensors(contentsOf: path).metadata[Self.stateKey] else {
      throw BagTrainingError.notACheckpoint(file: path, reason: "no entry '\(Self.stateKey)'")
    }
    do {
      state = try JSONDecoder().decode(State.self, from: Data(text.utf8))
    } catch {
      throw BagTrainingError.notACheckpoint(
        file: path, reason: "the entry '\(Self.stateKey)' cannot be read")
    }
    let (shape, options) = (state.pictureShape, state.options)
    guard options.fault == nil, state.isPlausible else {
      throw BagTrainingError.notACheckpoint(
        file: path, reason: options.fault ?? "pictures of \(shape)")
    }
  }

  /// The trained network.
  func classifier() throws -> BagClassifier {
    let classifier = try BagClassifier(
      options: state.options, pictureShape: state.pictureShape, classNames: state.classNames,
      normalization: state.normalization)
    _ = try Checkpoint.restore(classifier.network, from: path)
    return classifier
  }

  /// Brings a run with the same options and pictures to where the saved one stood.
  func restore(_ classifier: BagClassifier, _ optimizer: SGD) throws -> TrainingProgress {
    if let difference = classifier.options.difference(from: state.options) {
      throw BagTrainingError.differentRun(file: path, option: difference)
    }
    guard classifier.pictureShape == state.pictureShape, classifier.classNames == state.classNames,
      classifier.normalization == state.normalization
    else {
      throw BagTrainingError.differentRun(
        file: path, option: "expected the pictures that it was begun with, found others")
    }
    _ = try Checkpoint.restore(classifier.network, optimizer: optimizer, from: path)
    return state.progress
  }
}

extension BagCheckpoint.State {
  /// Whether a network of a sensible size can be made for these pictures: files may hold anything.
  fileprivate var isPlausible: Bool {
    let largest = 1 << 10
    return pictureShape.count == 3 && pictureShape.allSatisfy { (1...largest).contains($0) }
      && pictureShape.reduce(1, *) <= largest * largest
      && (1...largest * largest).contains(classNames.count)
      && normalization.mean.count == pictureShape[0]
      && normalization.standardDeviation.count == pictureShape[0]
      && progress.epoch >= 0 && progress.step >= 0
  }
}
