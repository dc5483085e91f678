import CombinatorialKernels
import DifferentiableTensor
import Testing

@Suite struct TensorRecordingTests {
  @Test func untrackedInputsDropThePullback() {
    weak var canary: Canary?
    func run() -> Tensor {
      let object = Canary()
      canary = object
      return Tensor.recorded("identity", inputs: [Tensor(1)], output: Tensor(1)) { cotangent in
        withExtendedLifetime(object) { [cotangent] }
      }
    }
    let result = run()
    #expect(!result.isTracked)
    #expect(canary == nil)
  }

  @Test func recordedReplacesTheHistoryOfItsOutput() throws {
    let leaf = Tensor(2).requiringGradient()
    let output = Tensor.recorded("straight through", inputs: [leaf], output: try leaf * leaf) {
      [$0]
    }
    #expect(try output.item() == 4)
    #expect(try output.gradients(of: [leaf])[0].item() == 1)
    let other = Tensor(2).requiringGradient()
    let opaque = Tensor.recorded("opaque", inputs: [Tensor(1)], output: other * 2) { [$0] }
    #expect(!opaque.isTracked)
  }

  @Test func detachedTensorsStopTheGradient() throws {
    let leaf = Tensor(3).requiringGradient()
    let product = try leaf * leaf.detached
    #expect(try product.gradients(of: [leaf])[0].item() == 3)
    #expect(!leaf.detached.isTracked)
  }

  @Test func aLeafIsNewEachTime() throws {
    let first = Tensor(3).requiringGradient()
    let second = first.requiringGradient()
    let gradients = try (first * 2).gradients(of: [first, second])
    #expect(try gradients.map { try $0.item() } == [2, 0])
  }

  @Test func pullbacksRunWithoutRecording() throws {
    let leaf = Tensor(3).requiringGradient()
    let box = Box()
    let output = Tensor.recorded("spy", inputs: [leaf], output: leaf) { cotangent in
      let product = try cotangent * leaf
      box.value.withLock { $0 = product.isTracked }
      return [product]
    }
    let gradient = try output.gradients(of: [leaf])[0]
    #expect(box.value.withLock { $0 } == false)
    #expect(!gradient.isTracked)
    #expect(try gradient.item() == 3)
  }

  final class Box: Sendable {
    let value = Lock<Bool?>(nil)
  }
}
