import DifferentiableTensor
import Foundation
import NeuralLayers
import NumPyFiles
import Testing

/// What somebody who comes from PyTorch would write, compiled and run: the article's table and its loop.
@Suite struct ComingFromPyTorchTests {
  @Test func tensorsAreMadeAndCut() throws {
    var generator = SeededGenerator(seed: 1)
    let x = try Tensor([[1, 2, 3], [4, 5, 6]])
    let noise = try Tensor.randn([2, 3], using: &generator)
    let (zeros, eye) = (try Tensor.zeros([2, 3]), try Tensor.eye(3))
    #expect(noise.shape == zeros.shape && eye.shape == [3, 3])
    #expect(try x[0].scalars == [1, 2, 3])
    #expect(try x[0..., -1].scalars == [3, 6])
    #expect(try x[1, 0..<2].scalars == [4, 5])
    #expect(try x[1, 2].item() == 6)
    #expect(try x.reshaped([3, -1]).shape == [3, 2] && x.transposed().shape == [3, 2])
    #expect(try x.sum(axes: [1]).scalars == [6, 15] && x.mean().item() == 3.5)
    #expect(try x.softmax().sum(axes: [-1]).scalars.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(try x.matmul(eye).scalars == x.scalars)
    #expect(try Tensor.concatenated([x, zeros], axis: 0).shape == [4, 3])
    #expect(try Tensor.stacked([x, zeros]).shape == [2, 2, 3])
    #expect(try x.gathered(at: [2, 0], axis: 1).scalars == [3, 1, 6, 4])
  }

  @Test func gradientsAreAskedFor() throws {
    let w = try Tensor([[1, 2], [3, 4]]).requiringGradient()
    let loss = w.pow(2).sum()
    #expect(try loss.gradients(of: [w])[0].scalars == [2, 4, 6, 8])
    let frozen = withoutGradient { w * 2 }
    #expect(!frozen.isTracked && !w.detached.isTracked)
    let error = #expect(throws: TensorError.self) { try w.pow(2).gradients(of: [w]) }
    #expect(error.map { "\($0)" }?.contains("add .mean() or .sum()") == true)
  }

  @Test func aModelIsTrainedSavedAndExported() throws {
    try withTemporaryFolder { folder in
      var generator = SeededGenerator(seed: 2)
      let inputs = try Tensor.randn([200, 4], using: &generator)
      let labels = try (0..<200).map { try inputs[$0, 0].item() > 0 ? Int32(1) : 0 }

      let model = Sequential(
        try Linear(inputs: 4, outputs: 16, using: &generator), ReLU(),
        Dropout(probability: 0.1, seed: 3),
        try Linear(inputs: 16, outputs: 2, using: &generator))
      let optimizer = Adam(learningRate: 0.01)
      let loader = try BatchLoader(inputs, labels, batchSize: 32)
      for epoch in 0..<20 {
        for (inputs, labels) in loader.epoch(epoch, seed: 4) {
          let logits = try withTraining { try model(inputs) }
          let places = labels.enumerated().map { Int32($0.offset) * 2 + $0.element }
          let loss = try -logits.logSoftmax().flattened().gathered(at: places).mean()
          try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
        }
      }
      try Checkpoint.save(model, optimizer: optimizer, to: folder + "/run.safetensors")
      try Checkpoint.restore(model, optimizer: optimizer, from: folder + "/run.safetensors")
      let report = try Checkpoint.load(model, from: folder + "/run.safetensors")
      #expect(report.missing.isEmpty)

      let logits = try withoutGradient { try model(inputs) }
      try NumPyArchive.write(
        ["logits": NumPyArray(logits)], to: folder + "/logits.npz", compresses: true)
      let archive = try NumPyArchive(contentsOf: folder + "/logits.npz")
      #expect(try Tensor(archive["logits"]).scalars == logits.scalars)
      let found = try (0..<200).map {
        try logits[$0, 1].item() > logits[$0, 0].item() ? Int32(1) : 0
      }
      #expect(zip(found, labels).count { $0 == $1 } > 190)
    }
  }
}
