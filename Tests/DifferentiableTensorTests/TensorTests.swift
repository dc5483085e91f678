import DifferentiableTensor
import Testing

@Suite struct TensorTests {
  @Test func holdsItsScalars() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.rank == 2)
    #expect(tensor.count == 6)
    #expect(tensor.scalars == [1, 2, 3, 4, 5, 6])
    #expect(Tensor(7).shape == [])
    #expect(try Tensor(7).item() == 7)
    #expect(try Tensor([8], shape: [1, 1]).item() == 8)
    #expect(try Tensor([], shape: [0, 3]).scalars == [])
  }

  @Test func refusesWrongCountsAndShapes() throws {
    #expect(throws: TensorError.scalarCountMismatch(expected: 6, found: 5)) {
      try Tensor([1, 2, 3, 4, 5], shape: [2, 3])
    }
    #expect(throws: TensorError.scalarCountMismatch(expected: 1, found: 0)) {
      try Tensor([], shape: [])
    }
    #expect(throws: TensorError.negativeExtent(shape: [2, -1])) { try Tensor([1], shape: [2, -1]) }
    #expect(throws: TensorError.notScalar(shape: [2])) { try Tensor([1, 2], shape: [2]).item() }
    #expect(throws: TensorError.notScalar(shape: [0])) { try Tensor([], shape: [0]).item() }
  }

  @Test func bodyWritesTheScalars() throws {
    let tensor = try Tensor(
      shape: [3], unsafeUninitialized: { buffer in for index in 0..<3 { buffer[index] = 2 } })
    #expect(tensor.scalars == [2, 2, 2])
    #expect(throws: CancellationError.self) {
      try Tensor(shape: [3], unsafeUninitialized: { _ in throw CancellationError() })
    }
    #expect(throws: TensorError.negativeExtent(shape: [-3])) {
      try Tensor(shape: [-3], unsafeUninitialized: { _ in })
    }
  }

  @Test func scalarsStartOnACacheLine() throws {
    for count in [1, 15, 17, 1000, 123_457] {
      let tensor = try Tensor.zeros([count])
      #expect(tensor.withUnsafeScalars { Int(bitPattern: $0.baseAddress) % 64 } == 0)
    }
  }

  @Test func copiesDoNotSeeEachOthersChanges() throws {
    let original = try Tensor([1, 2], shape: [2])
    var copy = original
    let view = try original.reshaped([2, 1])
    copy.withUnsafeMutableScalars { $0[0] = 9 }
    #expect(copy.scalars == [9, 2])
    #expect(original.scalars == [1, 2])
    #expect(view.scalars == [1, 2])
  }

  @Test func unsharedScalarsChangeInPlace() throws {
    var tensor = try Tensor([1, 2], shape: [2])
    let before = tensor.withUnsafeScalars { $0.baseAddress.map(Int.init(bitPattern:)) }
    tensor.withUnsafeMutableScalars { $0[1] = 5 }
    #expect(before == tensor.withUnsafeScalars { $0.baseAddress.map(Int.init(bitPattern:)) })
    #expect(tensor.scalars == [1, 5])
  }

  @Test func changedLeafStaysALeaf() throws {
    var leaf = try Tensor([3], shape: [1]).requiringGradient()
    let square = try leaf * leaf
    leaf.withUnsafeMutableScalars { $0[0] = 100 }
    #expect(leaf.isTracked)
    #expect(try square.gradients(of: [leaf])[0].scalars == [6])
    #expect(try (leaf * leaf).gradients(of: [leaf])[0].scalars == [200])
  }

  @Test func changedResultLeavesTheTape() throws {
    let leaf = Tensor(3).requiringGradient()
    var result = leaf * 2
    result.withUnsafeMutableScalars { $0[0] = 1 }
    #expect(!result.isTracked)
  }

  @Test func describesItself() throws {
    #expect("\(try Tensor([1, 2.5], shape: [2]))" == "Tensor(shape: [2], scalars: [1.0, 2.5])")
    #expect("\(try Tensor.zeros([9]))".hasSuffix(", …])"))
  }
}
