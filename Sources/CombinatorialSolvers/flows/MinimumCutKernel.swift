internal import CCombinatorialKernels

/// The graph of a maximum flow: arc a leads from `tails[a]` to `heads[a]`.
package struct FlowGraph: Sendable, Hashable {
  package let nodes: Int
  package let tails: [Int32]
  package let heads: [Int32]
  package let source: Int32
  package let sink: Int32

  package init(nodes: Int, tails: [Int32], heads: [Int32], source: Int32, sink: Int32) {
    self.nodes = nodes
    self.tails = tails
    self.heads = heads
    self.source = source
    self.sink = sink
  }
}

/// A batch of grids: costs `[batch, 2 + neighbours, rows, columns]`.
package struct GridCutShape: Sendable, Hashable {
  package let batch: Int
  package let rows: Int
  package let columns: Int
  package let neighbours: Int

  package init(batch: Int, rows: Int, columns: Int, neighbours: Int) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.neighbours = neighbours
  }

  package var cells: Int { rows * columns }
  /// Costs of one grid.
  package var costCount: Int { (2 + neighbours) * cells }

  var cValue: cl_grid_cut_shape {
    cl_grid_cut_shape(rows: rows, columns: columns, neighbors: neighbours)
  }
}

/// Minimum cuts of a batch.
package struct MinimumCutOutput: Sendable {
  /// `[batch]`.
  package var values: [Double] = []
  /// `[batch, nodes]`: 1 on the source's side.
  package var sourceSide: [UInt8] = []
  /// `[batch, arcs]`, or `[batch, 2 + neighbours, rows, columns]`. Empty if not asked for.
  package var flow: [Double] = []
}

/// Why the kernel refused a problem of the batch: the first one, whatever the threads did.
package enum MinimumCutFailure: Error, Equatable {
  case invalidCapacity(batch: Int, index: Int)
  case unbounded(batch: Int)
  case outOfRange(batch: Int)
  case tooLarge
}

/// The flow kernels, one problem after the other on slices of the batch.
package enum MinimumCutKernel {
  /// Cuts a graph once for each of a batch of capacities `[batch, arcs]`. The caller has checked that
  /// they are as many, that arcs join nodes, and that source and sink are two of them.
  package static func solve<Scalar: CostScalar>(
    _ capacities: UnsafeBufferPointer<Scalar>, batch: Int, graph: FlowGraph, withFlow: Bool,
    maxThreads: Int? = nil
  ) throws(MinimumCutFailure) -> MinimumCutOutput {
    let arcs = graph.tails.count
    let job = CutJob(
      capacities: capacities, batch: batch, stride: arcs, lineLength: 0, nodes: graph.nodes,
      workspaceSize: cl_maximum_flow_workspace_size(graph.nodes, arcs), withFlow: withFlow)
    return try job.run(minimumSlice: max(1, 256 / max(1, arcs)), maxThreads: maxThreads) { task in
      graph.tails.withUnsafeBufferPointer { tails in
        graph.heads.withUnsafeBufferPointer { heads in
          var view = cl_flow_graph(
            tails: tails.baseAddress, heads: heads.baseAddress, nodes: graph.nodes, arcs: arcs,
            source: graph.source, sink: graph.sink)
          return cl_maximum_flow_solve(
            Scalar.element, &view, task.capacities, task.workspace, task.output.value,
            task.output.sourceSide, task.output.flow, task.fault)
        }
      }
    }
  }

  /// Cuts every grid of a batch. The caller has checked that the costs fill the shape.
  package static func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: GridCutShape, withFlow: Bool,
    maxThreads: Int? = nil
  ) throws(MinimumCutFailure) -> MinimumCutOutput {
    let view = shape.cValue
    let job = CutJob(
      capacities: costs, batch: shape.batch, stride: shape.costCount, lineLength: shape.columns,
      nodes: shape.cells,
      workspaceSize: cl_grid_cut_workspace_size(view), withFlow: withFlow)
    let minimumSlice = max(1, 256 / max(1, shape.cells))
    return try job.run(minimumSlice: minimumSlice, maxThreads: maxThreads) { task in
      cl_grid_cut_solve(
        Scalar.element, task.capacities, view, task.workspace, task.output.value,
        task.output.sourceSide, task.output.flow, task.fault)
    }
  }
}

/// Where the cut of one problem goes.
private struct CutPointers {
  let value: UnsafeMutablePointer<Double>
  let sourceSide: UnsafeMutablePointer<UInt8>
  let flow: UnsafeMutablePointer<Double>?
}

/// One problem, as the kernel takes it.
private struct CutTask<Scalar> {
  let capacities: UnsafePointer<Scalar>?
  let workspace: UnsafeMutableRawPointer
  let output: CutPointers
  let fault: UnsafeMutablePointer<cl_fault>
}

/// One batch as a kernel sees it. The slices write to disjoint parts of the output.
private struct CutJob<Scalar: CostScalar>: @unchecked Sendable {
  let capacities: UnsafeBufferPointer<Scalar>
  let batch: Int
  /// Capacities of one problem, and numbers of its flow.
  let stride: Int
  /// Capacities in a row of the fault.
  let lineLength: Int
  let nodes: Int
  let workspaceSize: Int
  let withFlow: Bool

  func run(
    minimumSlice: Int, maxThreads: Int?, _ kernel: @Sendable (CutTask<Scalar>) -> cl_status
  ) throws(MinimumCutFailure) -> MinimumCutOutput {
    guard workspaceSize > 0 else { throw .tooLarge }
    var result = MinimumCutOutput()
    let failures = Lock<[(item: Int, failure: MinimumCutFailure)]>([])
    result.values = filledArray(count: batch, of: 0) { values in
      result.sourceSide = filledArray(count: batch * nodes, of: 0) { sides in
        result.flow = filledArray(count: withFlow ? batch * stride : 0, of: 0) { flow in
          Parallel.forEachSlice(of: batch, minimumSlice: minimumSlice, maxThreads: maxThreads) {
            let failure = run($0, kernel) { item in
              CutPointers(
                value: values.value + item, sourceSide: sides.value + item * nodes,
                flow: withFlow ? flow.value + item * stride : nil)
            }
            if let failure { failures.withLock { $0.append(failure) } }
          }
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.item < $1.item } }) { throw first.failure }
    return result
  }

  /// Solves the problems of a slice up to the first that fails.
  private func run(
    _ slice: Range<Int>, _ kernel: (CutTask<Scalar>) -> cl_status, output: (Int) -> CutPointers
  ) -> (item: Int, failure: MinimumCutFailure)? {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    for item in slice {
      var fault = cl_fault()
      let status = withUnsafeMutablePointer(to: &fault) { fault in
        kernel(
          CutTask(
            capacities: capacities.baseAddress.map { $0 + item * stride }, workspace: workspace,
            output: output(item), fault: fault))
      }
      switch status {
      case CL_STATUS_OK: continue
      case CL_STATUS_INVALID_COST:
        return (item, .invalidCapacity(batch: item, index: fault.row * lineLength + fault.column))
      case CL_STATUS_UNBOUNDED: return (item, .unbounded(batch: item))
      case CL_STATUS_OUT_OF_RANGE: return (item, .outOfRange(batch: item))
      default: return (item, .tooLarge)
      }
    }
    return nil
  }
}
