internal import CCombinatorialKernels
internal import CombinatorialKernels

/// Two sequences and what aligning them costs.
struct LetterPair: Sendable, Equatable {
  let predicted, target: [UInt8]
  let costs: LetterCosts<Double>

  /// What a cell of the matrix that nobody has written down would be.
  func cost(at index: Int) -> Double {
    let (row, column) = index.quotientAndRemainder(dividingBy: target.count)
    return costs.substitutions[Int(predicted[row]) * costs.letters + Int(target[column])]
  }

  /// The same problem over the matrix.
  var grid: AlignmentGrid {
    AlignmentGrid(
      Alignment(gapCost: 0),
      matrix: CostMatrix(
        .letters(self), item: 0, of: BatchShape(rows: predicted.count, columns: target.count)),
      gapCosts: GapCosts(
        predicted: predicted.map { _ in costs.predictedGap },
        target: target.map { _ in costs.targetGap }))
  }

  /// By how much a path costs more than the cheapest one: see ``AlignmentGrid/excess(of:)``.
  func excess(of moves: [AlignmentMove]) -> Double {
    let (letters, blockRows) = (costs.letters, 1)  // No moves are kept: the least memory will do.
    let size = cl_letter_alignment_workspace_size(letters, predicted.count, target.count, blockRows)
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    defer { workspace.deallocate() }
    return predicted.withUnsafeBufferPointer { predicted in
      target.withUnsafeBufferPointer { target in
        costs.substitutions.withUnsafeBufferPointer { table in
          var pair = cl_letter_pair(
            row_letters: predicted.baseAddress, column_letters: target.baseAddress,
            rows: predicted.count, columns: target.count)
          let prices = cl_letter_costs(
            substitutions: table.baseAddress, letters: letters, row_gap: costs.predictedGap,
            column_gap: costs.targetGap)
          return cl_letter_alignment_excess(
            CL_FLOAT64, &pair, prices, blockRows, moves.map(\.rawValue), moves.count, workspace)
        }
      }
    }
  }
}

/// A cheapest alignment of two sequences of letters.
public struct LetterAlignmentSolution: OptimalSolution, AlignmentPath {
  /// z*: the cost of the path.
  public let value: Double
  /// The moves of the path from (0, 0) to (rows, columns).
  public let moves: [AlignmentMove]

  let pair: LetterPair

  /// dz*/dcosts: how often each pair of letters is matched, and how many gaps either side has.
  public var costGradient: LetterCosts<Double> { .counts(of: moves, in: pair) }

  /// dz*/dsubstitutions, `[letters, letters]`: how often each pair of letters is matched.
  public var gradient: [Double] { costGradient.substitutions }

  /// The dual solution, `[rows + 1, columns + 1]`: see ``AlignmentSolution/potentials``.
  ///
  /// Complexity: O(rows columns), in time and memory, at each call.
  public var potentials: [Double] { alignment.potentials }

  /// By how much the path costs more than the cheapest one: see ``AlignmentSolution/dualityGap``.
  ///
  /// Computed at each call, from letters and prices alone, without rounding and without a matrix.
  /// Complexity: O(rows columns) sums of as many digits as the costs span.
  public var dualityGap: Double { pair.excess(of: moves) }

  /// Whether this is the only cheapest path: see ``AlignmentSolution/isUnique``.
  ///
  /// Complexity: O(rows columns), in time and memory, at each call.
  public var isUnique: Bool { alignment.isUnique }

  private var alignment: AlignmentSolution {
    AlignmentSolution(value: value, moves: moves, grid: pair.grid)
  }
}
