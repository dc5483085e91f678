import DifferentiableTensor
import Testing

@Suite struct BufferPoolTests {
  @Test func sizesWasteAtMostAnEighthOrALine() {
    var previous = 0
    for byteCount in Array(0..<5000) + [1 << 20, (1 << 20) + 1, 123_456_789, 1 << 40] {
      let size = BufferPool.roundedSize(byteCount)
      #expect(size >= max(1, byteCount))
      #expect(size % BufferPool.alignment == 0)
      #expect(size - byteCount <= max(BufferPool.alignment, byteCount / 8))
      #expect(size >= previous)
      #expect(BufferPool.roundedSize(size) == size)
      previous = size
    }
  }

  @Test func fewSizesPerPowerOfTwo() {
    let sizes = Set(((1 << 16) + 1...1 << 17).map { BufferPool.roundedSize($0) })
    #expect(sizes.count == 8)
  }

  /// Reused memory holds old scalars: every operation has to overwrite all of its result.
  @Test func reusedBuffersShowNoOldScalars() async throws {
    await withTaskGroup(of: Bool.self) { group in
      for seed in 0..<4 as Range<UInt64> {
        group.addTask {
          var generator = SeededGenerator(seed: seed)
          return (0..<200).allSatisfy { _ in
            let count = Int.random(in: 0..<3000, using: &generator)
            let value = Float(Int.random(in: 0..<1000, using: &generator))
            guard let tensor = try? Tensor(repeating: value, shape: [count]) else { return false }
            return (tensor + 1).scalars == [Float](repeating: value + 1, count: count)
          }
        }
      }
      for await agrees in group { #expect(agrees) }
    }
  }
}
