import DifferentiableTensor
import Testing

@Suite struct TapeNodeTests {
  static let length = 100_000

  @Test func longChainIsWalkedAndFreedWithoutRecursion() throws {
    let leaf = Tensor(1).requiringGradient()
    var result = leaf
    for _ in 0..<Self.length { result = result + 1 }
    #expect(try result.item() == Float(Self.length + 1))
    #expect(try result.gradients(of: [leaf])[0].item() == 1)
    result = leaf
  }

  @Test func longChainThroughCapturedTensorsIsFreedWithoutRecursion() {
    let leaf = Tensor(1).requiringGradient()
    var result = leaf
    for _ in 0..<Self.length {
      let input = result
      // Captures a tensor that is on the tape, which built-in operations avoid.
      result = Tensor.recorded("hold", inputs: [input], output: Tensor(1)) { cotangent in
        withExtendedLifetime(input) { [cotangent] }
      }
    }
    #expect(result.isTracked)
    result = leaf
  }

  @Test func longLadderIsFreedWithoutRecursion() throws {
    let leaf = Tensor(1).requiringGradient()
    var (left, right) = (leaf, leaf)
    for _ in 0..<Self.length / 4 { (left, right) = (try left - right, try right - left) }
    #expect(left.isTracked && right.isTracked)
    (left, right) = (leaf, leaf)
  }

  @Test func sharedPartsSurvive() throws {
    let leaf = Tensor(2).requiringGradient()
    let shared = leaf * 3
    var first: Tensor? = try shared * shared
    let second = shared + 1
    #expect(first?.isTracked == true)
    first = nil
    #expect(try second.gradients(of: [leaf])[0].item() == 3)
  }

  @Test func withoutGradientHoldsInItsBodyOnly() throws {
    let leaf = Tensor(2).requiringGradient()
    #expect(!withoutGradient { leaf * 2 }.isTracked)
    #expect((leaf * 2).isTracked)
    #expect(throws: TensorError.notScalar(shape: [0])) {
      try withoutGradient { try Tensor.zeros([0]).item() }
    }
  }
}
