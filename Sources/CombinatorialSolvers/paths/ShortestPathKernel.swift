internal import CCombinatorialKernels

/// A shortest path and its proof.
package struct ShortestPathOutput: Sendable {
  /// The arcs of the path from the source on.
  package var arcs: [Int32]
  /// `[nodes]`.
  package var potentials: [Double]
}

/// Why the kernel refused a graph.
package enum ShortestPathFailure: Error, Equatable {
  case invalidCost(arc: Int)
  case infeasible
  /// The length exceeds the largest double.
  case overflow
  /// The tree that came back does not lead to the source.
  case brokenTree
  /// The arcs of the cycle in the order of travel.
  case negativeCycle(arcs: [Int])
  case tooLarge
}

/// The kernel for shortest paths in directed graphs.
package enum ShortestPathKernel {
  /// Solves one problem. The caller has checked that there is a cost for each arc, and the two nodes.
  package static func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, slots: ArcSlots, source: Int, target: Int
  ) throws(ShortestPathFailure) -> ShortestPathOutput {
    let nodes = slots.nodeCount
    let slotCosts = slots.arcs.map { Double(costs[Int($0)]) }
    let workspaceSize = cl_shortest_path_workspace_size(nodes, slotCosts.contains { $0 < 0 })
    guard workspaceSize > 0 else { throw .tooLarge }
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    var potentials = [Double](repeating: 0, count: nodes)
    var before = [Int32](repeating: -1, count: nodes)
    var cycle = [Int32](repeating: -1, count: nodes)
    var (cycleLength, fault) = (0, cl_fault())
    let status = slots.withGraph { graph in
      cl_shortest_path_solve(
        graph, slotCosts, Int32(source), Int32(target), workspace, &potentials, &before, &cycle,
        &cycleLength, &fault)
    }
    switch status {
    case CL_STATUS_OK: break
    case CL_STATUS_INVALID_COST: throw .invalidCost(arc: Int(slots.arcs[fault.column]))
    case CL_STATUS_INFEASIBLE: throw .infeasible
    case CL_STATUS_OUT_OF_RANGE: throw .overflow
    case CL_STATUS_NEGATIVE_CYCLE:
      throw .negativeCycle(arcs: cycle[..<cycleLength].map { Int(slots.arcs[Int($0)]) })
    default: throw .tooLarge
    }
    guard let path = slots.path(from: source, to: target, before: before) else {
      throw .brokenTree
    }
    return ShortestPathOutput(arcs: path, potentials: potentials)
  }
}

extension ArcSlots {
  fileprivate func withGraph(_ body: (cl_digraph) -> cl_status) -> cl_status {
    starts.withUnsafeBufferPointer { starts in
      tails.withUnsafeBufferPointer { tails in
        heads.withUnsafeBufferPointer { heads in
          body(
            cl_digraph(
              nodes: nodeCount, arcs: arcs.count, starts: starts.baseAddress,
              tails: tails.baseAddress, heads: heads.baseAddress))
        }
      }
    }
  }

  /// The arcs that lead to the target, from the slot before each node; nil if they do not start at the
  /// source, after as many arcs as a path has at most.
  fileprivate func path(from source: Int, to target: Int, before: [Int32]) -> [Int32]? {
    var path: [Int32] = []
    var node = target
    while node != source {
      let slot = Int(before[node])
      guard path.count < nodeCount, arcs.indices.contains(slot) else { return nil }
      path.append(arcs[slot])
      node = Int(tails[slot])
    }
    return path.reversed()
  }
}
