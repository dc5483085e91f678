import CombinatorialLosses
import LinearPrograms
import Testing

struct DocumentationTests {
  /// The example that the module's page opens with.
  @Test func theFirstExampleIsRight() throws {
    // min 3x + 2y + 4z  subject to  x + y = 1,  y + z = 2,  x, y, z >= 0
    let costs = try Tensor([3, 2, 4], shape: [3]).requiringGradient()
    let matrix = try Tensor([1, 1, 0, 0, 1, 1], shape: [2, 3])
    let bounds = try Tensor([1, 2], shape: [2]).requiringGradient()
    let value = try LinearProgram().optimalValue(
      costs: costs, constraints: matrix, bounds: bounds)  // 6
    let gradients = try value.gradients(of: [costs, bounds])  // u* = 0 1 1,  v* = -2 4
    #expect(try value.item() == 6)
    #expect(gradients.map(\.scalars) == [[0, 1, 1], [-2, 4]])
  }
}
