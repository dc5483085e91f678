import DifferentiableTensor
import NeuralLayers
import Testing

@testable import CombinatorialExperiments

@Suite struct BagNetworkTests {
  @Test(arguments: BagNetwork.allCases, [[1, 28, 28], [3, 32, 32]])
  func givesALogitForEachClass(network: BagNetwork, pictureShape: [Int]) throws {
    let layer = try network.make(pictureShape: pictureShape, classes: 7, seed: 1)
    let logits = try withoutGradient {
      try withEvaluation { try layer(.zeros([2] + pictureShape)) }
    }
    #expect(logits.shape == [2, 7])
  }

  @Test func lenetNeedsRoomForItsSecondConvolution() throws {
    let layer = try BagNetwork.lenet.make(pictureShape: [1, 12, 13], classes: 3, seed: 1)
    #expect(try layer(.zeros([1, 1, 12, 13])).shape == [1, 3])
    #expect(throws: TrainingError.self) {
      try BagNetwork.lenet.make(pictureShape: [1, 12, 11], classes: 3, seed: 1)
    }
  }
}
