import CombinatorialKernels
import DifferentiableTensor
import Testing

@Suite struct TensorGradientsTests {
  @Test func addUpOverAllUses() throws {
    let leaf = Tensor(3).requiringGradient()
    let (square, triple) = (try leaf * leaf, leaf * 3)
    let sum = try square + triple + leaf
    #expect(try sum.gradients(of: [leaf])[0].item() == 2 * 3 + 3 + 1)
  }

  @Test func doubleAtEachOfManySteps() throws {
    let leaf = Tensor(1).requiringGradient()
    var result = leaf
    for _ in 0..<100 { result = try result + result }
    #expect(try result.gradients(of: [leaf])[0].item() == 0x1p100)
  }

  @Test func ofIntermediatesAndOfTheLossItself() throws {
    let leaf = try Tensor([1, 2], shape: [2]).requiringGradient()
    let middle = leaf * 3
    let loss = try (middle * middle).sum()
    let gradients = try loss.gradients(of: [middle, loss, leaf, middle])
    #expect(gradients.map(\.scalars) == [[6, 12], [1], [18, 36], [6, 12]])
    #expect(gradients.map(\.shape) == [[2], [], [2], [2]])
  }

  /// What was used last is complete first; what was used twice when both uses are counted.
  @Test func areToldAsTheyAreComplete() throws {
    let leaves = (0..<4).map { _ in Tensor(2).requiringGradient() }
    let unused = Tensor(5).requiringGradient()
    var result = leaves[0]
    for leaf in leaves[1...] { result = try result * leaf }
    result = try result * leaves[1]
    var told: [(position: Int, gradient: Float)] = []
    let gradients = try result.gradients(of: leaves + [unused, leaves[3]]) {
      told.append(($0, $1.scalars[0]))
    }
    #expect(told.map(\.position) == [3, 5, 2, 1, 0, 4])
    #expect(told.map(\.gradient) == [16, 16, 16, 32, 16, 0])
    #expect(gradients.map { $0.scalars[0] } == [16, 32, 16, 16, 0, 16])
  }

  @Test func areZeroWhereTheLossDoesNotDepend() throws {
    let (used, unused) = (
      Tensor(2).requiringGradient(), try Tensor.ones([2, 3]).requiringGradient()
    )
    let later = unused * 2
    let gradients = try (used * 2).gradients(of: [unused, used, later])
    #expect(gradients[0].shape == [2, 3])
    #expect(gradients[0].scalars == [0, 0, 0, 0, 0, 0])
    #expect(gradients[2].scalars == [0, 0, 0, 0, 0, 0])
    #expect(try gradients[1].item() == 2)
    #expect(try used.gradients(of: []).isEmpty)
  }

  @Test func areNotAlteredByTheCallerOrALaterWalk() throws {
    let leaf = Tensor(2).requiringGradient()
    let loss = try leaf * leaf
    var first = try loss.gradients(of: [leaf])[0]
    first.withUnsafeMutableScalars { $0[0] = 99 }
    #expect(try loss.gradients(of: [leaf])[0].item() == 4)
  }

  @Test func takeACotangent() throws {
    let leaf = try Tensor([1, 2, 3], shape: [3]).requiringGradient()
    let square = leaf.pow(2)
    let cotangent = try Tensor([1, 0, -1], shape: [3])
    #expect(try square.gradients(of: [leaf], cotangent: cotangent)[0].scalars == [2, 0, -6])
    #expect(cotangent.scalars == [1, 0, -1])
    #expect(throws: TensorError.lossNotScalar(shape: [3])) { try square.gradients(of: [leaf]) }
    let error = TensorError.shapeMismatch(
      expected: "a cotangent of the loss's shape [3]", found: [1, 3])
    #expect(throws: error) {
      try square.gradients(of: [leaf], cotangent: cotangent.reshaped([1, 3]))
    }
  }

  @Test func refuseUntrackedTensors() throws {
    let leaf = Tensor(2).requiringGradient()
    #expect(throws: TensorError.untrackedLoss) { try Tensor(1).gradients(of: [leaf]) }
    #expect(throws: TensorError.untrackedLoss) {
      try withoutGradient { leaf * 2 }.gradients(of: [leaf])
    }
    #expect(throws: TensorError.untrackedTensor(position: 1)) {
      try (leaf * 2).gradients(of: [leaf, leaf.detached])
    }
  }

  @Test func worksWithoutGradientAround() throws {
    let leaf = Tensor(2).requiringGradient()
    let loss = leaf * 5
    #expect(try withoutGradient { try loss.gradients(of: [leaf])[0].item() } == 5)
  }

  @Test func onlyPullbacksOnTheWayRun() throws {
    let (wanted, other) = (Tensor(1).requiringGradient(), Tensor(1).requiringGradient())
    let calls = Counter()
    let counted = Tensor.recorded("counted", inputs: [other], output: other) { cotangent in
      calls.number.withLock { $0 += 1 }
      return [cotangent]
    }
    let loss = try wanted + counted
    _ = try loss.gradients(of: [wanted, counted])
    #expect(calls.number.withLock { $0 } == 0)
    _ = try loss.gradients(of: [other])
    #expect(calls.number.withLock { $0 } == 1)
  }

  final class Counter: Sendable {
    let number = Lock(0)
  }

  struct Refusal: Error, CustomStringConvertible { let description = "no" }

  @Test func reportWhatAPullbackDoesWrong() throws {
    let leaf = Tensor(1).requiringGradient()
    func gradient(_ pullback: @escaping @Sendable (Tensor) throws -> [Tensor?]) throws -> Float {
      let output = Tensor.recorded("odd", inputs: [leaf], output: leaf, pullback: pullback)
      return try output.gradients(of: [leaf])[0].item()
    }
    #expect(throws: TensorError.pullbackFailed(operation: "odd", reason: "no")) {
      try gradient { _ in throw Refusal() }
    }
    #expect(throws: TensorError.notScalar(shape: [0])) {
      try gradient { _ in [Tensor(try Tensor.zeros([0]).item())] }
    }
    let count = "expected 1 gradients, found 0"
    #expect(throws: TensorError.pullbackFailed(operation: "odd", reason: count)) {
      try gradient { _ in [] }
    }
    let shape = "expected a gradient of shape [], found [1]"
    #expect(throws: TensorError.pullbackFailed(operation: "odd", reason: shape)) {
      try gradient { _ in [try Tensor.ones([1])] }
    }
    #expect(try gradient { _ in [nil] } == 0)
  }

  @Test func oneTapeServesSeveralThreads() async throws {
    let leaf = try Tensor.ones([50]).requiringGradient()
    var result = leaf
    for _ in 0..<50 { result = (try result * leaf).tanh() }
    let loss = result.sum()
    let expected = try loss.gradients(of: [leaf])[0].scalars
    await withTaskGroup(of: [Float]?.self) { group in
      for _ in 0..<8 {
        group.addTask { try? loss.gradients(of: [leaf])[0].scalars }
      }
      for await scalars in group { #expect(scalars == expected) }
    }
  }
}
