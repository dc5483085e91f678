import DifferentiableTensor
import NeuralLayers
import Testing

@Suite struct BatchLoaderTests {
  /// Item i is the row [10 i, 10 i + 1] and the label i.
  private static func loader(
    items: Int, batchSize: Int, dropsLast: Bool = false
  ) throws -> BatchLoader<Tensor, [Int32]> {
    let labels = Array(0..<Int32(items))
    return try BatchLoader(
      Tensor(rows(labels), shape: [items, 1, 2]), labels, batchSize: batchSize,
      dropsLast: dropsLast)
  }

  private static func rows(_ items: [Int32]) -> [Float] {
    items.flatMap { item -> [Float] in [Float(item * 10), Float(item * 10 + 1)] }
  }

  @Test(arguments: [0, 1, 5, 6, 7], [1, 3, 100])
  func givesEveryItemOnceInOrder(items: Int, batchSize: Int) throws {
    let loader = try Self.loader(items: items, batchSize: batchSize)
    var seen: [Int32] = []
    var batches = 0
    for (rows, labels) in loader {
      #expect(rows.shape == [labels.count, 1, 2] && labels.count <= batchSize)
      #expect(rows.scalars == Self.rows(labels))
      seen += labels
      batches += 1
    }
    #expect(seen == Array(0..<Int32(items)))
    #expect(batches == loader.count && loader.itemCount == items)
  }

  @Test func epochsAreShuffledBySeedAndNumber() throws {
    let loader = try Self.loader(items: 50, batchSize: 8)
    func order(_ epoch: Int, seed: UInt64) -> [Int32] {
      loader.epoch(epoch, seed: seed).flatMap { rows, labels in
        #expect(rows.scalars == Self.rows(labels))
        return labels
      }
    }
    #expect(order(0, seed: 1) == order(0, seed: 1))
    let others = [order(0, seed: 1), order(1, seed: 1), order(0, seed: 2), order(-1, seed: 1)]
    #expect(Set(others).count == 4)
    #expect(order(3, seed: 4).sorted() == Array(0..<50))
    #expect(order(3, seed: 4) != order(3, seed: 4).sorted())
    #expect(loader.epoch(1, seed: 1).epoch(0, seed: 1).flatMap { $1 } == order(0, seed: 1))
  }

  @Test func theLastBatchCanBeDropped() throws {
    let loader = try Self.loader(items: 7, batchSize: 3, dropsLast: true)
    #expect(loader.count == 2 && loader.map { $1 } == [[0, 1, 2], [3, 4, 5]])
    #expect(try Self.loader(items: 6, batchSize: 3, dropsLast: true).count == 2)
  }

  @Test func takesAnyArrays() throws {
    for (words, tensor) in try BatchLoader(["a", "b"], Tensor([3, 4]), batchSize: 2) {
      #expect(words == ["a", "b"] && tensor.scalars == [3, 4])
    }
  }

  @Test func refusesWhatDoesNotBelongTogether() throws {
    #expect(throws: LayerError.batchSize(found: 0)) { try BatchLoader([1], [2], batchSize: 0) }
    #expect(throws: LayerError.itemCounts(inputs: 2, labels: 1)) {
      try BatchLoader([1, 2], Tensor.zeros([1, 2]), batchSize: 1)
    }
    #expect("\(LayerError.batchSize(found: 0))" == "expected a batch size of at least 1, found 0")
    #expect(
      "\(LayerError.itemCounts(inputs: 2, labels: 1))"
        == "expected as many labels as inputs, found 2 inputs and 1 labels")
  }
}
