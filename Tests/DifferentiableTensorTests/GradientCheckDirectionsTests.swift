import DifferentiableTensor
import Testing

@Suite struct GradientCheckDirectionsTests {
  /// The least and the greatest element: concave and convex, with kinks at equal elements.
  static let minimum: @Sendable (Tensor) throws -> Tensor = { try $0.min() }
  static let maximum: @Sendable (Tensor) throws -> Tensor = { try $0.max() }

  static func check(
    _ point: [Float], _ gradient: [Float], _ curvature: GradientCheck.Curvature = .concave,
    isDifferentiable: Bool = false
  ) throws -> GradientCheck.DirectionalReport {
    try GradientCheck.directionalDerivatives(
      of: curvature == .concave ? minimum : maximum, at: Tensor(point, shape: [3]),
      supergradient: Tensor(gradient, shape: [3]),
      along: GradientCheck.randomDirections(20, shape: [3], seed: 6), curvature: curvature,
      isDifferentiable: isDifferentiable)
  }

  @Test(arguments: [[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0], [0.25, 0.75, 0]] as [[Float]])
  func acceptsEveryElementOfTheSuperdifferential(gradient: [Float]) throws {
    let report = try Self.check([1, 1, 2], gradient)
    #expect(report.passes(), "\(report)")
    #expect(report.comparisonCount == 20 * 3 * 2)
    #expect(report.derivativeError == nil)
    #expect(try Self.check([1, 1, -2], gradient, .convex).passes())
  }

  @Test(
    arguments: [[0, 0, 1], [1, 1, 0], [0, 0, 0], [-1, 2, 0], [0.99, 0, 0], [1, 0, 0.01]]
      as [[Float]])
  func rejectsWhatIsOutsideIt(gradient: [Float]) throws {
    let report = try Self.check([1, 1, 2], gradient)
    #expect(!report.passes(), "\(report)")
    #expect(report.worst != nil)
    #expect(try !Self.check([1, 1, -2], gradient, .convex).passes())
  }

  @Test func asksForEqualityWhereDifferentiable() throws {
    let smooth = try Self.check([1, 3, 5], [1, 0, 0], isDifferentiable: true)
    #expect(smooth.passes(), "\(smooth)")
    #expect(smooth.derivativeError.map { $0 < 1e-4 } == true)
    // A supergradient at a kink satisfies the inequality, but not the equality.
    #expect(try !Self.check([1, 1, 2], [1, 0, 0], isDifferentiable: true).passes())
  }

  @Test func curvatureMatters() throws {
    #expect(try !Self.check([1, 1, 2], [0, 0, 1], .concave).passes())
    let wrongWay = try GradientCheck.directionalDerivatives(
      of: Self.maximum, at: Tensor([1, 2, 2], shape: [3]),
      supergradient: Tensor([0, 1, 0], shape: [3]),
      along: GradientCheck.randomDirections(5, shape: [3]), curvature: .concave)
    #expect(!wrongWay.passes())
  }

  @Test func refusesOtherShapes() throws {
    let point = try Tensor.zeros([3])
    let error = TensorError.shapeMismatch(expected: "the shape of the point [3]", found: [2])
    #expect(throws: error) {
      try GradientCheck.directionalDerivatives(
        of: Self.minimum, at: point, supergradient: Tensor.zeros([2]), along: [])
    }
    #expect(throws: error) {
      try GradientCheck.directionalDerivatives(
        of: Self.minimum, at: point, supergradient: point, along: [Tensor.zeros([2])])
    }
    #expect(throws: TensorError.notScalar(shape: [3])) {
      try GradientCheck.directionalDerivatives(
        of: { $0 }, at: point, supergradient: point, along: [point])
    }
  }
}
