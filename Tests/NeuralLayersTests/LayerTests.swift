import DifferentiableTensor
import NeuralLayers
import Testing

/// The example in the documentation of `Layer`.
private final class Scaled: Layer {
  let scale = Parameter("scale", Tensor(3))
  let inner: any Layer
  init(_ inner: any Layer) { self.inner = inner }

  var members: [LayerMember] { [.parameter(scale), .layer("inner", inner)] }
  func callAsFunction(_ input: Tensor) throws -> Tensor { try inner(input) * scale.value }
}

@Suite struct LayerTests {
  @Test func pathsAndOrderFollowTheMembers() throws {
    var generator = SeededGenerator(seed: 101)
    let linear = try Linear(inputs: 2, outputs: 1, using: &generator)
    let model = Scaled(
      Sequential(linear, try BatchNormalization(channels: 1), Dropout(seed: 1)))
    #expect(
      model.namedParameters.map(\.path) == [
        "scale", "inner.0.weight", "inner.0.bias", "inner.1.weight", "inner.1.bias",
      ])
    #expect(
      model.namedBuffers.map(\.path) == ["inner.1.running_mean", "inner.1.running_var"])
    #expect(model.namedRandomSources.map(\.path) == ["inner.2.generator"])
    #expect(model.parameterCount == 1 + 3 + 2)
    let input = try Tensor([1, 2], shape: [1, 2])
    let output = try model(input)
    let gradients = try output.sum().gradients(of: model.parameters)
    #expect(gradients.map(\.shape) == model.parameters.map(\.value.shape))
    #expect(gradients[1].scalars.allSatisfy { $0 != 0 })
  }

  @Test func aSharedParameterIsListedOnce() throws {
    var generator = SeededGenerator(seed: 102)
    let linear = try Linear(inputs: 2, outputs: 2, bias: false, using: &generator)
    let model = Sequential(linear, ReLU(), linear)
    #expect(model.namedParameters.map(\.path) == ["0.weight"])
    #expect(try Sequential()(Tensor(4)).scalars == [4])
  }

  @Test func parametersKeepTheirShape() throws {
    let parameter = Parameter("p", try .zeros([2]))
    let buffer = Buffer("b", try .zeros([2]))
    #expect(throws: TensorError.self) { try parameter.assign(.zeros([3])) }
    #expect(throws: TensorError.self) { try buffer.assign(.zeros([3])) }
    try buffer.assign(.ones([2]).requiringGradient())
    #expect(!buffer.value.isTracked && parameter.value.isTracked)
  }

  @Test func trainingModeEndsWithTheCall() throws {
    #expect(!isTraining)
    withTraining {
      #expect(isTraining)
      withEvaluation { #expect(!isTraining) }
      #expect(isTraining)
    }
    struct Failure: Error {}
    #expect(throws: Failure.self) { try withTraining { throw Failure() } }
    #expect(!isTraining)
  }

  @Test func flattensAllButTheBatch() throws {
    #expect(try Flatten()(.zeros([2, 3, 4])).shape == [2, 12])
    #expect(try Flatten()(.zeros([0, 3])).shape == [0, 3])
    #expect(throws: TensorError.self) { try Flatten()(Tensor(1)) }
  }
}
