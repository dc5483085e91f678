import CombinatorialKernels
import TestSupport
import Testing

/// The transforms of Winograd's filtering: together with plain products they must convolve, and each must
/// be the adjoint of its counterpart.
@Suite struct WinogradKernelTests {
  /// A batch of images whose extents do not fill their tiles.
  struct Extents: Sendable, CustomTestStringConvertible {
    let (images, height, width, padding): (Int, Int, Int, Int)
    var testDescription: String { "\(images) of \(height)x\(width), padding \(padding)" }
    var outputHeight: Int { height + 2 * padding - 2 }
    var outputWidth: Int { width + 2 * padding - 2 }
    var tileRows: Int { (outputHeight + 3) / 4 }
    var tileColumns: Int { (outputWidth + 3) / 4 }

    func tiles(ofInput: Bool, rows: Range<Int>? = nil) -> WinogradTiles {
      WinogradTiles(
        channels: 1, height: ofInput ? height : outputHeight, width: ofInput ? width : outputWidth,
        tileRows: tileRows, tileColumns: tileColumns, rows: rows ?? 0..<images * tileRows)
    }
  }

  static let extents = [
    Extents(images: 1, height: 4, width: 4, padding: 1),
    Extents(images: 3, height: 5, width: 9, padding: 1),
    Extents(images: 2, height: 1, width: 1, padding: 1),
    Extents(images: 2, height: 7, width: 18, padding: 0),
    Extents(images: 17, height: 8, width: 8, padding: 2),
  ]

  private func numbers(_ count: Int, seed: Int) -> [Float] {
    (0..<count).map { Float((($0 + seed) * 7919 + seed * 104_729) % 2003) / 1000 - 1 }
  }

  private func written(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    // The gaps between matrices stay 0; behind the output there is a canary.
    var result = [Float](repeating: 0, count: count) + [12345]
    result.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    #expect(result.removeLast() == 12345)
    return result
  }

  private func windows(_ x: [Float], _ extents: Extents, _ kernel: WinogradKernel) -> [Float] {
    let tiles = extents.tiles(ofInput: true)
    return written(36 * tiles.matrixStride) { result in
      _ = written(tiles.workspaceCount) {
        kernel.transformWindows(
          of: x, tiles, padding: extents.padding, workspace: $0, into: result)
      }
    }
  }

  @Test(arguments: InstructionSet.available, extents)
  func convolves(set: InstructionSet, extents: Extents) {
    let kernel = WinogradKernel(set)
    let x = numbers(extents.images * extents.height * extents.width, seed: 1)
    let filter = numbers(9, seed: 2)
    let tiles = extents.tiles(ofInput: false)
    let filters = written(36) { kernel.transformFilters(filter, count: 1, range: 0..<1, into: $0) }
    let windows = windows(x, extents, kernel)
    let products = windows.indices.map { filters[$0 / tiles.matrixStride] * windows[$0] }
    let y = written(extents.images * extents.outputHeight * extents.outputWidth) { y in
      _ = written(tiles.workspaceCount) {
        kernel.writeTiles(products, tiles, bias: [0.5], workspace: $0, into: y)
      }
    }
    let magnitudes = WinogradMagnitude.convolution(
      x, batch: extents.images, inputs: 1, height: extents.height, width: extents.width,
      filters: filter, outputs: 1, padding: extents.padding)
    for (position, value) in y.enumerated() {
      let (rest, column) = position.quotientAndRemainder(dividingBy: extents.outputWidth)
      let (image, row) = rest.quotientAndRemainder(dividingBy: extents.outputHeight)
      var sum = 0.5
      for k in 0..<9 {
        let (i, j) = (row + k / 3 - extents.padding, column + k % 3 - extents.padding)
        guard (0..<extents.height).contains(i), (0..<extents.width).contains(j) else { continue }
        sum += Double(x[(image * extents.height + i) * extents.width + j]) * Double(filter[k])
      }
      // One product, and the bias.
      let bound = ErrorBound.winograd(terms: 2, magnitude: magnitudes[position] + 0.5)
      #expect(abs(Double(value) - sum) <= bound)
    }
  }

  /// <A^T m A, y> = <m, A y A^T>, and <G w G^T, u> = <w, G^T u G>.
  @Test(arguments: InstructionSet.available, extents)
  func adjoints(set: InstructionSet, extents: Extents) {
    let kernel = WinogradKernel(set)
    let tiles = extents.tiles(ofInput: false)
    let count = extents.images * extents.outputHeight * extents.outputWidth
    let (m, y) = (numbers(36 * tiles.matrixStride, seed: 3), numbers(count, seed: 4))
    var workspace = [Float](repeating: .nan, count: tiles.workspaceCount)
    let written = written(count) {
      kernel.writeTiles(m, tiles, bias: nil, workspace: &workspace, into: $0)
    }
    let read = self.written(36 * tiles.matrixStride) {
      kernel.transformTiles(of: y, tiles, workspace: &workspace, into: $0)
    }
    // The columns of |A^T| add up to 1, 4, 4, 15, 15 and 1, so that <|A^T| |m| |A|, |y|> is at most this.
    expectSame(dot(written, y), dot(m, read), magnitude: 15 * 15 * size(m) * greatest(y))
    let filters = 37
    let (w, u) = (numbers(9 * filters, seed: 5), numbers(36 * filters, seed: 6))
    let there = self.written(36 * filters) { result in
      kernel.transformFilters(w, count: filters, range: 0..<20, into: result)
      kernel.transformFilters(w, count: filters, range: 20..<filters, into: result)
    }
    let back = self.written(9 * filters) {
      kernel.transformBack(u, count: filters, range: 0..<filters, into: $0)
    }
    // Those of |G| add up to 2/3, 1/2 and 5/3.
    expectSame(dot(there, u), dot(w, back), magnitude: 25 / 9 * size(w) * greatest(u))
  }

  /// Rows of tiles taken apart give what they give together.
  @Test(arguments: InstructionSet.available)
  func partsOfABatch(set: InstructionSet) {
    let extents = Extents(images: 3, height: 9, width: 7, padding: 1)
    let x = numbers(extents.images * extents.height * extents.width, seed: 7)
    let whole = windows(x, extents, WinogradKernel(set))
    let stride = extents.tiles(ofInput: true).matrixStride
    for row in 0..<extents.images * extents.tileRows {
      let part = extents.tiles(ofInput: true, rows: row..<row + 1)
      var workspace = [Float](repeating: .nan, count: part.workspaceCount)
      let windows = written(36 * part.matrixStride) {
        WinogradKernel(set).transformWindows(
          of: x, part, padding: 1, workspace: &workspace, into: $0)
      }
      for (product, tile) in (0..<36).flatMap({ product in
        (0..<extents.tileColumns).map { (product, $0) }
      }) {
        #expect(
          windows[product * part.matrixStride + tile]
            == whole[product * stride + row * extents.tileColumns + tile])
      }
    }
  }

  private func dot(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func size(_ x: [Float]) -> Double { x.reduce(0) { $0 + Double(abs($1)) } }

  private func greatest(_ x: [Float]) -> Double { x.reduce(0) { max($0, Double(abs($1))) } }

  /// Two passes of a transform make at most 16 roundings of an entry.
  private func expectSame(_ a: Double, _ b: Double, magnitude: Double) {
    #expect(abs(a - b) <= 2 * ErrorBound.gamma(16) * magnitude)
  }
}
