/// Where the pictures of bags lie: bag after bag, of any sizes, or padded to one size.
public struct BagShape: Sendable, Hashable {
  /// The number of bags.
  public let count: Int
  /// `[bags]`: pictures in each bag; nil: as many in all, without padding.
  let sizes: [Int]?
  /// Pictures from the start of one bag to that of the next; nil: each starts where the last one ends.
  let step: Int?
  /// `[bags + 1]`: where each bag starts, and the last one ends; empty if there is a step.
  private let starts: [Int]

  /// Bags of any sizes, one behind the other.
  ///
  /// - Parameter sizes: Pictures in each bag.
  public init(sizes: [Int]) {
    let isUniform = sizes.allSatisfy { $0 == sizes[0] }
    count = sizes.count
    self.sizes = isUniform ? nil : sizes
    step = isUniform ? sizes.first ?? 0 : nil
    // Sums that are too great for the logits are refused with them.
    starts = isUniform ? [] : sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] &+ $1) }
  }

  /// Bags padded to one size.
  ///
  /// - Parameters:
  ///   - batch: The number of bags.
  ///   - size: Pictures of every bag, padding included.
  ///   - lengths: Pictures in use, for each bag; the others are padding, never read. nil: all.
  public init(batch: Int, size: Int, lengths: [Int]? = nil) {
    count = batch
    sizes = lengths
    step = size
    starts = []
  }

  /// The pictures of all bags, padding included.
  public var pictureCount: Int { step.map { count &* $0 } ?? starts[count] }

  /// The pictures of the largest bag.
  package var largest: Int { step ?? sizes?.max() ?? 0 }

  /// The pictures of a bag.
  public func pictures(of bag: Int) -> Range<Int> {
    let start = start(of: bag)
    return start..<start + (sizes?[bag] ?? self.start(of: bag + 1) - start)
  }

  /// Where a bag starts.
  func start(of bag: Int) -> Int { step.map { bag * $0 } ?? starts[bag] }

  /// Bags with no padding between them: all, or one at a time where there is padding.
  func runs(of bags: Range<Int>) -> [Range<Int>] {
    step != nil && sizes != nil ? bags.map { $0..<$0 + 1 } : [bags]
  }

  /// Bags that are worth a thread of their own: about 20 microseconds of work.
  func minimumSlice(classes: Int) -> Int {
    let size = pictureCount / max(1, count)
    return max(1, 16384 / max(1, size * (classes + 4 * size)))
  }

  /// Checks sizes, and that there is a label of every picture, and as many logits of each.
  ///
  /// - Returns: The number of classes.
  func validate(logitCount: Int, labels: [Int32]) throws(CombinatorialError) -> Int {
    guard count >= 0, step.map({ $0 >= 0 }) ?? true else {
      throw .shapeMismatch(expected: "sizes of at least 0", found: "\(count) bags of \(step ?? 0)")
    }
    let limit = step ?? labels.count
    try BatchShape.check(sizes, named: "lengths", batch: count, limit: limit)
    guard pictureCount == labels.count else {
      throw .shapeMismatch(
        expected: "\(pictureCount) labels, one for each picture of the bags",
        found: "\(labels.count)")
    }
    guard pictureCount == 0 ? logitCount == 0 : logitCount % pictureCount == 0 else {
      throw .shapeMismatch(
        expected: "as many logits of each of \(pictureCount) pictures", found: "\(logitCount)")
    }
    let classes = pictureCount == 0 ? 0 : logitCount / pictureCount
    for bag in 0..<count {
      let pictures = pictures(of: bag)
      for picture in pictures where !(0..<classes).contains(Int(labels[picture])) {
        throw CombinatorialError(
          .labelOutOfRange(
            position: picture - pictures.lowerBound, label: Int(labels[picture]), classes: classes),
          item: bag)
      }
    }
    return classes
  }
}
