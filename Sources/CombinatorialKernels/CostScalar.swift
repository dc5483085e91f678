package import CCombinatorialKernels

/// An element type that the kernels are compiled for: `Float` and `Double`.
public protocol CostScalar: BinaryFloatingPoint, Sendable, Encodable {}

extension Float: CostScalar {}
extension Double: CostScalar {}

extension CostScalar {
  /// The kernels' name of the type.
  package static var element: cl_element { Self.self == Float.self ? CL_FLOAT32 : CL_FLOAT64 }
}
