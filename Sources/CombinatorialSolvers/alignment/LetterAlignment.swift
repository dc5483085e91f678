internal import CCombinatorialKernels
public import CombinatorialKernels

/// Global alignment of sequences of letters: ``Alignment`` with prices that a table has, and no matrix of costs.
///
///     z* = min over alignments of the costs of matched letters and of gaps
///     dz*/dsubstitutions[a][b] = how often a is matched with b        dz*/dgap = how many gaps
///
///     try LetterAlignment().solve([2, 0, 3, 3], [2, 3, 3], costs: LetterCosts<Float>(letters: 4)).value  // 1
///
/// Letters are numbers, see ``Alphabet``: bases, residues, the bytes of a text, words of a small vocabulary. The answer is
/// that of ``Alignment`` for the matrix `costs[i][k] = substitutions[predicted[i]][target[k]]`, the same path among equally good
/// ones. Where the prices are multiples of a number, as those of tables are, and what a pair saves over two
/// gaps is at most 254 of them, it takes one byte a cell of work at a time, without any rounding and whatever the length:
/// a tenth of the time. Long sequences that are alike are then aligned in a band along the diagonal, which proves to
/// contain every best path. Other prices are those of an ``Alignment`` in every way.
///
/// The table may be learned: costs of pairs that related sequences match too often go down with the gradient of
/// z*(related) - z*(unrelated).
///
/// Complexity: O(rows columns) time, of alike sequences O(rows band); two bits a cell, or see ``blockRows``.
///
/// S. B. Needleman, C. D. Wunsch, J. Mol. Biol. 48 (1970), doi:10.1016/0022-2836(70)90057-4; in bytes after
/// H. Suzuki, M. Kasahara, BMC Bioinformatics 19 (2018), doi:10.1186/s12859-018-2014-8; the band after E. Ukkonen,
/// Information and Control 64 (1985), doi:10.1016/S0019-9958(85)80046-2.
public struct LetterAlignment: Sendable, Hashable {
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// How many rows' moves are kept at a time, at two bits a cell: see ``Alignment/blockRows``. nil: some 64 MB of them.
  public var blockRows: Int?

  /// Alignment of letters.
  public init(maxThreads: Int? = nil) { self.maxThreads = maxThreads }

  /// Aligns two sequences.
  ///
  /// - Parameters:
  ///   - predicted: Letters, the rows.
  ///   - target: Letters, the columns.
  ///   - costs: What pairs and gaps cost.
  /// - Throws: ``CombinatorialError``: a letter that the table has not, a NaN or -infinite price, no feasible path.
  public func solve<Scalar: CostScalar>(
    _ predicted: [UInt8], _ target: [UInt8], costs: LetterCosts<Scalar>
  ) throws(CombinatorialError) -> LetterAlignmentSolution {
    try solve([predicted], [target], costs: costs)[0]
  }

  /// Aligns each sequence with its own target, slices of the batch on several threads. Lengths may differ.
  ///
  /// - Parameters:
  ///   - predicted: `[batch]` sequences.
  ///   - target: `[batch]` sequences.
  ///   - costs: What pairs and gaps cost, in all of them.
  /// - Throws: ``CombinatorialError`` of the first pair that has one.
  public func solve<Scalar: CostScalar>(
    _ predicted: [[UInt8]], _ target: [[UInt8]], costs: LetterCosts<Scalar>
  ) throws(CombinatorialError) -> LetterAlignmentBatch {
    try solve(predicted, target, costs: costs, instructionSet: .current)
  }

  package func solve<Scalar: CostScalar>(
    _ predicted: [[UInt8]], _ target: [[UInt8]], costs: LetterCosts<Scalar>,
    instructionSet: InstructionSet
  ) throws(CombinatorialError) -> LetterAlignmentBatch {
    try costs.validate()
    if let blockRows, blockRows < 1 {
      throw CombinatorialError(
        .invalidOption("blockRows", value: Double(blockRows), expected: "at least 1"))
    }
    let pairs = try LetterPairs(predicted, target, letters: costs.letters)
    return try LetterAlignmentBatch(self, pairs, costs, instructionSet: instructionSet)
  }

  /// The values of a batch and the gradient of their sum by the costs, from one run of the solver.
  ///
  /// - Returns: z* of each pair, and how often each pair of letters is matched and each side has a gap, in all of them.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ predicted: [[UInt8]], _ target: [[UInt8]], costs: LetterCosts<Scalar>
  ) throws(CombinatorialError) -> (values: [Double], gradient: LetterCosts<Scalar>) {
    let solutions = try solve(predicted, target, costs: costs)
    return (
      solutions.values,
      solutions.gradient(weights: [Scalar](repeating: 1, count: predicted.count))
    )
  }

  /// The value of one pair and its gradient by the costs.
  ///
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valueAndGradient<Scalar: CostScalar>(
    _ predicted: [UInt8], _ target: [UInt8], costs: LetterCosts<Scalar>
  ) throws(CombinatorialError) -> (value: Double, gradient: LetterCosts<Scalar>) {
    let (values, gradient) = try valuesAndGradient([predicted], [target], costs: costs)
    return (values[0], gradient)
  }

  /// Rows whose moves are kept, of sequences of at most such lengths: 0 for all. Where not all fit, no fewer than need as
  /// much memory as the rows between the blocks.
  func rowsOfBlock(rows: Int, columns: Int) -> Int {
    if let blockRows { return blockRows }
    let most = (1 << 28) / max(1, columns)
    return rows <= most ? 0 : max(most, 2 * Int(Double(rows).squareRoot()))
  }
}

/// Sequences of a batch, one behind the other, whose letters have been checked.
struct LetterPairs: Sendable {
  let count: Int
  /// Predicted sequences, then targets.
  let letters: [UInt8]
  /// `[2 * count + 1]`: where each starts.
  private let starts: [Int]

  init(
    _ predicted: [[UInt8]], _ target: [[UInt8]], letters: Int
  ) throws(CombinatorialError) {
    guard predicted.count == target.count else {
      throw .shapeMismatch(
        expected: "a target for each of \(predicted.count) sequences", found: "\(target.count)")
    }
    count = predicted.count
    for (index, sequence) in (predicted + target).enumerated() where letters < 256 {
      if let position = sequence.firstIndex(where: { $0 >= letters }) {
        throw CombinatorialError(
          .labelOutOfRange(position: position, label: Int(sequence[position]), classes: letters),
          item: index % max(1, predicted.count))
      }
    }
    self.letters = predicted.flatMap { $0 } + target.flatMap { $0 }
    var starts = [0]
    for sequence in predicted + target { starts.append(starts[starts.count - 1] + sequence.count) }
    self.starts = starts
  }

  func predicted(_ item: Int) -> Range<Int> { starts[item]..<starts[item + 1] }
  func target(_ item: Int) -> Range<Int> { starts[count + item]..<starts[count + item + 1] }

  /// The longest of either side.
  var lengths: (rows: Int, columns: Int) {
    (
      (0..<count).map { predicted($0).count }.max() ?? 0,
      (0..<count).map { target($0).count }.max() ?? 0
    )
  }

  /// A pair as the kernels see it.
  func pair(_ item: Int, in letters: SharedInput<UInt8>) -> cl_letter_pair {
    let (rows, columns) = (predicted(item), target(item))
    return cl_letter_pair(
      row_letters: letters.from(rows.lowerBound), column_letters: letters.from(columns.lowerBound),
      rows: rows.count, columns: columns.count)
  }
}
