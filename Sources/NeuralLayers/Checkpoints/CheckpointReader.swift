internal import DifferentiableTensor

/// A file that is to become the state of a model and an optimizer.
struct CheckpointReader {
  let file: Safetensors
  let path: String

  func checkTensors(of model: any Model) throws(CheckpointError) {
    let expected = model.savedTensors
    let missing = expected.map(\.name).filter { file.tensors[$0] == nil }
    guard missing.isEmpty else { throw .missing(file: path, names: missing) }
    let known = Set(expected.map(\.name))
    let unexpected = file.tensors.keys.filter {
      !known.contains($0) && !$0.hasPrefix(Checkpoint.optimizerPrefix)
    }
    guard unexpected.isEmpty else { throw .unexpected(file: path, names: unexpected.sorted()) }
    for (name, value) in expected {
      guard let found = file.tensors[name]?.shape, found != value.shape else { continue }
      throw .shape(file: path, name: name, expected: value.shape, found: found)
    }
  }

  func assignTensors(of model: any Model) throws(CheckpointError) {
    do {
      for parameter in model.namedParameters {
        if let value = file.tensors[parameter.path] { try parameter.element.assign(value) }
      }
      for buffer in model.namedBuffers {
        if let value = file.tensors[buffer.path] { try buffer.element.assign(value) }
      }
    } catch {
      throw .unexpected(file: path, names: ["\(error)"])
    }
  }

  func randomStates(
    of model: any Model
  ) throws(CheckpointError) -> [(source: RandomSource, state: UInt64)] {
    try model.namedRandomSources.map { source throws(CheckpointError) in
      let text = try metadata("\(Checkpoint.ownPrefix)\(source.path)")
      guard let state = UInt64(text) else {
        throw .metadata(
          file: path, key: "\(Checkpoint.ownPrefix)\(source.path)",
          expected: "the state of a generator",
          found: text)
      }
      return (source.element, state)
    }
  }

  func restore(
    _ optimizer: any Optimizer, of model: any Model
  ) throws(CheckpointError) {
    let text = try metadata(Checkpoint.rateKey)
    guard let rate = Double(text) else {
      throw .metadata(file: path, key: Checkpoint.rateKey, expected: "a learning rate", found: text)
    }
    let states = try optimizerStates(of: model)
    let before = states.map { ($0.parameter, optimizer.state(of: $0.parameter)) }
    do {
      for (parameter, state) in states { try optimizer.restore(state, of: parameter) }
    } catch {
      for (parameter, state) in before { try? optimizer.restore(state, of: parameter) }
      throw .optimizer(file: path, error)
    }
    optimizer.learningRate = rate
  }

  private func optimizerStates(
    of model: any Model
  ) throws(CheckpointError) -> [(parameter: Parameter, state: [String: Tensor])] {
    var left = file.tensors.filter { $0.key.hasPrefix(Checkpoint.optimizerPrefix) }
    let states = model.namedParameters.map { parameter in
      let prefix = "\(Checkpoint.optimizerPrefix)\(parameter.path)/"
      var state: [String: Tensor] = [:]
      for (name, value) in left where name.hasPrefix(prefix) {
        state[String(name.dropFirst(prefix.count))] = value
        left[name] = nil
      }
      return (parameter.element, state)
    }
    guard left.isEmpty else { throw .unexpected(file: path, names: left.keys.sorted()) }
    return states
  }

  private func metadata(_ key: String) throws(CheckpointError) -> String {
    guard let text = file.metadata[key] else { throw .missing(file: path, names: [key]) }
    return text
  }
}

extension Model {
  /// What a checkpoint keeps of a model: parameters, then buffers.
  var savedTensors: [(name: String, value: Tensor)] {
    namedParameters.map { ($0.path, $0.element.value) }
      + namedBuffers.map { ($0.path, $0.element.value) }
  }
}
