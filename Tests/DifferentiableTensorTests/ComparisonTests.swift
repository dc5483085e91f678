import DifferentiableTensor
import Testing

@Suite struct ComparisonTests {
  @Test func propagateNaNFromEitherSide() throws {
    let left = try Tensor([.nan, 1, .nan, 2], shape: [4])
    let right = try Tensor([1, .nan, .nan, 3], shape: [4])
    let (greater, lesser) = (try Tensor.maximum(left, right), try Tensor.minimum(left, right))
    #expect(greater.scalars.map(\.isNaN) == [true, true, true, false])
    #expect(lesser.scalars.map(\.isNaN) == [true, true, true, false])
    #expect(greater.scalars[3] == 3)
    #expect(lesser.scalars[3] == 2)
  }

  @Test func leftOfEqualElementsGetsTheGradient() throws {
    let left = try Tensor([1, 2, 3], shape: [3]).requiringGradient()
    let right = Tensor(2).requiringGradient()
    let greater = try Tensor.maximum(left, right)
    let cotangent = try Tensor([10, 20, 40], shape: [3])
    let byGreater = try greater.gradients(of: [left, right], cotangent: cotangent)
    #expect(byGreater[0].scalars == [0, 20, 40])
    #expect(byGreater[1].scalars == [10])
    let byLesser = try Tensor.minimum(left, right)
      .gradients(of: [left, right], cotangent: cotangent)
    #expect(byLesser[0].scalars == [10, 20, 0])
    #expect(byLesser[1].scalars == [40])
  }
}
