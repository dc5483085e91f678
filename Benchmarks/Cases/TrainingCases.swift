import CombinatorialLosses
import NeuralLayers

/// What the bag loss costs beside the network that it trains.
enum TrainingCases {
  static var all: [BenchmarkCase] { [residualStep(bags: 8, size: 8)] }

  /// A step of a ResNet-8 on 28 x 28 pictures: "network" is forward and backward from given gradients
  /// of the logits; "loss" is costs, matching and the gradient of the logits. Instances are pictures.
  private static func residualStep(bags: Int, size: Int) -> BenchmarkCase {
    BenchmarkCase(
      name: "training-step/resnet8/\(bags)x\(size)x10/float", isRepresentative: true
    ) {
      var generator = SeededGenerator(seed: 3)
      let pictures = bags * size
      let network = try ResNet(depth: 8, inputChannels: 1, classes: 10, using: &generator)
      let input = try Tensor.random(normal: [pictures, 1, 28, 28], using: &generator)
      let labels = (0..<pictures).map { _ in Int32.random(in: 0..<10, using: &generator) }
      let logits = try withTraining { try network(input) }.detached
      let cotangent = try lossGradient(logits, labels: labels, bags: bags)
      let parameters = network.parameters.map(\.value)
      return [
        Contestant(
          name: "network", instances: pictures,
          run: {
            let output = try withTraining { try network(input) }
            _ = try output.gradients(of: parameters, cotangent: cotangent)
          }, check: {}),
        Contestant(
          name: "loss", instances: pictures, references: ["network"],
          run: { _ = try lossGradient(logits, labels: labels, bags: bags) }, check: {}),
      ]
    }
  }

  private static func lossGradient(_ logits: Tensor, labels: [Int32], bags: Int) throws -> Tensor {
    let leaf = logits.requiringGradient()
    let batch = try leaf.reshaped([bags, labels.count / bags, logits.shape[1]])
    return try bagLoss(logits: batch, labels: labels).mean().gradients(of: [leaf])[0]
  }
}
