import DifferentiableTensor
import Testing

@Suite struct BLASTests {
  /// 2 x 2 times 2 x 2 inside wider arrays, whose other scalars must stay as they are.
  @Test(arguments: [false, true])
  func respectsStridesAndAccumulation(accumulate: Bool) {
    let left: [Float] = [1, 2, 99, 3, 4, 99]
    let right: [Float] = [5, 6, 99, 99, 7, 8, 99, 99]
    var result: [Float] = [1, 1, -7, 1, 1, -7]
    BLAS.gemm(
      rows: 2, columns: 2, inner: 2, left: left, leftStride: 3, right: right, rightStride: 4,
      accumulate: accumulate, result: &result, resultStride: 3)
    let base: Float = accumulate ? 1 : 0
    #expect(result == [19 + base, 22 + base, -7, 43 + base, 50 + base, -7])
  }

  @Test func withoutInnerExtentIsZeroOrNothing() {
    var result: [Float] = [.nan, .nan, 5, .nan, .nan, 5]
    BLAS.gemm(
      rows: 2, columns: 2, inner: 0, left: [], right: [], result: &result, resultStride: 3)
    #expect(result == [0, 0, 5, 0, 0, 5])
    var kept: [Float] = [3, 4]
    BLAS.gemm(
      rows: 1, columns: 2, inner: 0, left: [], right: [], accumulate: true, result: &kept)
    #expect(kept == [3, 4])
  }

  @Test func overwritesWhateverTheResultHeld() {
    for (rows, columns) in [(1, 1), (1, 40), (40, 1), (33, 35)] {
      let left = [Float](repeating: 1, count: rows * 3)
      let right = [Float](repeating: 2, count: columns * 3)
      var result = [Float](repeating: .nan, count: rows * columns)
      BLAS.gemm(
        rows: rows, columns: columns, inner: 3, left: left, right: right, result: &result)
      #expect(result.allSatisfy { $0 == 6 }, "\(rows) x \(columns)")
    }
  }
}
