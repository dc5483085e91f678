public import DifferentiableTensor

/// Batches of inputs and what belongs to each of them, such as pictures and their labels:
///
/// ```swift
/// let loader = try BatchLoader(pictures, labels, batchSize: 64)  // [n, 1, 28, 28] and n labels
/// for epoch in 0..<10 {
///   for (pictures, labels) in loader.epoch(epoch, seed: 7) {
///     // a Tensor [64, 1, 28, 28] and [Int32], in the last batch fewer
///   }
/// }
/// ```
///
/// The loader itself has the items in their own order, as for a test. A batch is copied when it is its turn.
/// Where more than two arrays belong together, `Array(0..<n)` as labels gives the items' numbers.
public struct BatchLoader<Inputs: BatchSource, Labels: BatchSource>: Sequence {
  /// Inputs and labels of a batch.
  public typealias Element = (Inputs.Batch, Labels.Batch)

  /// The most items in a batch.
  public let batchSize: Int
  /// How many items there are.
  public var itemCount: Int { order.count }
  /// How many batches there are.
  public var count: Int {
    dropsLast ? itemCount / batchSize : (itemCount + batchSize - 1) / batchSize
  }

  private let inputs: Inputs
  private let labels: Labels
  private let dropsLast: Bool
  private var order: [Int]

  /// A loader of the elements of arrays, or of what is along the first axis of tensors.
  ///
  /// - Parameters:
  ///   - inputs: As many items as there are labels.
  ///   - labels: One for each item.
  ///   - batchSize: Items in a batch.
  ///   - dropsLast: Whether the last batch is left out where it has fewer items.
  /// - Throws: `LayerError.batchSize` below 1, `.itemCounts` if there are not as many labels as inputs.
  public init(
    _ inputs: Inputs, _ labels: Labels, batchSize: Int, dropsLast: Bool = false
  ) throws(LayerError) {
    guard batchSize > 0 else { throw .batchSize(found: batchSize) }
    guard inputs.itemCount == labels.itemCount else {
      throw .itemCounts(inputs: inputs.itemCount, labels: labels.itemCount)
    }
    (self.inputs, self.labels) = (inputs, labels)
    (self.batchSize, self.dropsLast) = (batchSize, dropsLast)
    order = Array(0..<inputs.itemCount)
  }

  /// The same items in an order that seed and epoch determine, each epoch in another one.
  public func epoch(_ number: Int, seed: UInt64) -> BatchLoader {
    var seeds = SeededGenerator(seed: seed)
    // The number-th draw of the seed's generator.
    seeds.state &+= UInt64(bitPattern: Int64(number)) &* 0x9E37_79B9_7F4A_7C15
    var generator = SeededGenerator(seed: seeds.next())
    var loader = self
    loader.order = Array(0..<itemCount)
    loader.order.shuffle(using: &generator)
    return loader
  }

  /// The batches in order.
  public func makeIterator() -> some IteratorProtocol<Element> {
    (0..<count).lazy.map(batch).makeIterator()
  }

  private func batch(_ index: Int) -> Element {
    let indices = Array(order[index * batchSize..<Swift.min(itemCount, (index + 1) * batchSize)])
    return (inputs.batch(indices), labels.batch(indices))
  }
}

extension BatchLoader: Sendable where Inputs: Sendable, Labels: Sendable {}

/// Items that can be batched: an array, or a tensor along its first axis.
public protocol BatchSource {
  /// Some of the items together.
  associatedtype Batch

  /// How many there are.
  var itemCount: Int { get }

  /// The items at `indices`, each in `0 ..< itemCount`, in that order.
  func batch(_ indices: [Int]) -> Batch
}

extension Array: BatchSource {
  /// The number of elements.
  public var itemCount: Int { count }
  /// The elements at `indices`.
  public func batch(_ indices: [Int]) -> [Element] { indices.map { self[$0] } }
}

extension Tensor: BatchSource {
  /// The first extent; 0 for a scalar.
  public var itemCount: Int { shape.first ?? 0 }
  /// What is at `indices` along the first axis, off the tape.
  public func batch(_ indices: [Int]) -> Tensor { items(at: indices) }
}
