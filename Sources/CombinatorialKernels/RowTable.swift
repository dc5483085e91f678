internal import CCombinatorialKernels

/// The row kernels of one element type and one instruction set.
struct RowTable<Scalar: CostScalar>: @unchecked Sendable {
  typealias In = UnsafeRawPointer?
  typealias Out = UnsafeMutableRawPointer?
  typealias Labels = UnsafePointer<Int32>?

  let logSumExp: (In, Int, Int, Int, UnsafeMutablePointer<Double>?) -> Void
  let softmax: (In, Int, Int, Int, Int, Out) -> Void
  let logSoftmax: (In, Int, Int, Int, Int, Out) -> Void
  let softmaxBackward: (In, In, Int, Int, Out) -> Void
  let logSoftmaxBackward: (In, In, Int, Int, Out) -> Void
  let crossEntropy:
    (In, Labels, Int, Int, Int, UnsafeMutablePointer<Double>?, Out, UnsafeMutablePointer<cl_fault>?)
      -> cl_status
  let crossEntropyBackward:
    (
      In, Labels, UnsafePointer<Double>?, In, Int, Int, Int, Int, Int, cl_rows_store, Out,
      UnsafeMutablePointer<cl_fault>?
    ) -> cl_status
  let bagCosts:
    (
      In, Labels, Int, Int, Int, Int, Int, UnsafeMutablePointer<Double>?, Out,
      UnsafeMutablePointer<cl_fault>?
    ) -> cl_status
  let bagCostsBackward:
    (
      In, Labels, UnsafePointer<Double>?, In, Int, Int, Int, Int, Int, Int, cl_rows_store, Out,
      UnsafeMutablePointer<cl_fault>?
    ) -> cl_status
  let exponential: (In, Int, Out) -> Void

  /// The table of an available instruction set.
  static func table(_ set: InstructionSet) -> RowTable<Scalar> {
    RowTable(set.found { cl_rows_table($0, Scalar.element) }.pointee)
  }

  init(_ kernels: cl_rows_kernels) {
    logSumExp = kernels.log_sum_exp
    softmax = kernels.softmax
    logSoftmax = kernels.log_softmax
    softmaxBackward = kernels.softmax_backward
    logSoftmaxBackward = kernels.log_softmax_backward
    crossEntropy = kernels.cross_entropy
    crossEntropyBackward = kernels.cross_entropy_backward
    bagCosts = kernels.bag_costs
    bagCostsBackward = kernels.bag_costs_backward
    exponential = kernels.exponential
  }
}
