internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch. Each is an ``AlignmentSolution``; the values of all are at hand too.
public struct AlignmentBatch: SolvedBatch, AlignmentSolutions {
  /// `[batch, rows + columns]`: moves from the start on, raw values of ``AlignmentMove``.
  private var moves: [UInt8]
  /// `[batch]`: the moves of each path.
  private var moveCounts: [Int]

  package var results: BatchResults
  private let problem: Alignment
  private let gapCosts: GapCosts<Double>?

  /// The moves of one path, from the start on.
  private func moves(of item: Int) -> some Sequence<AlignmentMove> {
    let start = item * (shape.rows + shape.columns)
    return moves[start..<start + moveCounts[item]].lazy.compactMap(AlignmentMove.init)
  }

  /// What the moves of one path pay: 1 for each diagonal, the weight of each gap that reads a cell.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
    let gapWeight = problem.gapWeight
    guard rows > 0, columns > 0 else { return }
    var node = AlignmentNode(row: 0, column: 0)
    for move in moves(of: item) {
      let entry = move == .diagonal ? 1 : gapWeight
      if entry != 0 {
        body(
          Swift.min(node.row, rows - 1) * shape.columns + Swift.min(node.column, columns - 1), entry
        )
      }
      node = node.moved(by: move)
    }
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> AlignmentSolution {
    AlignmentSolution(
      value: values[item], moves: Array(moves(of: item)),
      grid: AlignmentGrid(
        problem, matrix: results.costs(item),
        gapCosts: gapCosts?.item(item, of: shape)))
  }
}

extension AlignmentBatch {
  /// Solves every problem, from checked costs.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  init<Scalar: CostScalar>(
    _ problem: Alignment, _ input: AlignmentInput<Scalar>, rule: cl_alignment_rule
  ) throws(CombinatorialError) {
    let shape = input.shape
    (self.problem, gapCosts) = (problem, input.gapCosts)
    // Slices of as many problems as the widest vector has lanes.
    let unit = shape.itemCount > 1 << 16 ? 1 : Swift.min(16, Swift.max(1, shape.batch))
    let run = BatchRun(
      count: shape.batch, unit: unit, minimumSlice: shape.minimumSlice(costs: 32768),
      workspaceSize: cl_alignment_workspace_size(shape.batch, shape.rows, shape.columns, rule),
      maxThreads: problem.maxThreads)
    let kernel = input.instructionSet.found { cl_alignment_solver($0, Scalar.element) }
    guard run.workspaceSize > 0 else { throw input.tooLarge }
    let maximumMoves = shape.rows + shape.columns
    results = BatchResults(shape)
    moves = .init(repeating: 0, count: shape.batch * maximumMoves)
    moveCounts = .init(repeating: 0, count: shape.batch)
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &moves, &moveCounts
      ) { values, moves, moveCounts throws(KernelRefusal) in
        try run { items, workspace, fault in
          let problems = items.map { input.problem($0) }
          return kernel(
            problems, problems.count, rule, workspace, maximumMoves, values.from(items.lowerBound),
            moves.from(items.lowerBound * maximumMoves), moveCounts.from(items.lowerBound), &fault)
        }
      }
    } catch {
      throw input.error(error, rule: rule)
    }
  }

  /// The gradient of a weighted sum of the values by the costs, and by the price of each gap where there is
  /// room for it.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func gradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>,
    predictedGaps: UnsafeMutableBufferPointer<Scalar>?,
    targetGaps: UnsafeMutableBufferPointer<Scalar>?
  ) {
    let (shape, maximumMoves) = (shape, shape.rows + shape.columns)
    let gapWeight = problem.gapWeight
    let weights = SharedInput(weights.baseAddress)
    let costs = SharedOutput(gradient.baseAddress)
    let rowGaps = SharedOutput(predictedGaps?.baseAddress)
    let columnGaps = SharedOutput(targetGaps?.baseAddress)
    moves.withSharedInput { moves in
      moveCounts.withSharedInput { moveCounts in
        let write: @Sendable (_ item: Int, _ rows: Int, _ columns: Int) -> Void = {
          item, rows, columns in
          cl_alignment_gradient(
            Scalar.element, moves.from(item * maximumMoves), moveCounts.from(item)?.pointee ?? 0,
            rows, columns, weights.from(item).map { Double($0.pointee) } ?? 0, gapWeight,
            shape.columns, costs.from(item * shape.itemCount), rowGaps.from(item * shape.rows),
            columnGaps.from(item * shape.columns))
        }
        Parallel.forEachSlice(
          of: shape.batch, minimumSlice: shape.minimumSlice(costs: 1 << 17),
          maxThreads: problem.maxThreads
        ) { items in
          guard shape.rowCounts != nil || shape.columnCounts != nil else {
            for item in items { write(item, shape.rows, shape.columns) }
            return
          }
          for item in items {
            costs.from(item * shape.itemCount)?.update(repeating: 0, count: shape.itemCount)
            rowGaps.from(item * shape.rows)?.update(repeating: 0, count: shape.rows)
            columnGaps.from(item * shape.columns)?.update(repeating: 0, count: shape.columns)
            write(item, shape.rowCount(item), shape.columnCount(item))
          }
        }
      }
    }
  }
}

extension Alignment {
  /// What a gap adds to the gradient at the cell that it reads, where a diagonal adds 1.
  var gapWeight: Double {
    switch gaps {
    case .factor(let factor): factor
    case .cost: 0
    case .timeWarping: 1
    }
  }
}
