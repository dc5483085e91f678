import DifferentiableTensor
import Testing

@Suite struct PiecewiseLinearTests {
  static let scalars: [Float] = [-.infinity, -2, -1, 0, 1, 2, .infinity, .nan]

  static func gradient(_ function: (Tensor) throws -> Tensor) throws -> [Float] {
    let input = try Tensor(scalars, shape: [8]).requiringGradient()
    return try function(input).gradients(of: [input], cotangent: Tensor(repeating: 5, shape: [8]))[
      0
    ]
    .scalars
  }

  @Test func relu() throws {
    let values = try Tensor(Self.scalars, shape: [8]).relu().scalars
    #expect(values.dropLast() == [0, 0, 0, 0, 1, 2, .infinity])
    #expect(values[7].isNaN)
    #expect(try Self.gradient { $0.relu() } == [0, 0, 0, 0, 5, 5, 5, 5])
  }

  @Test func abs() throws {
    let values = try Tensor(Self.scalars, shape: [8]).abs().scalars
    #expect(values.dropLast() == [.infinity, 2, 1, 0, 1, 2, .infinity])
    #expect(values[7].isNaN)
    let gradient = try Self.gradient { $0.abs() }
    #expect(gradient.dropLast() == [-5, -5, -5, 0, 5, 5, 5])
    #expect(gradient[7].isNaN)
  }

  @Test func clamped() throws {
    let values = try Tensor(Self.scalars, shape: [8]).clamped(to: -1...1.5).scalars
    #expect(values.dropLast() == [-1, -1, -1, 0, 1, 1.5, 1.5])
    #expect(values[7].isNaN)
    #expect(try Self.gradient { $0.clamped(to: -1...1) } == [0, 0, 5, 5, 5, 0, 0, 5])
  }
}
