import CCombinatorialKernels
import CombinatorialKernels
import Testing

/// What the kernels of assignment's relatives refuse, and that they write nowhere else meanwhile.
@Suite struct MatchingKernelFaultTests {
  private let memory = MatchingMemory(fill: 0xA5, offset: 71)

  @Test(arguments: [Double.nan, -.infinity], [0, 7, 11])
  func theFirstInvalidCostIsNamed(value: Double, cell: Int) {
    var costs = [Double](repeating: 1, count: 12)
    costs[cell] = value
    costs[11] = value
    let place = [cell / 4, cell % 4]
    let semi = memory.semi(costs, rows: 3, capacities: [1, 1, 1, 1])
    #expect(semi.status == CL_STATUS_INVALID_COST && semi.fault == place)
    let bottleneck = memory.bottleneck(costs, rows: 3, columns: 4)
    #expect(bottleneck.status == CL_STATUS_INVALID_COST && bottleneck.fault == place)
    let indices = (0..<12).map { Int32($0 % 4) }
    let sparse = memory.sparse(offsets: [0, 4, 8, 12], indices: indices, costs: costs, columns: 4)
    #expect(sparse.status == CL_STATUS_INVALID_COST && sparse.fault == [0, cell])

    let expected = MatchingFailure.invalidCost(position: cell)
    #expect(throws: expected) {
      try SemiAssignmentKernel.solve(costs, rows: 3, capacities: [1, 1, 1, 1])
    }
    #expect(throws: expected) { try BottleneckAssignmentKernel.solve(costs, rows: 3, columns: 4) }
    #expect(throws: expected) {
      try SparseAssignmentKernel.solve(
        offsets: [0, 4, 8, 12], columnIndices: indices, costs: costs, columns: 4)
    }
  }

  /// Two rows that want the only column with room, that share their only column, or have no entry.
  @Test func whatCannotBeMatchedIsInfeasible() {
    let inf = Double.infinity
    let costs = [1, inf, 1, inf, 1, 1]
    #expect(memory.semi(costs, rows: 3, capacities: [1, 2]).status == CL_STATUS_INFEASIBLE)
    #expect(memory.semi(costs, rows: 3, capacities: [0, 9]).status == CL_STATUS_INFEASIBLE)
    #expect(memory.semi([], rows: 2, capacities: []).status == CL_STATUS_INFEASIBLE)
    #expect(memory.semi(costs, rows: 3, capacities: [2, 1]).status == CL_STATUS_OK)
    let shared = [1, inf, inf, 1, inf, inf]
    #expect(memory.bottleneck(shared, rows: 2, columns: 3).status == CL_STATUS_INFEASIBLE)
    for columns in [2, 3] {
      let sparse = memory.sparse(
        offsets: [0, 1, 2], indices: [0, 0], costs: [1, 1], columns: columns)
      #expect(sparse.status == CL_STATUS_INFEASIBLE)
      let empty = memory.sparse(
        offsets: [0, 2, 2], indices: [0, 1], costs: [1, 1], columns: columns)
      #expect(empty.status == CL_STATUS_INFEASIBLE)
    }
  }

  @Test func shapesThatTheHeadersRuleOutAreRefused() {
    let refused = CL_STATUS_INVALID_ARGUMENT
    #expect(memory.bottleneck([1, 2], rows: 2, columns: 1).status == refused)
    #expect(memory.bottleneck([], rows: 0, columns: 2).status == refused)
    for (rows, columns, most) in [(0, 2, 1), (2, 1, 1), (1, 2, 0)] {
      let costs = [Double](repeating: 1, count: rows * columns)
      let found = memory.ranked(
        costs, rows: rows, columns: columns, most: most, best: [], potentials: [])
      #expect(found.status == refused)
    }
    let tall = memory.sparse(offsets: [0, 1, 2], indices: [0, 0], costs: [1, 1], columns: 1)
    #expect(tall.status == refused)
  }

  @Test func sizesBeyondMemoryHaveNoWorkspace() {
    let many = Int(Int32.max) + 1
    for (rows, columns) in [(many, 1), (1, many)] {
      #expect(cl_semi_assignment_workspace_size(rows, columns) == 0)
      #expect(cl_bottleneck_assignment_workspace_size(rows, columns) == 0)
      #expect(cl_sparse_assignment_workspace_size(rows, columns) == 0)
      #expect(cl_ranked_assignment_workspace_size(rows, columns, 1) == 0)
    }
    #expect(cl_ranked_assignment_workspace_size(1, 1, .max) == 0)
    #expect(throws: MatchingFailure.tooLarge) {
      try RankedAssignmentKernel.solve([1], rows: 1, columns: 1, most: .max, best: ([0], [0]))
    }
  }

  @Test func canariesSeeWhatIsWrittenOver() {
    for place in [-1, 24] {
      let memory = GuardedMemory(fill: 0)
      let bytes = memory.bytes(24, offset: 71)
      bytes.initializeMemory(as: UInt8.self, repeating: 1, count: 24)
      #expect(memory.isIntact)
      (bytes + place).storeBytes(of: 1, as: UInt8.self)
      #expect(!memory.isIntact)
    }
  }
}
