/// An element type that the kernels are compiled for: `Float` and `Double`.
package protocol KernelScalar: BinaryFloatingPoint, Sendable {}

extension Float: KernelScalar {}
extension Double: KernelScalar {}
