#if canImport(_Differentiation)
  public import _Differentiation
  public import CombinatorialSolvers

  /// A number that is its own derivative, and that the solvers take as a cost: `Float` and `Double`.
  public protocol DifferentiableCost: CostScalar, Differentiable where TangentVector == Self {}

  extension Float: DifferentiableCost {}
  extension Double: DifferentiableCost {}
#endif
