import DifferentiableTensor
import Foundation
import NeuralLayers
import Testing

/// A model with every kind of state, and how it trains.
private struct Run {
  let model: Sequential
  let optimizer: any Optimizer
  private let images: Tensor

  init(seed: UInt64 = 91, channels: Int = 2, usesAdam: Bool = false) throws {
    var generator = SeededGenerator(seed: seed)
    model = Sequential(
      try Convolution2D(
        inputChannels: 1, outputChannels: channels, kernelSize: 3, using: &generator),
      try BatchNormalization(channels: channels), ReLU(), Dropout(probability: 0.4, seed: seed),
      Flatten(), try Linear(inputs: channels * 4, outputs: 2, using: &generator))
    optimizer =
      usesAdam ? Adam(learningRate: 0.01) : SGD(learningRate: 0.05, momentum: 0.9)
    var data = SeededGenerator(seed: 92)
    images = try .random(normal: [6, 1, 4, 4], using: &data)
  }

  func train(steps: Int) throws {
    for _ in 0..<steps {
      let loss = try withTraining { try model(images).pow(2).mean() }
      try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
    }
  }

  var state: [[Float]] {
    model.namedParameters.map(\.element.value.scalars)
      + model.namedBuffers.map(\.element.value.scalars)
      + model.parameters.flatMap { parameter in
        optimizer.state(of: parameter).sorted { $0.key < $1.key }.map(\.value.scalars)
      }
  }

  var randomState: UInt64? { model.namedRandomSources.first?.element.generator.state }
}

@Suite struct CheckpointTests {
  @Test("a resumed training takes the steps of an uninterrupted one", arguments: [true, false])
  func resumes(usesAdam: Bool) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/run"
      let first = try Run(usesAdam: usesAdam)
      try first.train(steps: 3)
      first.optimizer.learningRate = 0.02
      try Checkpoint.save(
        first.model, optimizer: first.optimizer, metadata: ["epoch": "3"], to: path)
      try first.train(steps: 3)

      let second = try Run(seed: 93, usesAdam: usesAdam)
      try second.train(steps: 1)
      let metadata = try Checkpoint.restore(
        second.model, optimizer: second.optimizer, from: path)
      #expect(metadata == ["epoch": "3"])
      #expect(second.optimizer.learningRate == 0.02)
      try second.train(steps: 3)
      #expect(first.state == second.state)
      #expect(first.randomState == second.randomState)
    }
  }

  @Test func namesAreThePathsOfTheModel() throws {
    try withTemporaryFolder { folder in
      let run = try Run()
      try run.train(steps: 1)
      try Checkpoint.save(run.model, optimizer: run.optimizer, to: folder + "/run")
      let file = try Safetensors(contentsOf: folder + "/run")
      let names = [
        "0.weight", "0.bias", "1.weight", "1.bias", "5.weight", "5.bias",
      ]
      let expected =
        names + ["1.running_mean", "1.running_var"] + names.map { "optimizer/\($0)/momentum" }
      #expect(Set(file.tensors.keys) == Set(expected))
      #expect(file.metadata.keys.sorted() == ["checkpoint/3.generator", "checkpoint/learningRate"])
    }
  }

  @Test func evaluatesATrainingCheckpointWithoutAnOptimizer() throws {
    try withTemporaryFolder { folder in
      let (first, second) = (try Run(), try Run(seed: 94))
      try first.train(steps: 2)
      try Checkpoint.save(first.model, optimizer: first.optimizer, to: folder + "/run")
      _ = try Checkpoint.restore(second.model, from: folder + "/run")
      let image = try Tensor.ones([1, 1, 4, 4])
      #expect(try first.model(image).scalars == second.model(image).scalars)
    }
  }

  /// What is done to a good checkpoint's contents, and the error that restoring it must give.
  private static let damages: [(name: String, damage: @Sendable (inout Safetensors) -> Void)] = [
    ("missing", { $0.tensors["0.weight"] = nil }),
    ("missing", { $0.tensors["1.running_mean"] = nil }),
    ("unexpected", { $0.tensors["0.scale"] = Tensor(1) }),
    ("shape", { $0.tensors["5.bias"] = Tensor(1) }),
    ("missing", { $0.metadata["checkpoint/3.generator"] = nil }),
    ("metadata", { $0.metadata["checkpoint/3.generator"] = "-1" }),
    ("missing", { $0.metadata["checkpoint/learningRate"] = nil }),
    ("metadata", { $0.metadata["checkpoint/learningRate"] = "fast" }),
    ("unexpected", { $0.tensors["optimizer/7.weight/momentum"] = Tensor(1) }),
    ("optimizer", { $0.tensors["optimizer/5.bias/momentum"] = Tensor(1) }),
    ("optimizer", { $0.tensors["optimizer/5.bias/square"] = Tensor(1) }),
  ]

  @Test("an error changes nothing", arguments: damages.indices)
  func refusesWhatDoesNotFit(damage: Int) throws {
    try withTemporaryFolder { folder in
      let (saved, run) = (try Run(seed: 95), try Run())
      try saved.train(steps: 2)
      try run.train(steps: 1)
      try Checkpoint.save(saved.model, optimizer: saved.optimizer, to: folder + "/run")
      var contents = try Safetensors(contentsOf: folder + "/run")
      Self.damages[damage].damage(&contents)
      try contents.write(to: folder + "/run")

      let (before, randomBefore) = (run.state, run.randomState)
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint.restore(run.model, optimizer: run.optimizer, from: folder + "/run")
      }
      #expect(error.map { kind($0) } == Self.damages[damage].name)
      #expect(error.map { "\($0)".hasPrefix(folder) } == true, "the file is named")
      #expect(run.state == before)
      #expect(run.randomState == randomBefore)
      #expect(run.optimizer.learningRate == 0.05)
    }
  }

  private func kind(_ error: CheckpointError) -> String {
    switch error {
    case .file: "file"
    case .missing: "missing"
    case .unexpected: "unexpected"
    case .shape: "shape"
    case .metadata: "metadata"
    case .optimizer: "optimizer"
    case .ambiguous: "ambiguous"
    }
  }

  @Test func refusesFilesAndNamesThatCannotWork() throws {
    try withTemporaryFolder { folder in
      let run = try Run()
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint.restore(run.model, from: folder + "/none")
      }
      #expect(error.map { kind($0) } == "file")
      #expect(throws: CheckpointError.ambiguous(name: "checkpoint/x")) {
        try Checkpoint.save(run.model, metadata: ["checkpoint/x": ""], to: folder + "/run")
      }
      #expect(throws: CheckpointError.ambiguous(name: "a.value")) {
        try Checkpoint.save(TwoOfOneName(), to: folder + "/run")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }
}

/// A layer that breaks the rule of one name each.
private final class TwoOfOneName: Layer {
  let (first, second) = (Parameter("a.value", Tensor(1)), Buffer("a.value", Tensor(2)))
  var members: [LayerMember] { [.parameter(first), .buffer(second)] }
  func callAsFunction(_ input: Tensor) -> Tensor { input }
}
