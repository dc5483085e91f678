import CombinatorialKernels
import CombinatorialLosses
import DifferentiableTensor
import NeuralLayers

/// What share of a training step the bag loss takes.
enum TrainingCases {
  static var all: [BenchmarkCase] { [residualNetwork(bags: 8, size: 8)] }

  /// A step of a ResNet-8 on bags of pictures of 28 x 28, as `bags train` takes it: network, loss,
  /// gradients, optimizer. An instance is a step.
  private static func residualNetwork(bags: Int, size: Int) -> BenchmarkCase {
    BenchmarkCase(name: "training-step/resnet8/\(bags)x\(size)x10/float", isRepresentative: true) {
      let step = try TrainingStep(bags: bags, size: size, classes: 10)
      let threadCounts = Parallel.coreCount > 1 ? [1, Parallel.coreCount] : [1]
      return threadCounts.flatMap { contestants(step, threads: $0) }
    }
  }

  private static func contestants(_ step: TrainingStep, threads: Int) -> [Contestant] {
    let suffix = threads > 1 ? ", all threads" : ""
    let loss = Outcome<Float>()
    return [
      Contestant(
        name: "step" + suffix, threads: threads, instances: 1,
        run: { loss.value = try withMaxThreads(threads) { try step.run() } },
        check: { try checkFinite(loss.value) }),
      Contestant(
        name: "loss" + suffix, threads: threads, instances: 1, references: ["step" + suffix],
        isPartOfReferences: true,
        run: { loss.value = try withMaxThreads(threads) { try step.lossAndGradient().loss } },
        check: { try checkFinite(loss.value) }),
    ]
  }

  private static func checkFinite(_ loss: Float?) throws {
    guard let loss, loss.isFinite else {
      throw BenchmarksError.wrongResult("the loss is \(loss.map { "\($0)" } ?? "missing")")
    }
  }
}

/// A network in training, always on the same pictures.
final class TrainingStep {
  private let network: ResNet
  private let optimizer = SGD(learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4)
  private let pictures: Tensor
  private let labels: [Int32]
  private let logitsShape: [Int]
  private var logits: Tensor

  init(bags: Int, size: Int, classes: Int) throws {
    var generator = SeededGenerator(seed: 1)
    network = try ResNet(depth: 8, inputChannels: 1, classes: classes, using: &generator)
    pictures = try Tensor.random(normal: [bags * size, 1, 28, 28], using: &generator)
    labels = (0..<bags * size).map { _ in
      Int32.random(in: 0..<Int32(classes), using: &generator)
    }
    logitsShape = [bags, size, classes]
    logits = try Tensor.zeros([bags * size, classes])
    _ = try run()
  }

  /// One step; returns its loss.
  func run() throws -> Float {
    let output = try withTraining { try network(pictures) }
    logits = output.detached
    let (loss, gradient) = try lossAndGradient()
    let parameters = network.parameters
    let gradients = try output.gradients(of: parameters.map(\.value), cotangent: gradient)
    try optimizer.step(parameters, along: gradients)
    return loss
  }

  /// The loss of the latest logits and its gradient by them.
  func lossAndGradient() throws -> (loss: Float, gradient: Tensor) {
    let leaf = logits.requiringGradient()
    let mean = try bagLoss(logits: leaf.reshaped(logitsShape), labels: labels).mean()
    return (try mean.item(), try mean.gradients(of: [leaf])[0])
  }
}
