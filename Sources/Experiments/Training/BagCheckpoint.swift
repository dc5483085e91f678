import CombinatorialLosses
import Foundation
import NeuralLayers

/// The whole state of a training run as a safetensors file.
struct BagCheckpoint {
  private struct State: Codable {
    let options: BagTrainingOptions
    let progress: TrainingProgress
    let pictureShape: [Int]
    let classNames: [String]
    let normalization: PictureNormalization
  }

  private static let stateKey = "combinatorial-losses bag training"

  private let file: String
  private let contents: Safetensors
  private let state: State

  init(
    _ classifier: BagClassifier, _ optimizer: any Optimizer, _ progress: TrainingProgress
  ) throws {
    file = ""
    state = State(
      options: classifier.options, progress: progress, pictureShape: classifier.pictureShape,
      classNames: classifier.classNames, normalization: classifier.normalization)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    contents = Safetensors(
      tensors: classifier.network.state(with: optimizer),
      metadata: [Self.stateKey: String(decoding: try encoder.encode(state), as: UTF8.self)])
  }

  func write(to path: String) throws {
    try contents.write(to: path)
  }

  init(contentsOf path: String) throws {
    file = path
    contents = try Safetensors(contentsOf: path)
    guard let text = contents.metadata[Self.stateKey] else {
      throw BagTrainingError.notACheckpoint(file: path, reason: "'\(Self.stateKey)' is missing")
    }
    do {
      state = try JSONDecoder().decode(State.self, from: Data(text.utf8))
    } catch {
      throw BagTrainingError.notACheckpoint(file: path, reason: "'\(Self.stateKey)' is unreadable")
    }
  }

  /// The network alone.
  func classifier() throws -> BagClassifier {
    let classifier = try BagClassifier(
      options: state.options, pictureShape: state.pictureShape, classNames: state.classNames,
      normalization: state.normalization)
    try restoreTensors(of: classifier.network, nil)
    return classifier
  }
}
