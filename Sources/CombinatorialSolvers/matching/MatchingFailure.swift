internal import CCombinatorialKernels

/// Why a kernel of a matching problem refused it.
package enum MatchingFailure: Error, Equatable {
  /// A cost is NaN or -infinity; its position in row-major order, or among the entries.
  case invalidCost(position: Int)
  case infeasible
  case tooLarge
}

/// Runs a kernel of a matching problem in memory of its own.
///
/// - Parameters:
///   - workspaceSize: As the kernel's size function gives it; 0: that is too large.
///   - position: Of the cost that it named, if it refused one.
func solveMatching(
  workspaceSize: Int, position: () -> Int = { 0 },
  _ solve: (UnsafeMutableRawPointer) -> cl_status
) throws(MatchingFailure) {
  guard workspaceSize > 0 else { throw .tooLarge }
  let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
  defer { workspace.deallocate() }
  switch solve(workspace) {
  case CL_STATUS_OK: return
  case CL_STATUS_INVALID_COST: throw .invalidCost(position: position())
  case CL_STATUS_INFEASIBLE: throw .infeasible
  default: throw .tooLarge
  }
}
