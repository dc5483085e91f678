internal import CCombinatorialKernels

/// An element type that the kernels are compiled for: `Float` and `Double`.
package protocol KernelScalar: BinaryFloatingPoint, Sendable {}

extension Float: KernelScalar {}
extension Double: KernelScalar {}

extension KernelScalar {
  /// What the kernels call the type.
  static var element: cl_element { Self.self == Float.self ? CL_FLOAT32 : CL_FLOAT64 }
}
