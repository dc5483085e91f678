import DistributedTraining
import Foundation
import NeuralLayers

/// What a checkpoint keeps beside the tensors, as JSON.
protocol RunState: Codable {
  associatedtype Options: RunOptions

  /// The entry of the file's metadata that holds it.
  static var key: String { get }
  var options: Options { get }
  var progress: TrainingProgress { get }
  /// Why no model can be made of this, beside its options: files may hold anything.
  var fault: String? { get }
}

extension RunState {
  var fault: String? { nil }

  /// Writes the whole state of a run: parameters, statistics, what the optimizer remembers, and this.
  func save(_ model: any Model, _ optimizer: any Optimizer, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    try Checkpoint.save(model, optimizer: optimizer, metadata: [Self.key: text], to: path)
  }

  fileprivate var firstFault: String? {
    if let fault = options.fault ?? fault { return fault }
    let isWithinTheRun =
      (0...options.epochs).contains(progress.epoch)
      && (0...Int(Int32.max)).contains(progress.step)
    return isWithinTheRun ? nil : "step \(progress.step) of epoch \(progress.epoch)"
  }
}

/// The whole state of a training run in a file.
struct RunCheckpoint<State: RunState> {
  let state: State
  private let path: String
  private let file: Safetensors

  /// - Parameter processes: Of these the first reads the file, for all.
  init(contentsOf path: String, on processes: DataParallel = DataParallel()) throws {
    func refusal(_ reason: String) -> TrainingError { .notACheckpoint(file: path, reason: reason) }
    self.path = path
    let own = processes.isLeader ? Swift.Result { try Safetensors(contentsOf: path) } : nil
    if processes.size > 1 {
      let bytes = try processes.broadcast { try own?.get().bytes ?? [] }
      file = try own?.get() ?? Safetensors(bytes: bytes, file: path)
    } else {
      file = try Safetensors(contentsOf: path)
    }
    guard let text = file.metadata[State.key] else {
      throw refusal("no entry '\(State.key)'")
    }
    do { state = try JSONDecoder().decode(State.self, from: Data(text.utf8)) } catch {
      throw refusal("the entry '\(State.key)' cannot be read")
    }
    if let fault = state.firstFault { throw refusal(fault) }
  }

  /// Checks that the run was begun with these options, to go on with it.
  func expect(_ options: State.Options) throws(TrainingError) {
    if let difference = options.difference(from: state.options) { throw differs(difference) }
  }

  func differs(_ option: String) -> TrainingError { .differentRun(file: path, option: option) }

  /// Gives a model, and the optimizer of a run that goes on, what they were saved with.
  func restore(_ model: any Model, _ optimizer: (any Optimizer)? = nil) throws {
    _ = try Checkpoint.restore(model, optimizer: optimizer, from: file, named: path)
  }
}
