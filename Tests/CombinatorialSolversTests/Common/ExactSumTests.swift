import Testing
import TestSupport

@Suite struct ExactSumTests {
  @Test func termsFarApartCancelExactly() {
    var sum = ExactSum([1e300, 1e-300, -1e300, .leastNonzeroMagnitude])
    #expect(sum == ExactSum([.leastNonzeroMagnitude, 1e-300]))
    sum -= 1e-300
    #expect(sum.value == .leastNonzeroMagnitude)
    sum -= .leastNonzeroMagnitude
    #expect(sum == ExactSum())
  }

  @Test func productsKeepAllTheirBits() {
    var sum = ExactSum()
    let x = 1 + 0x1p-52
    sum.addProduct(x, x)
    sum -= 1
    #expect(sum == ExactSum([0x1p-51, 0x1p-104]))
    sum.addProduct(-1, 1)
    #expect(sum < ExactSum())
    #expect(sum.value == -1 + 0x1p-51)
  }
}
