import DifferentiableTensor

/// Draws bags of pictures whose labels come in no order.
///
/// The pictures are shuffled and cut into bags of `bagSize`; a bag in which fewer than 75% of the
/// labels are distinct is skipped, and what is left over at the end of a shuffle is dropped. An
/// epoch shuffles again until it has the bags it was asked for, so that runs of all bag sizes can
/// train on the same number of pictures. Each epoch depends on the seed and its number alone.
public struct BagSampler: Sendable {
  /// Pictures, and labels, in a bag.
  public let bagSize: Int
  /// Distinct labels that a bag needs: 75% of its size, rounded up.
  public let requiredDistinctLabels: Int
  private let labels: [Int32]
  private let seed: UInt64
  private let stream: RandomStream

  /// Shuffles without one bag that passes after which the labels are held to be unfit.
  private static let fruitlessShuffles = 1_000

  /// - Parameters:
  ///   - labels: The true class of each picture, at least 0.
  ///   - bagSize: From 1, which is supervised training, to the number of pictures.
  ///   - seed: Determines every bag.
  /// - Throws: ``BagSamplerError`` where no bag of this size can pass.
  public init(labels: [Int32], bagSize: Int, seed: UInt64) throws(BagSamplerError) {
    try self.init(labels: labels, bagSize: bagSize, seed: seed, stream: .bags)
  }

  init(
    labels: [Int32], bagSize: Int, seed: UInt64, stream: RandomStream
  ) throws(BagSamplerError) {
    guard bagSize >= 1, bagSize <= labels.count else {
      throw .bagSizeOutOfRange(bagSize: bagSize, pictures: labels.count)
    }
    let required = Self.requiredDistinctLabels(bagSize: bagSize)
    let classes = Set(labels).count
    guard classes >= required else {
      throw .tooFewClasses(bagSize: bagSize, required: required, found: classes)
    }
    (self.labels, self.bagSize, self.seed, self.stream) = (labels, bagSize, seed, stream)
    requiredDistinctLabels = required
  }

  /// The least number of distinct labels that is not under 75% of `bagSize`.
  public static func requiredDistinctLabels(bagSize: Int) -> Int {
    (3 * bagSize + 3) / 4
  }

  /// The bags of one epoch.
  ///
  /// - Parameters:
  ///   - number: Which epoch; each has its own shuffles.
  ///   - pictures: How many pictures the epoch trains on, rounded down to whole bags; by default as
  ///     many as there are.
  /// - Complexity: O(pictures drawn).
  public func epoch(_ number: Int, pictures: Int? = nil) throws(BagSamplerError) -> EpochBags {
    var generator = stream.generator(seed: seed, at: number)
    var epoch = EpochBags(bagSize: bagSize)
    let wanted = max(0, pictures ?? labels.count) / bagSize
    var order = Array(0..<labels.count)
    var fruitless = 0
    while epoch.count < wanted {
      order.shuffle(using: &generator)
      let before = epoch.count
      drawBags(from: order, upTo: wanted, into: &epoch, using: &generator)
      fruitless = epoch.count == before ? fruitless + 1 : 0
      guard fruitless < Self.fruitlessShuffles else {
        throw .noBagPasses(bagSize: bagSize, required: requiredDistinctLabels, drawn: epoch.skipped)
      }
    }
    return epoch
  }

  private func drawBags(
    from order: [Int], upTo wanted: Int, into epoch: inout EpochBags,
    using generator: inout SeededGenerator
  ) {
    for start in stride(from: 0, through: order.count - bagSize, by: bagSize) {
      guard epoch.count < wanted else { return }
      let pictures = order[start..<start + bagSize]
      var bagLabels = pictures.map { labels[$0] }
      guard Set(bagLabels).count >= requiredDistinctLabels else {
        epoch.skipped += 1
        continue
      }
      bagLabels.shuffle(using: &generator)
      epoch.pictures += pictures
      epoch.labels += bagLabels
    }
  }
}

/// The bags of one epoch, one after the other.
public struct EpochBags: Sendable, Equatable {
  /// Pictures in a bag.
  public let bagSize: Int
  /// Indices of the pictures, `bagSize` for each bag.
  public fileprivate(set) var pictures: [Int] = []
  /// The labels of each bag's pictures, shuffled within the bag.
  public fileprivate(set) var labels: [Int32] = []
  /// Bags that were drawn and had too few distinct labels.
  public fileprivate(set) var skipped = 0

  fileprivate init(bagSize: Int) { self.bagSize = bagSize }

  /// The number of bags that passed.
  public var count: Int { pictures.count / bagSize }
}

/// Why bags cannot be drawn.
public enum BagSamplerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A bag of no picture, or of more than there are.
  case bagSizeOutOfRange(bagSize: Int, pictures: Int)
  /// The pictures have fewer classes than a bag must have.
  case tooFewClasses(bagSize: Int, required: Int, found: Int)
  /// No bag of many that were drawn had as many classes as required.
  case noBagPasses(bagSize: Int, required: Int, drawn: Int)

  /// What a bag needs and what the pictures give.
  public var description: String {
    switch self {
    case .bagSizeOutOfRange(let bagSize, let pictures):
      "expected a bag size in 1...\(pictures), the number of pictures, found \(bagSize)"
    case .tooFewClasses(let bagSize, let required, let found):
      "bags of \(bagSize) need \(required) distinct labels; the pictures have \(found)"
    case .noBagPasses(let bagSize, let required, let drawn):
      "none of \(drawn) bags of \(bagSize) had \(required) distinct labels"
    }
  }
}
