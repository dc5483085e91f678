internal import DifferentiableTensor

/// The constraint matrix A as the interior point method uses it: products with A, A^T and A D A^T for
/// a diagonal D, through the nonzero coefficients where there are few, through BLAS where not.
///
/// Immutable, so that the problems of a batch share it.
final class ConstraintOperator: @unchecked Sendable {
  let rows, columns, entryCount: Int
  let isSparse: Bool

  private let columnStarts, rowIndices: UnsafeMutablePointer<Int32>
  /// The same coefficients by row, if the matrix is sparse.
  private let rowStarts: UnsafeMutablePointer<Int32>
  private let columnIndices: UnsafeMutablePointer<Int32>
  private let valuesByRow: UnsafeMutablePointer<Double>
  /// Sparse: the coefficients by column. Dense: `[rows, columns]`.
  private let values: UnsafeMutablePointer<Double>

  /// A multiplication through an index takes as long as about this many of BLAS's.
  private static let indexingCost = 8

  init(_ matrix: ConstraintMatrix) {
    rows = matrix.rows
    columns = matrix.columns
    entryCount = matrix.entryCount
    // A D A^T takes the square of each column's entries, or rows^2 columns.
    let sparseWork = (0..<matrix.columns).reduce(0) { $0 + matrix.entries(of: $1).count.squared }
    isSparse = sparseWork * Self.indexingCost <= rows * rows * columns
    columnStarts = .copy(of: isSparse ? matrix.columnStarts : [])
    rowIndices = .copy(of: isSparse ? matrix.rowIndices : [])
    values = .copy(of: isSparse ? matrix.values : matrix.dense)
    let byRow = isSparse ? matrix.compressedByRow : (starts: [], columns: [], values: [])
    rowStarts = .copy(of: byRow.starts)
    columnIndices = .copy(of: byRow.columns)
    valuesByRow = .copy(of: byRow.values)
  }

  deinit {
    columnStarts.deallocate()
    rowIndices.deallocate()
    values.deallocate()
    rowStarts.deallocate()
    columnIndices.deallocate()
    valuesByRow.deallocate()
  }

  /// result = A u, `[rows]`.
  func multiply(_ vector: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    guard isSparse else {
      return multiplyDense(transpose: false, vector, into: result, count: rows)
    }
    for row in 0..<rows {
      let end = Int(rowStarts[row + 1])
      var entry = Int(rowStarts[row])
      // Four sums, because each addition waits for the last one of its sum.
      var sums = SIMD4<Double>()
      while entry + 4 <= end {
        for lane in 0..<4 {
          sums[lane] += valuesByRow[entry + lane] * vector[Int(columnIndices[entry + lane])]
        }
        entry += 4
      }
      var sum = sums.sum()
      while entry < end {
        sum += valuesByRow[entry] * vector[Int(columnIndices[entry])]
        entry += 1
      }
      result[row] = sum
    }
  }

  /// result = A^T y, `[columns]`.
  func multiplyTransposed(
    _ vector: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    guard isSparse else {
      return multiplyDense(transpose: true, vector, into: result, count: columns)
    }
    for column in 0..<columns {
      var sum = 0.0
      for entry in Int(columnStarts[column])..<Int(columnStarts[column + 1]) {
        sum += values[entry] * vector[Int(rowIndices[entry])]
      }
      result[column] = sum
    }
  }

  private func multiplyDense(
    transpose: Bool, _ vector: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    count: Int
  ) {
    result.update(repeating: 0, count: count)
    guard rows > 0, columns > 0 else { return }
    BLAS.gemv(
      transpose: transpose, rows: rows, columns: columns, matrix: values, vector: vector,
      result: result)
  }

  /// The lower triangle of A D A^T, `[rows, rows]` column by column.
  ///
  /// - Parameter scratch: `[rows, columns]` if the matrix is dense; not used otherwise.
  func normalMatrix(
    _ diagonal: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) {
    guard rows > 0 else { return }
    guard isSparse else {
      for column in 0..<columns { scratch[column] = diagonal[column].squareRoot() }
      // From the last row on, as the first holds the roots until its turn.
      for row in (0..<rows).reversed() {
        for column in 0..<columns {
          scratch[row * columns + column] = values[row * columns + column] * scratch[column]
        }
      }
      // A row-major upper triangle is a column-major lower one.
      BLAS.syrk(rows: rows, columns: columns, matrix: scratch, result: result)
      return
    }
    result.update(repeating: 0, count: rows * rows)
    for column in 0..<columns {
      let end = Int(columnStarts[column + 1])
      for first in Int(columnStarts[column])..<end {
        let target = result + Int(rowIndices[first]) * rows
        let factor = diagonal[column] * values[first]
        for second in first..<end { target[Int(rowIndices[second])] += factor * values[second] }
      }
    }
  }

  /// Scalars of scratch memory that ``normalMatrix(_:into:scratch:)`` needs.
  var scratchCount: Int { isSparse ? 0 : rows * columns }
}

extension Int {
  fileprivate var squared: Int { self * self }
}

extension UnsafeMutablePointer {
  /// The elements in memory of their own.
  fileprivate static func copy(of elements: [Pointee]) -> UnsafeMutablePointer {
    let memory = UnsafeMutablePointer.allocate(capacity: Swift.max(1, elements.count))
    for (index, element) in elements.enumerated() { (memory + index).initialize(to: element) }
    return memory
  }
}
