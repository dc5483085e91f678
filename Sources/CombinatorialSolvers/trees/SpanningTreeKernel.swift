internal import CCombinatorialKernels

/// A minimum spanning tree.
package struct SpanningTreeOutput: Sendable {
  package var value: Double
  /// `[nodes - 1]`: edges in ascending order of cost, then of number.
  package var edges: [Int32]
}

/// A minimum spanning arborescence and the sets that prove it: the nodes, then contracted cycles.
package struct ArborescenceOutput: Sendable {
  package var value: Double
  /// `[nodes]`: the arc into each node, -1 for the root.
  package var arcInto: [Int32]
  /// `[sets]`: the set that each was contracted into, or -1.
  package var parents: [Int32]
  /// `[sets]`.
  package var duals: [Double]
}

/// Why the kernels refused a graph.
package enum SpanningFailure: Error, Equatable {
  case invalidCost(edge: Int)
  case infeasible
  /// The value exceeds the largest double.
  case overflow
  case tooLarge

  init(_ status: cl_status, invalid: Int) {
    switch status {
    case CL_STATUS_INVALID_COST: self = .invalidCost(edge: invalid)
    case CL_STATUS_INFEASIBLE: self = .infeasible
    case CL_STATUS_OUT_OF_RANGE: self = .overflow
    default: self = .tooLarge
    }
  }
}

/// The kernels for spanning trees and arborescences.
package enum SpanningTreeKernel {
  /// Solves one problem. The caller has checked that there is a cost for each of `ends [edges, 2]`, and
  /// their nodes.
  package static func tree<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, nodeCount: Int, ends: [Int32]
  ) throws(SpanningFailure) -> SpanningTreeOutput {
    let workspaceSize = cl_spanning_tree_workspace_size(nodeCount, costs.count)
    guard workspaceSize > 0 else { throw .tooLarge }
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    var output = SpanningTreeOutput(
      value: 0, edges: .init(repeating: 0, count: max(0, nodeCount - 1)))
    var fault = cl_fault()
    let status = cl_spanning_tree_solve(
      Scalar.element, costs.baseAddress, nodeCount, costs.count, ends, workspace, &output.value,
      &output.edges, &fault)
    guard status == CL_STATUS_OK else { throw SpanningFailure(status, invalid: fault.column) }
    return output
  }

  /// Solves one problem. The caller has checked that there is a cost for each of `ends [arcs, 2]`, their
  /// nodes, and the root.
  package static func arborescence(
    _ costs: [Double], nodeCount: Int, ends: [Int32], root: Int
  ) throws(SpanningFailure) -> ArborescenceOutput {
    let workspaceSize = cl_spanning_arborescence_workspace_size(nodeCount, costs.count)
    guard workspaceSize > 0 else { throw .tooLarge }
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    var output = ArborescenceOutput(
      value: 0, arcInto: .init(repeating: -1, count: nodeCount),
      parents: .init(repeating: -1, count: 2 * nodeCount),
      duals: .init(repeating: 0, count: 2 * nodeCount))
    var (sets, fault) = (0, cl_fault())
    let status = cl_spanning_arborescence_solve(
      costs, nodeCount, costs.count, ends, Int32(root), workspace, &output.value, &output.arcInto,
      &output.parents, &output.duals, &sets, &fault)
    guard status == CL_STATUS_OK else { throw SpanningFailure(status, invalid: fault.column) }
    output.parents.removeSubrange(sets...)
    output.duals.removeSubrange(sets...)
    return output
  }

  /// What an arborescence costs more than its sets prove, in exact arithmetic: see `cl_spanning_arborescence_gap`.
  package static func arborescenceGap(
    _ costs: [Double], nodeCount: Int, ends: [Int32], root: Int, arcInto: [Int32], parents: [Int32]
  ) -> Double {
    let workspace = UnsafeMutableRawPointer.allocate(
      byteCount: cl_spanning_arborescence_workspace_size(nodeCount, costs.count), alignment: 64)
    defer { workspace.deallocate() }
    return cl_spanning_arborescence_gap(
      costs, nodeCount, costs.count, ends, Int32(root), workspace, arcInto, parents, parents.count)
  }
}
