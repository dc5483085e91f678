import CombinatorialKernels
import TestSupport
import Testing

/// Every variant of the grid kernel against an independent tool's answers, against a plain relaxation, and
/// against each other bit for bit.
struct GridPathKernelTests {
  @Test(arguments: InstructionSet.available)
  func fixtures(set: InstructionSet) throws {
    let cases = try ShortestPathCase.all().compactMap { problem in
      problem.cells.map { ($0.rows, $0.costs, problem.value) }
    }
    #expect(cases.count == 3)
    for (side, costs, value) in cases {
      let shape = Self.shape(1, side, side, diagonals: true)
      #expect(try Self.solve(costs, shape, set).values == [value])
      #expect(try Self.solve(costs.map { Float($0) }, shape, set).values == [value])
    }
  }

  /// Values and distances of a plain relaxation; paths that lead from start to end and cost the value.
  @Test(arguments: GridFamily.allCases, [true, false])
  func agreesWithPlainRelaxation(family: GridFamily, diagonals: Bool) throws {
    var random = SeededRandom(seed: 5)
    for trial in 0..<12 {
      let (rows, columns) = (
        Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random)
      )
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      var shape = Self.shape(1, rows, columns, diagonals: diagonals)
      if family != .lost {
        shape.starts = [Int32.random(in: 0..<Int32(rows * columns), using: &random)]
      }
      shape.ends = [Int32.random(in: 0..<Int32(rows * columns), using: &random)]
      let expected = Self.relaxed(costs, shape)
      for set in InstructionSet.available {
        let note: Comment = "\(family) \(rows)x\(columns) trial \(trial) \(set)"
        guard expected[Int(shape.ends[0])] < .infinity else {
          #expect(throws: GridPathFailure.infeasible(batch: 0), note) {
            try Self.solve(costs, shape, set)
          }
          continue
        }
        let output = try Self.solve(costs, shape, set, distances: true)
        #expect(output.distances == expected, note)
        Self.expectPath(output, costs, shape, note)
      }
    }
  }

  /// Side by side and alone, by sweeps and by Dijkstra's algorithm: the same bits. 70 rows of a serpentine
  /// exceed the bound on sweeps.
  @Test(arguments: GridFamily.allCases, [true, false])
  func variantsAgreeBitForBit(family: GridFamily, diagonals: Bool) throws {
    var random = SeededRandom(seed: 6)
    for (batch, rows, columns) in [(1, 12, 12), (3, 7, 5), (19, 8, 11), (33, 3, 4), (2, 70, 61)] {
      let shape = Self.shape(batch, rows, columns, diagonals: diagonals)
      let costs = (0..<batch).flatMap { _ in
        family.costs(rows: rows, columns: columns, using: &random)
      }
      let floats = costs.map { Float($0) }
      let reference = Result { try Self.solve(costs, shape, .scalar, distances: true) }
      let floatReference = Result { try Self.solve(floats, shape, .scalar, distances: true) }
      for set in InstructionSet.available {
        for threads in [1, 2] {
          Self.expectSame(reference, shape) {
            try Self.solve(costs, shape, set, distances: true, threads: threads)
          }
          Self.expectSame(floatReference, shape) {
            try Self.solve(floats, shape, set, distances: true, threads: threads)
          }
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func serpentinesAreLeftToDijkstra(set: InstructionSet) throws {
    var random = SeededRandom(seed: 8)
    let (rows, columns) = (75, 20)
    let shape = Self.shape(1, rows, columns, diagonals: false)
    let costs = GridFamily.serpentine.costs(rows: rows, columns: columns, using: &random)
    let output = try Self.solve(costs, shape, set, distances: true)
    #expect(output.distances == Self.relaxed(costs, shape))
    Self.expectPath(output, costs, shape, "\(set)")
  }

  @Test(arguments: InstructionSet.available, [Double.nan, -1, -Double.infinity])
  func theFirstBadProblemIsNamed(set: InstructionSet, cost: Double) throws {
    let shape = Self.shape(40, 3, 5, diagonals: true)
    var costs = [Double](repeating: 1, count: 40 * 15)
    costs[15 * 22 + 7] = cost
    costs[15 * 30 + 1] = cost
    for threads in [1, 2] {
      #expect(throws: GridPathFailure.invalidCost(batch: 22, row: 1, column: 2)) {
        try Self.solve(costs, shape, set, threads: threads)
      }
    }
    costs[15 * 9] = .infinity
    #expect(throws: GridPathFailure.infeasible(batch: 9)) { try Self.solve(costs, shape, set) }
  }

  // MARK: Support

  private static func shape(
    _ batch: Int, _ rows: Int, _ columns: Int, diagonals: Bool
  ) -> GridShape {
    GridShape(
      batch: batch, rows: rows, columns: columns, hasDiagonals: diagonals,
      starts: .init(repeating: 0, count: batch),
      ends: .init(repeating: Int32(rows * columns - 1), count: batch))
  }

  private static func solve<Scalar: KernelScalar>(
    _ costs: [Scalar], _ shape: GridShape, _ set: InstructionSet, distances: Bool = false,
    threads: Int = 1
  ) throws -> GridPathOutput<Scalar> {
    try costs.withUnsafeBufferPointer {
      try GridPathKernel.solve(
        $0, shape: shape, includesDistances: distances, instructionSet: set, maxThreads: threads)
    }
  }

  private static func neighbours(_ cell: Int, _ shape: GridShape) -> [Int] {
    let (row, column) = (cell / shape.columns, cell % shape.columns)
    let steps = [
      (-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1),
    ]
    return steps.prefix(shape.hasDiagonals ? 8 : 4).compactMap { down, right in
      let (i, j) = (row + down, column + right)
      return (0..<shape.rows).contains(i) && (0..<shape.columns).contains(j)
        ? i * shape.columns + j : nil
    }
  }

  /// Distances by relaxing every cell until nothing changes.
  private static func relaxed(_ costs: [Double], _ shape: GridShape) -> [Double] {
    var distances = [Double](repeating: .infinity, count: costs.count)
    distances[Int(shape.starts[0])] = costs[Int(shape.starts[0])]
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for cell in costs.indices {
        for next in neighbours(cell, shape) where distances[next] + costs[cell] < distances[cell] {
          distances[cell] = distances[next] + costs[cell]
          hasChanged = true
        }
      }
    }
    return distances
  }

  private static func expectPath(
    _ output: GridPathOutput<Double>, _ costs: [Double], _ shape: GridShape, _ note: Comment
  ) {
    let path = output.path(of: 0, shape: shape).map(Int.init)
    #expect(path.first == Int(shape.starts[0]) && path.last == Int(shape.ends[0]), note)
    #expect(Set(path).count == path.count, note)
    for (cell, next) in zip(path, path.dropFirst()) {
      #expect(neighbours(cell, shape).contains(next), note)
    }
    #expect(path.reduce(0) { $0 + costs[$1] } == output.values[0], note)
    let end = output.distances[Int(shape.ends[0])]
    // Two sums of the same costs, none of them negative, in opposite orders.
    #expect(abs(output.values[0] - end) <= 2 * Double(path.count) * 0x1p-53 * end, note)
  }

  private static func expectSame<Scalar: KernelScalar>(
    _ reference: Result<GridPathOutput<Scalar>, any Error>, _ shape: GridShape,
    _ solve: () throws -> GridPathOutput<Scalar>
  ) {
    switch (reference, Result(catching: solve)) {
    case (.success(let a), .success(let b)):
      #expect(a.values == b.values && a.lengths == b.lengths && a.distances == b.distances)
      for item in 0..<shape.batch {
        #expect(a.path(of: item, shape: shape) == b.path(of: item, shape: shape))
      }
    case (.failure(let a), .failure(let b)):
      #expect(a as? GridPathFailure == b as? GridPathFailure)
    default:
      Issue.record("one variant fails")
    }
  }
}
