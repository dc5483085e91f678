/// The state of a training run in one safetensors file: a model, its optimizer, and free text.
///
/// ```swift
/// try Checkpoint.save(model, optimizer: optimizer, metadata: ["epoch": "3"], to: path)
/// let metadata = try Checkpoint.restore(model, optimizer: optimizer, from: path)
/// ```
///
/// Parameters and buffers go by their paths, so that any program that reads the format finds them;
/// the optimizer's tensors are called `optimizer/<path>/<name>`. The states of the model's random
/// sources and the learning rate are metadata under `checkpoint/`. A training that continues from
/// the file takes the same steps as one that was never interrupted.
public enum Checkpoint {
  static let optimizerPrefix = "optimizer/"
  static let ownPrefix = "checkpoint/"
  static let rateKey = "checkpoint/learningRate"

  /// Writes a checkpoint in one step: whatever goes wrong, the file that was there before survives.
  ///
  /// - Parameters:
  ///   - model: Whose parameters, buffers and random sources are written.
  ///   - optimizer: Whose state and learning rate are written; nil: none.
  ///   - metadata: Such as the epoch, the step, the state of a data sampler. Keys must not start
  ///     with `checkpoint/`.
  ///   - path: The file.
  /// - Throws: `CheckpointError.file`, `.ambiguous`.
  public static func save(
    _ model: any Model, optimizer: (any Optimizer)? = nil, metadata: [String: String] = [:],
    to path: String
  ) throws(CheckpointError) {
    var file = Safetensors(metadata: metadata)
    if let key = metadata.keys.first(where: { $0.hasPrefix(ownPrefix) }) {
      throw .ambiguous(name: key)
    }
    for (name, value) in model.savedTensors {
      guard file.tensors.updateValue(value, forKey: name) == nil else {
        throw .ambiguous(name: name)
      }
    }
    for source in model.namedRandomSources {
      file.metadata["\(ownPrefix)\(source.path)"] = "\(source.element.generator.state)"
    }
    if let optimizer {
      file.metadata[rateKey] = "\(optimizer.learningRate)"
      for parameter in model.namedParameters {
        for (name, value) in optimizer.state(of: parameter.element) {
          file.tensors["\(optimizerPrefix)\(parameter.path)/\(name)"] = value
        }
      }
    }
    do { try file.write(to: path) } catch { throw .file(error) }
  }

  /// Reads a checkpoint into a model and, if given, its optimizer. All of it is checked first: on an
  /// error, both are as before.
  ///
  /// Files of other programs, or that hold only a part of the model: ``load(_:from:naming:)``.
  ///
  /// - Parameters:
  ///   - model: What is read into; its tensors must be those of the file.
  ///   - optimizer: What its state is read into; nil ignores optimizer state in the file.
  ///   - path: The file.
  /// - Returns: The metadata given to ``save(_:optimizer:metadata:to:)``.
  /// - Throws: `CheckpointError.file`, `.missing`, `.unexpected`, `.shape`, `.metadata`, `.optimizer`.
  @discardableResult
  public static func restore(
    _ model: any Model, optimizer: (any Optimizer)? = nil, from path: String
  ) throws(CheckpointError) -> [String: String] {
    let file: Safetensors
    do { file = try Safetensors(contentsOf: path) } catch { throw .file(error) }
    return try restore(model, optimizer: optimizer, from: file, named: path)
  }

  /// As ``restore(_:optimizer:from:)``, from a file that has been read.
  ///
  /// - Parameters:
  ///   - model: What is read into; its tensors must be those of the file.
  ///   - optimizer: What its state is read into; nil ignores optimizer state in the file.
  ///   - file: The contents.
  ///   - path: What errors call the file.
  /// - Returns: The metadata given to ``save(_:optimizer:metadata:to:)``.
  /// - Throws: `CheckpointError.missing`, `.unexpected`, `.shape`, `.metadata`, `.optimizer`.
  @discardableResult
  public static func restore(
    _ model: any Model, optimizer: (any Optimizer)? = nil, from file: Safetensors,
    named path: String
  ) throws(CheckpointError) -> [String: String] {
    let reader = CheckpointReader(file: file, path: path)
    try reader.checkTensors(of: model)
    let states = try reader.randomStates(of: model)
    if let optimizer { try reader.restore(optimizer, of: model) }
    for (source, state) in states { source.generator.state = state }
    try reader.assignTensors(of: model)
    return file.metadata.filter { !$0.key.hasPrefix(ownPrefix) }
  }
}
