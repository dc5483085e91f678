internal import CCombinatorialKernels

/// Why a kernel of a matching problem refused it.
package enum MatchingFailure: Error, Equatable {
  /// A cost is NaN or -infinity; its position in row-major order, or among the entries.
  case invalidCost(position: Int)
  case infeasible
  case tooLarge

  init?(_ status: cl_status, position: @autoclosure () -> Int) {
    switch status {
    case CL_STATUS_OK: return nil
    case CL_STATUS_INVALID_COST: self = .invalidCost(position: position())
    case CL_STATUS_INFEASIBLE: self = .infeasible
    default: self = .tooLarge
    }
  }
}

/// Calls `body` with uninitialized memory for a kernel.
///
/// - Throws: `.tooLarge` if the size, as the kernel's size function gives it, is 0.
func withWorkspace<Result>(
  size: Int, _ body: (UnsafeMutableRawPointer) -> Result
) throws(MatchingFailure) -> Result {
  guard size > 0 else { throw .tooLarge }
  let workspace = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
  defer { workspace.deallocate() }
  return body(workspace)
}
