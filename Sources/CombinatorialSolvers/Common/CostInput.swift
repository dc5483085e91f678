internal import CCombinatorialKernels
package import CombinatorialKernels

/// The costs of a batch as kernels read them, of either type: what runs a kernel need not be generic, and takes as
/// long whichever module calls it.
package struct CostInput: @unchecked Sendable {
  let element: cl_element
  let count: Int
  private let base: UnsafeRawPointer?

  /// Costs that outlive it.
  package init<Scalar: CostScalar>(_ costs: UnsafeBufferPointer<Scalar>) {
    (element, count, base) = (Scalar.element, costs.count, UnsafeRawPointer(costs.baseAddress))
  }

  var isFloat: Bool { element == CL_FLOAT32 }

  /// Where a cost lies.
  func from(_ index: Int) -> UnsafeRawPointer? { base.map { $0 + index * (isFloat ? 4 : 8) } }

  subscript(index: Int) -> Double {
    guard let place = from(index) else { return .nan }
    return isFloat ? Double(place.load(as: Float.self)) : place.load(as: Double.self)
  }

  /// Some of them in double.
  func doubles(_ range: Range<Int>) -> [Double] { range.map { self[$0] } }

  /// Calls `body` with a copy of some of them, of their type.
  func withCosts<Result>(at places: [Int], _ body: (UnsafeRawPointer?) -> Result) -> Result {
    let copy = places.map { self[$0] }
    return isFloat
      ? copy.map { Float($0) }.withUnsafeBufferPointer { body($0.baseAddress) }
      : copy.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
