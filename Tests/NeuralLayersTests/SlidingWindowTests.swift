import Testing

@testable import NeuralLayers

@Suite struct SlidingWindowTests {
  @Test("valid outputs are those whose pixel lies in the plane", arguments: 1...5, 1...4)
  func validRanges(kernel: Int, stride: Int) throws {
    for (extent, padding) in (1...7).flatMap({ extent in (0..<kernel).map { (extent, $0) } })
    where extent + 2 * padding >= kernel {
      let window = try SlidingWindow(
        input: (extent, extent + 1), kernel: (kernel, kernel), stride: stride,
        padding: (padding, padding))
      for offset in 0..<kernel {
        let rows = (0..<window.outputHeight).filter {
          (0..<extent).contains($0 * stride + offset - padding)
        }
        let columns = (0..<window.outputWidth).filter {
          (0...extent).contains($0 * stride + offset - padding)
        }
        #expect(Array(window.validRows(offset)) == rows)
        #expect(Array(window.validColumns(offset)) == columns)
      }
    }
  }

  @Test func reversalTakesOutputsBackToInputs() throws {
    let window = try SlidingWindow(
      input: (5, 8), kernel: (3, 4), stride: 1, padding: (0, 2))
    let reversed = try window.reversed()
    #expect((reversed.outputHeight, reversed.outputWidth) == (5, 8))
    #expect((reversed.inputHeight, reversed.inputWidth) == (3, 9))
  }
}
