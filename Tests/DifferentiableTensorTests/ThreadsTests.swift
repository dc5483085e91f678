import DifferentiableTensor
import Testing

@Suite struct ThreadsTests {
  @Test(arguments: [-1, 0, 1, 3, 1000])
  func anyLimitWorks(limit: Int) throws {
    let sum = try withMaxThreads(limit) { try Tensor.ones([1 << 18]).sum().item() }
    #expect(sum == 0x1p18)
  }

  @Test func errorsPassThrough() {
    #expect(throws: TensorError.negativeExtent(shape: [-1])) {
      try withMaxThreads(1) { try Tensor.ones([-1]) }
    }
  }
}
