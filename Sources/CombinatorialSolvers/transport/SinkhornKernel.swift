internal import CCombinatorialKernels
internal import CombinatorialKernels

/// Rows of the entropic transport problem, in the log domain.
struct SinkhornKernel<Scalar: CostScalar>: @unchecked Sendable {
  private let kernels: cl_sinkhorn_kernels
  private let stop: StopFlag?

  /// The kernels of an instruction set; the scalar ones always exist.
  ///
  /// - Parameter stop: That of the call, which ends with any numbers once it is set.
  init(_ set: InstructionSet = .current, stop: StopFlag? = nil) {
    self.stop = stop
    kernels = set.found { cl_sinkhorn_table($0, Scalar.element) }.pointee
  }

  /// Whether the call is to end.
  var isStopped: Bool { stop?.isSet ?? false }

  /// log sum_j exp(scale (shifts[j] - costs[i][j])) of `count` rows of `shifts.count` costs each.
  func logSums(
    _ costs: UnsafePointer<Scalar>, count: Int, rowStride: Int, shifts: [Double], scale: Double,
    into result: inout [Double]
  ) {
    let size = cl_sinkhorn_workspace_size(shifts.count)
    let rowsOfRound = max(1, (1 << 16) / max(1, shifts.count))
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 64) { workspace in
      result.withUnsafeMutableBufferPointer { result in
        for first in stride(from: 0, to: count, by: rowsOfRound) where !isStopped {
          kernels.log_sums(
            costs + first * rowStride, min(rowsOfRound, count - first), shifts.count, rowStride,
            shifts, scale, workspace.baseAddress, result.baseAddress.map { $0 + first })
        }
      }
    }
  }

  /// exp(scale (shift + shifts[j] - costs[j])) of one row.
  func masses(
    _ costs: UnsafePointer<Scalar>, shifts: [Double], shift: Double, scale: Double
  ) -> [Double] {
    var masses = [Double](repeating: 0, count: shifts.count)
    let size = cl_sinkhorn_workspace_size(shifts.count)
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 64) { workspace in
      kernels.masses(costs, shifts.count, shifts, shift, scale, workspace.baseAddress, &masses)
    }
    return masses
  }
}
