internal import CCombinatorialKernels

/// Rows of the entropic transport problem, in the log domain.
package struct SinkhornKernel<Scalar: KernelScalar>: @unchecked Sendable {
  private let kernels: cl_sinkhorn_kernels
  private let rows: cl_rows_kernels_f64

  /// The kernels of an instruction set; the scalar ones always exist.
  package init(_ set: InstructionSet = .current) {
    let kernels: UnsafePointer<cl_sinkhorn_kernels> =
      cl_sinkhorn_kernels_for(set.cValue) ?? cl_sinkhorn_kernels_for(CL_INSTRUCTION_SET_SCALAR)
    let rows: UnsafePointer<cl_rows_kernels> =
      cl_rows_kernels_for(set.cValue) ?? cl_rows_kernels_for(CL_INSTRUCTION_SET_SCALAR)
    self.kernels = kernels.pointee
    self.rows = rows.pointee.f64
  }

  /// log sum_j exp(scale (shifts[j] - costs[i][j])) of `count` rows of `shifts.count` costs each.
  package func logSums(
    _ costs: UnsafePointer<Scalar>, count: Int, rowStride: Int, shifts: [Double], scale: Double,
    into result: inout [Double]
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, shifts.count)) { row in
      let raw = UnsafeRawPointer(costs)
      if Scalar.self == Float.self {
        kernels.log_sums_f32(
          raw.assumingMemoryBound(to: Float.self), count, shifts.count, rowStride, shifts, scale,
          rows.log_sum_exp, row.baseAddress, &result)
      } else {
        kernels.log_sums_f64(
          raw.assumingMemoryBound(to: Double.self), count, shifts.count, rowStride, shifts, scale,
          rows.log_sum_exp, row.baseAddress, &result)
      }
    }
  }

  /// exp(scale (shift + shifts[j] - costs[j])) of one row.
  package func masses(
    _ costs: UnsafePointer<Scalar>, shifts: [Double], shift: Double, scale: Double
  ) -> [Double] {
    var masses = [Double](repeating: 0, count: shifts.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, shifts.count)) { row in
      let raw = UnsafeRawPointer(costs)
      if Scalar.self == Float.self {
        kernels.masses_f32(
          raw.assumingMemoryBound(to: Float.self), shifts.count, shifts, shift, scale,
          rows.exponential, row.baseAddress, &masses)
      } else {
        kernels.masses_f64(
          raw.assumingMemoryBound(to: Double.self), shifts.count, shifts, shift, scale,
          rows.exponential, row.baseAddress, &masses)
      }
    }
    return masses
  }
}
