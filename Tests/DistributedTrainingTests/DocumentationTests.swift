import DifferentiableTensor
import DistributedTraining
import NeuralLayers
import Testing

/// The examples of the module's page, compiled; what needs no mpirun is run.
struct DocumentationTests {
  @Test func aModelIsTrainedOnRanks() throws {
    let parameters = try ThreadCommunicator.run(ranks: 3) { communicator in
      try train(on: communicator)
    }
    let alone = try train(on: SingleProcess())
    for found in parameters {
      #expect(found == parameters[0])
      #expect(zip(found, alone).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  private func train(on communicator: any Communicator) throws -> [Float] {
    var random = SeededGenerator(seed: 1)
    let model = try Linear(inputs: 5, outputs: 2, using: &random)
    let optimizer = SGD(learningRate: 0.1, momentum: 0.9)
    let batches = try (0..<8).map { _ in try Tensor.random(normal: [7, 5], using: &random) }
    func meanLoss(_ output: Tensor) -> Tensor { (output - 1).pow(2).mean() }

    let processes = DataParallel(communicator)
    try processes.broadcast(model)
    for batch in batches {
      let share = processes.share(of: batch.shape[0])
      let loss = try withTraining(share) { try meanLoss(model(batch.sliced(share.items))) }
      let mean = try processes.meanGradients(
        of: loss, over: share.items.count, by: model.parameters, share: share)
      try optimizer.step(model.parameters, along: mean.gradients)
    }
    return model.parameters.flatMap(\.value.scalars)
  }

  #if MPI
    private func run(_ body: (DataParallel) throws -> Void) throws {
      func train(on processes: DataParallel) throws { try body(processes) }
      let communicator = try MPICommunicator()
      do {
        try train(on: DataParallel(communicator))
        try communicator.finish()
      } catch {
        print("rank \(communicator.rank): \(error)")
        communicator.abort(status: 1)
      }
    }
  #endif
}
