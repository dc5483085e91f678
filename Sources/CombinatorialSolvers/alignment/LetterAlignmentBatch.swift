internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch, and the values of all at hand.
public struct LetterAlignmentBatch: RandomAccessCollection, Sendable {
  /// `[batch]`: z* of each pair.
  public private(set) var values: [Double]
  /// `[batch, movesStride]`: raw values of ``AlignmentMove``.
  private var moves: [UInt8]
  private var moveCounts: [Int]
  private let movesStride: Int
  private let pairs: LetterPairs
  private let costs: LetterCosts<Double>

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of pairs.
  public var endIndex: Int { values.count }

  /// The solution of one pair.
  public subscript(item: Int) -> LetterAlignmentSolution {
    let start = item * movesStride
    return LetterAlignmentSolution(
      value: values[item],
      moves: moves[start..<start + moveCounts[item]].compactMap(AlignmentMove.init),
      pair: LetterPair(
        predicted: Array(pairs.letters[pairs.predicted(item)]),
        target: Array(pairs.letters[pairs.target(item)]), costs: costs))
  }

  /// The gradient of a weighted sum of the values by the costs.
  ///
  /// - Parameter weights: `[batch]`: the derivative of a loss by each value.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func gradient<Scalar: CostScalar>(weights: [Scalar]) -> LetterCosts<Scalar> {
    var counts = LetterCosts<Double>(letters: costs.letters, equal: 0, different: 0, gap: 0)
    for (item, weight) in zip(indices, weights) {
      let start = item * movesStride
      counts.add(
        Double(weight), moves: moves[start..<start + moveCounts[item]],
        predicted: pairs.letters[pairs.predicted(item)],
        target: pairs.letters[pairs.target(item)])
    }
    var gradient = LetterCosts<Scalar>(
      substitutions: counts.substitutions.map { Scalar($0) }, letters: counts.letters,
      gap: Scalar(counts.predictedGap))
    gradient.targetGap = Scalar(counts.targetGap)
    return gradient
  }
}

extension LetterAlignmentBatch {
  /// Solves every pair, from checked letters and costs.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  init<Scalar: CostScalar>(
    _ problem: LetterAlignment, _ pairs: LetterPairs, _ costs: LetterCosts<Scalar>,
    instructionSet: InstructionSet
  ) throws(CombinatorialError) {
    let (count, (rows, columns)) = (pairs.count, pairs.lengths)
    (self.pairs, self.costs) = (pairs, LetterCosts<Double>(costs))
    let blockRows = problem.rowsOfBlock(rows: rows, columns: columns)
    let cells = rows.multipliedReportingOverflow(by: columns)
    let size = "an alignment of \(rows) with \(columns) letters"
    let run = BatchRun(
      count: count, minimumSlice: Swift.max(1, (1 << 18) / Swift.max(1, cells.partialValue)),
      workspaceSize: cells.overflow
        ? 0 : cl_letter_alignment_workspace_size(costs.letters, rows, columns, blockRows),
      maxThreads: problem.maxThreads)
    guard run.workspaceSize > 0 else { throw .sizeOverflow(size) }
    let kernel = instructionSet.found { cl_letter_alignment_solver($0, Scalar.element) }
    let stride = rows + columns
    movesStride = stride
    values = .init(repeating: 0, count: count)
    moves = .init(repeating: 0, count: count * stride)
    moveCounts = .init(repeating: 0, count: count)
    do throws(KernelRefusal) {
      try pairs.letters.withSharedInput { letters throws(KernelRefusal) in
        try costs.substitutions.withSharedInput { table throws(KernelRefusal) in
          try withSharedOutputs(
            &values, &moves, &moveCounts
          ) { values, moves, moveCounts throws(KernelRefusal) in
            try run { items, workspace, fault in
              let prices = cl_letter_costs(
                substitutions: table.base, letters: costs.letters,
                row_gap: Double(costs.predictedGap), column_gap: Double(costs.targetGap))
              let some = items.map { pairs.pair($0, in: letters) }
              return kernel(
                some, some.count, prices, blockRows, workspace, stride,
                values.from(items.lowerBound), moves.from(items.lowerBound * stride),
                moveCounts.from(items.lowerBound), &fault)
            }
          }
        }
      }
    } catch {
      throw Self.error(error, costs: costs, size: size)
    }
  }

  /// A price that is none is that of all pairs.
  private static func error<Scalar: CostScalar>(
    _ refusal: KernelRefusal, costs: LetterCosts<Scalar>, size: String
  ) -> CombinatorialError {
    guard refusal.status == CL_STATUS_INVALID_COST else {
      return CombinatorialError(refusal, size: size) {
        .invalidCost(row: $0.row, column: $0.column, value: .nan)
      }
    }
    let value = costs.substitutions[refusal.row * costs.letters + refusal.column]
    return CombinatorialError(
      .invalidCost(row: refusal.row, column: refusal.column, value: Double(value)))
  }
}

extension LetterCosts<Double> {
  /// Adds what a path pays, so many times: each pair of letters that it matches, and each gap.
  fileprivate mutating func add(
    _ weight: Double, moves: ArraySlice<UInt8>, predicted: ArraySlice<UInt8>,
    target: ArraySlice<UInt8>
  ) {
    let letters = letters
    var (gapsOfPredicted, gapsOfTarget) = (0, 0)
    substitutions.withUnsafeMutableBufferPointer { table in
      var (row, column) = (predicted.startIndex, target.startIndex)
      for move in moves {
        switch move {
        case AlignmentMove.diagonal.rawValue:
          table[Int(predicted[row]) * letters + Int(target[column])] += weight
          (row, column) = (row + 1, column + 1)
        case AlignmentMove.horizontal.rawValue:
          (gapsOfTarget, column) = (gapsOfTarget + 1, column + 1)
        default: (gapsOfPredicted, row) = (gapsOfPredicted + 1, row + 1)
        }
      }
    }
    predictedGap += weight * Double(gapsOfPredicted)
    targetGap += weight * Double(gapsOfTarget)
  }

  /// How often a path pays each price.
  static func counts(of moves: [AlignmentMove], in pair: LetterPair) -> LetterCosts {
    var counts = LetterCosts(letters: pair.costs.letters, equal: 0, different: 0, gap: 0)
    counts.add(
      1, moves: moves.map(\.rawValue)[...], predicted: pair.predicted[...], target: pair.target[...]
    )
    return counts
  }
}
