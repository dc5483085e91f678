import DifferentiableTensor
import Foundation
import NeuralLayers
import Testing

/// Files that PyTorch wrote: see Fixtures/make_fixtures.py.
@Suite struct TorchFilesTests {
  private static func path(_ name: String) throws -> String {
    try #require(
      Bundle.module.url(
        forResource: name, withExtension: "safetensors", subdirectory: "Fixtures")
    ).path
  }

  private static func model(classes: Int = 3) throws -> Sequential {
    var generator = SeededGenerator(seed: 96)
    return Sequential(
      try Convolution2D(inputChannels: 1, outputChannels: 2, kernelSize: 3, using: &generator),
      try BatchNormalization(channels: 2), ReLU(), MaxPool2D(kernelSize: 2), Flatten(),
      try Linear(inputs: 18, outputs: classes, using: &generator))
  }

  private static let names = [
    "0.weight", "0.bias", "1.weight", "1.bias", "5.weight", "5.bias", "1.running_mean",
    "1.running_var",
  ]

  /// Sums of at most 18 products of numbers near 1, each rounded to float32.
  private static let tolerance: Float = 18 * 0x1p-23

  private func expectClose(
    _ found: Tensor, _ expected: Tensor?, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let near = zip(found.scalars, expected?.scalars ?? [])
      .allSatisfy { abs($0 - $1) <= Self.tolerance * max(1, abs($1)) }
    #expect(
      found.shape == expected?.shape && near, comment ?? "\(found), expected \(expected as Any)",
      sourceLocation: sourceLocation)
  }

  @Test func aModelComputesWhatItDidThere() throws {
    let model = try Self.model()
    let report = try Checkpoint.load(model, from: Self.path("model"))
    #expect(report.loaded == Self.names)
    #expect(report.missing == [] && report.leftOut == [])
    #expect(report.unknown == ["1.num_batches_tracked"])
    #expect("\(report)" == "8 loaded; 1 unknown: 1.num_batches_tracked")

    let results = try Safetensors(contentsOf: Self.path("results")).tensors
    let logits = try model(#require(results["x"]))
    expectClose(logits, results["logits"])
    expectClose(try logits.softmax(), results["softmax"])
    expectClose(try logits.softmax(axis: 0), results["softmax over rows"])
    expectClose(try logits.logSoftmax(), results["log-softmax"])
    expectClose(try logits[1..., -1], results["logits[1:, -1]"])
    expectClose(try Tensor.eye(2, columns: 3), results["eye"])

    let labels = try #require(results["labels"]).scalars.map { Int32($0) }
    let positions = labels.enumerated().map { Int32($0 * 3) + $1 }
    let loss = try -logits.logSoftmax().flattened().gathered(at: positions).mean()
    let weights = model.namedParameters.filter { ["0.weight", "5.weight"].contains($0.path) }
    for (gradient, weight) in zip(try loss.gradients(of: weights.map(\.element)), weights) {
      expectClose(gradient, results["gradient of \(weight.path)"], "\(weight.path)")
    }
  }

  @Test func integersAndBooleansBecomeFloats() throws {
    let tensors = try Safetensors(contentsOf: Self.path("integers")).tensors
    let (numbers, signed): ([Float], [Float]) = ([0, 1, 2, 100], [0, -1, 2, -100])
    #expect(tensors["int64"]?.scalars == signed + [0x1p53])
    #expect(tensors["int32"]?.scalars == signed + [0x1p31])
    for name in ["int16", "int8"] { #expect(tensors[name]?.scalars == signed, "\(name)") }
    for name in ["uint64", "uint32", "uint16", "uint8"] {
      #expect(tensors[name]?.scalars == numbers, "\(name)")
    }
    #expect(tensors["bool"]?.scalars == [0, 1] && tensors["half"]?.scalars == [0.5, -2])
  }

  @Test func partsAreChosenAndRenamed() throws {
    let model = try Self.model(classes: 7)
    let before = model.namedParameters.map(\.element.value.scalars)
    #expect(throws: CheckpointError.self) { try Checkpoint.load(model, from: Self.path("model")) }
    #expect(model.namedParameters.map(\.element.value.scalars) == before, "checked first")

    let report = try Checkpoint.load(model, from: Self.path("model")) {
      $0.hasPrefix("5.") ? nil : $0 == "1.bias" ? "5.else" : $0
    }
    #expect(report.leftOut == ["5.bias", "5.weight"])
    #expect(report.missing == ["1.bias", "5.weight", "5.bias"])
    #expect(report.unknown == ["1.bias", "1.num_batches_tracked"])
    #expect(report.loaded.count == 5)
    #expect(
      "\(report)" == "5 loaded; 3 missing: 1.bias, 5.weight, 5.bias; 2 unknown: 1.bias, "
        + "1.num_batches_tracked; 2 left out: 5.bias, 5.weight")
    let file = try Safetensors(contentsOf: Self.path("model")).tensors
    let after = model.namedParameters.map(\.element.value.scalars)
    #expect(after[0] == file["0.weight"]?.scalars && after[3...] == before[3...])

    let path = try Self.path("model")
    #expect(throws: CheckpointError.ambiguous(name: "0.bias")) {
      try Checkpoint.load(model, from: path) {
        $0.hasSuffix(".bias") && $0 != "5.bias" ? "0.bias" : nil
      }
    }
  }
}
