internal import CCombinatorialKernels

/// A directed network whose numbers the caller has checked; see `cl_flow_network`.
package struct FlowNetwork: Sendable {
  package var nodes: Int
  package var sources: [Int32]
  package var targets: [Int32]
  package var costs: [Double]
  package var capacities: [Double]
  package var supplies: [Double]

  package init(
    nodes: Int, sources: [Int32], targets: [Int32], costs: [Double], capacities: [Double],
    supplies: [Double]
  ) {
    self.nodes = nodes
    self.sources = sources
    self.targets = targets
    self.costs = costs
    self.capacities = capacities
    self.supplies = supplies
  }
}

/// Why the kernel refused a network.
package enum FlowFailure: Error, Equatable {
  case infeasible, unbounded, outOfRange, tooLarge
}

/// The network simplex on sparse networks.
package enum MinimumCostFlowKernel {
  package struct Output: Sendable {
    package var value: Double
    package var flows: [Double]
    package var potentials: [Double]
  }

  /// Solves one network.
  ///
  /// - Parameter tolerance: share of what a node has to do with that may stay there; see `cl_minimum_cost_flow_solve`.
  package static func solve(
    _ network: FlowNetwork, tolerance: Double
  ) throws(FlowFailure) -> Output {
    let arcs = network.sources.count
    let size = cl_minimum_cost_flow_workspace_size(network.nodes, arcs)
    guard size > 0 else { throw .tooLarge }
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    defer { workspace.deallocate() }
    var output = Output(value: 0, flows: [], potentials: [])
    var status = CL_STATUS_OK
    output.flows = filledArray(count: arcs, of: 0) { flows in
      output.potentials = filledArray(count: network.nodes, of: 0) { potentials in
        status = network.withUnsafeNetwork {
          cl_minimum_cost_flow_solve(
            $0, tolerance, workspace, &output.value, flows.value, potentials.value)
        }
      }
    }
    switch status {
    case CL_STATUS_OK: return output
    case CL_STATUS_INFEASIBLE: throw .infeasible
    case CL_STATUS_UNBOUNDED: throw .unbounded
    case CL_STATUS_OUT_OF_RANGE: throw .outOfRange
    default: throw .tooLarge
    }
  }
}

extension FlowNetwork {
  fileprivate func withUnsafeNetwork<Result>(
    _ body: (UnsafePointer<cl_flow_network>) -> Result
  ) -> Result {
    sources.withUnsafeBufferPointer { sources in
      targets.withUnsafeBufferPointer { targets in
        costs.withUnsafeBufferPointer { costs in
          capacities.withUnsafeBufferPointer { capacities in
            supplies.withUnsafeBufferPointer { supplies in
              var network = cl_flow_network(
                nodes: nodes, arcs: sources.count, sources: sources.baseAddress,
                targets: targets.baseAddress, costs: costs.baseAddress,
                capacities: capacities.baseAddress, supplies: supplies.baseAddress)
              return body(&network)
            }
          }
        }
      }
    }
  }
}
