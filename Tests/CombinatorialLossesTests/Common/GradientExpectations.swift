import CombinatorialLosses
import Testing

/// Expects that the gradient of a function agrees with central differences.
func expectGradient(
  of function: ([Tensor]) throws -> Tensor, at inputs: [Tensor],
  step: Float = GradientCheck.step, seed: UInt64 = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let report = try GradientCheck.centralDifferences(
    of: function, at: inputs, step: step, seed: seed)
  #expect(report.passes(), "\(report)", sourceLocation: sourceLocation)
}

/// Expects that the gradient of a concave loss is a supergradient, and that of a convex one a subgradient: along
/// random directions, at kinks too.
func expectSupergradient(
  of loss: (Tensor) throws -> Tensor, at point: Tensor,
  curvature: GradientCheck.Curvature = .concave, seed: Int, _ note: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let leaf = point.requiringGradient()
  let report = try GradientCheck.directionalDerivatives(
    of: loss, at: point, supergradient: loss(leaf).gradients(of: [leaf])[0],
    along: GradientCheck.randomDirections(6, shape: point.shape, seed: UInt64(seed)),
    curvature: curvature)
  #expect(report.passes(), "\(note) seed \(seed): \(report)", sourceLocation: sourceLocation)
}
