internal import CombinatorialFiles

extension Checkpoint {
  /// Reads what fits of a safetensors file into a model, such as one that another program trained, and tells
  /// what was taken and what was not.
  ///
  /// ```swift
  /// // Another head: leave out that of the file. PyTorch's num_batches_tracked are not known here.
  /// let report = try Checkpoint.load(model, from: "resnet18.safetensors") { name in
  ///   name.hasPrefix("fc.") ? nil : name
  /// }
  /// print(report)
  /// ```
  ///
  /// Parameters and buffers that the file lacks stay as they are; whoever wants them all asks for an empty
  /// ``LoadReport/missing``. Optimizers and random sources are left alone: see
  /// ``restore(_:optimizer:from:)``. All of it is checked first: on an error, the model is as before.
  ///
  /// - Parameters:
  ///   - model: What is read into.
  ///   - path: The file.
  ///   - name: The path in the model of a tensor of the file, by its name there; nil leaves it out.
  /// - Throws: `CheckpointError.file`; `.shape` for a tensor of another shape than the model's of that path;
  ///   `.ambiguous` if two tensors get the same path.
  @discardableResult
  public static func load(
    _ model: any Model, from path: String, naming name: (String) -> String? = { $0 }
  ) throws(CheckpointError) -> LoadReport {
    let file: Safetensors
    do { file = try Safetensors(contentsOf: path) } catch { throw .file(error) }
    let known = Dictionary(
      model.savedTensors.map { ($0.name, $0.value.shape) }, uniquingKeysWith: { first, _ in first })
    var taken = Safetensors()
    var (unknown, leftOut): ([String], [String]) = ([], [])
    for (fileName, value) in file.tensors.sorted(by: { $0.key < $1.key }) {
      guard let modelName = name(fileName) else {
        leftOut.append(fileName)
        continue
      }
      guard let shape = known[modelName] else {
        unknown.append(fileName)
        continue
      }
      guard value.shape == shape else {
        throw .shape(file: path, name: fileName, expected: shape, found: value.shape)
      }
      guard taken.tensors.updateValue(value, forKey: modelName) == nil else {
        throw .ambiguous(name: modelName)
      }
    }
    try CheckpointReader(file: taken, path: path).assignTensors(of: model)
    let names = model.savedTensors.map(\.name)
    return LoadReport(
      loaded: names.filter { taken.tensors[$0] != nil },
      missing: names.filter { taken.tensors[$0] == nil }, unknown: unknown, leftOut: leftOut)
  }
}

/// What became of a file's tensors and a model's parameters and buffers.
public struct LoadReport: Sendable, Hashable, CustomStringConvertible {
  /// Paths of the model that got their values from the file.
  public let loaded: [String]
  /// Paths of the model that the file has nothing for: they are as before.
  public let missing: [String]
  /// Names of the file that the model has no place for.
  public let unknown: [String]
  /// Names of the file that were left out by choice.
  public let leftOut: [String]

  /// One line: how many were loaded, and the names of the others.
  public var description: String {
    let others = [("missing", missing), ("unknown", unknown), ("left out", leftOut)]
      .filter { !$0.1.isEmpty }
      .map { "; \($0.1.count) \($0.0): \(PrintableText.list($0.1))" }
    return "\(loaded.count) loaded" + others.joined()
  }
}

extension PrintableText {
  /// The first of some names from a file, and how many more there are.
  static func list(_ names: [String]) -> String {
    names.prefix(8).map { excerpt($0) }.joined(separator: ", ")
      + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
