import Foundation
import NeuralLayers

/// The whole state of a training run in a file: parameters, moments, vocabularies, and where it stands.
struct SummarizerCheckpoint {
  fileprivate struct State: Codable {
    let options: SummarizerOptions
    let progress: TrainingProgress
    let best: BestEpoch?
    let sourceVocabulary: Vocabulary
    /// Nil where both are one.
    let targetVocabulary: Vocabulary?
  }

  /// The entry of the file's metadata that holds the state, as JSON.
  private static let stateKey = "text-training"

  static func save(
    _ summarizer: Summarizer, _ optimizer: Adam, _ progress: TrainingProgress, best: BestEpoch?,
    to path: String
  ) throws {
    let (source, target) = (summarizer.sourceVocabulary, summarizer.targetVocabulary)
    let state = State(
      options: summarizer.options, progress: progress, best: best, sourceVocabulary: source,
      targetVocabulary: source == target ? nil : target)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try Checkpoint.save(
      summarizer.model, optimizer: optimizer,
      metadata: [stateKey: String(decoding: try encoder.encode(state), as: UTF8.self)], to: path)
  }

  private let path: String
  private let state: State

  init(contentsOf path: String) throws {
    self.path = path
    guard let text = try Safetensors(contentsOf: path).metadata[Self.stateKey] else {
      throw SummarizerError.notACheckpoint(file: path, reason: "no entry '\(Self.stateKey)'")
    }
    do {
      state = try JSONDecoder().decode(State.self, from: Data(text.utf8))
    } catch {
      throw SummarizerError.notACheckpoint(
        file: path, reason: "the entry '\(Self.stateKey)' cannot be read")
    }
    if let fault = state.options.fault {
      throw SummarizerError.notACheckpoint(file: path, reason: fault)
    }
  }

  /// The trained model.
  func summarizer() throws -> Summarizer { try summarizer(with: state.options, optimizer: nil) }

  /// A model with other options, but with the parameters and the words of the saved one.
  func summarizer(with options: SummarizerOptions) throws -> Summarizer {
    try summarizer(with: options, optimizer: nil)
  }

  /// The run as it was when it was saved.
  ///
  /// - Parameters:
  ///   - options: Those that it was begun with.
  ///   - optimizer: Gets its moments back.
  func resume(
    _ options: SummarizerOptions, _ optimizer: Adam
  ) throws -> (summarizer: Summarizer, progress: TrainingProgress, best: BestEpoch?) {
    guard options == state.options else {
      throw SummarizerError.differentRun(
        file: path, reason: "cannot be resumed with other options than it was begun with")
    }
    return (try summarizer(with: options, optimizer: optimizer), state.progress, state.best)
  }

  private func summarizer(
    with options: SummarizerOptions, optimizer: Adam?
  ) throws -> Summarizer {
    let summarizer = try Summarizer(
      options: options, source: state.sourceVocabulary,
      target: state.targetVocabulary ?? state.sourceVocabulary)
    _ = try Checkpoint.restore(summarizer.model, optimizer: optimizer, from: path)
    return summarizer
  }
}
