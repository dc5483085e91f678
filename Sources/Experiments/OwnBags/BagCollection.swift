/// Bags of one's own: pictures, and for each bag the labels of what it shows, in no order.
///
/// A photograph with a caption that names the people but not from left to right, a cart with its receipt, or
/// pictures of which only is known how many are of each class. A bag may have more labels than pictures, or
/// fewer, and labels may repeat.
///
/// From a file with one bag a line, in JSON (an empty line is passed over):
///
/// ```json
/// {"pictures": ["a.png", "b.jpg"], "labels": ["apples", "bread"]}
/// {"pictures": [{"file": "group.jpg", "box": [12, 30, 64, 80]}], "labels": ["Anna", "Ben"]}
/// {"pictures": ["c.png", "d.png", "e.png"], "counts": {"apples": 2, "bread": 1}}
/// ```
///
/// PNG and JPEG files are named relative to the manifest's folder. A box is `[x, y, width, height]` in pixels
/// of the upright picture. Of a picture or a box, the largest part in the middle that has the proportions of
/// the ``PictureFormat`` is resized to it. `counts` are the same as labels that repeat.
public struct BagCollection: Sendable {
  /// One bag.
  public struct Bag: Sendable, Equatable {
    /// The line of the manifest, counted from 1; of bags from memory, their place.
    public let line: Int
    /// Indices in ``BagCollection/pictures``, at least one.
    public let pictures: [Int]
    /// The classes of what the bag shows, in no order, each as often as it is there; at least one.
    public let labels: [Int32]
  }

  /// The path of the manifest; a name for bags from memory.
  public let manifest: String
  /// Every picture once, however many bags have it.
  public let pictures: PictureStack
  /// Where each picture is; empty for bags from memory.
  public let sources: [PictureReference]
  /// What the classes are called, by label.
  public let classNames: [String]
  /// The bags, in the order of their lines.
  public let bags: [Bag]
  /// The lines that were skipped, with the reasons.
  public let badLines: [BadLine]

  /// Reads a manifest and its pictures, on as many threads as the task may use.
  ///
  /// - Parameters:
  ///   - path: The path of the file, or `-` for standard input.
  ///   - format: What the pictures are brought to.
  ///   - classNames: The labels that there may be; nil: those of the manifest, sorted.
  ///   - skipsBadLines: Whether to go on after a line that cannot be used; ``badLines`` has them. A bag is
  ///     skipped as a whole.
  /// - Throws: ``ManifestError``: the first line that cannot be used, with the reason; no line that can; one
  ///   class alone.
  public init(
    manifest path: String, format: PictureFormat, classNames: [String]? = nil,
    skipsBadLines: Bool = false
  ) throws(ManifestError) {
    let known = classNames.map { Set($0) }
    var manifest = try Manifest<BagLine>(contentsOf: path, skipsBadLines: skipsBadLines) { line in
      let unknown = known.flatMap { known in line.classes.first { !known.contains($0) } }
      return unknown.map { .unknownLabel($0, known: classNames ?? []) }
    }
    let loaded = try manifest.load(format, skipsBadLines: skipsBadLines)
    let names = classNames ?? Set(manifest.lines.flatMap(\.content.classes)).sorted()
    guard classNames != nil || names.count > 1 else {
      throw .oneClass(file: path, className: names.first ?? "")
    }
    let labelOfName = Dictionary(
      zip(names, names.indices.map(Int32.init)), uniquingKeysWith: { first, _ in first })
    self.manifest = path
    self.classNames = names
    pictures = loaded.stack
    sources = loaded.sources
    badLines = manifest.badLines
    bags = zip(manifest.lines, loaded.picturesOfLines).map { line, pictures in
      Bag(
        line: line.number, pictures: pictures,
        labels: line.content.names.compactMap { labelOfName[$0] })
    }
  }

  /// Bags of pictures that are in memory.
  ///
  /// - Parameters:
  ///   - pictures: The pictures of all bags.
  ///   - bags: For each bag its pictures, as indices, and the classes of what it shows, in no order.
  ///   - classNames: What the classes are called.
  ///   - name: What checkpoints call the bags.
  /// - Throws: ``TrainingError/option(_:)`` where a bag is empty, or an index or a label out of range.
  public init(
    pictures: PictureStack, bags: [(pictures: [Int], labels: [Int32])], classNames: [String],
    name: String = "memory"
  ) throws(TrainingError) {
    for (number, bag) in bags.enumerated() {
      guard !bag.pictures.isEmpty, !bag.labels.isEmpty,
        bag.pictures.allSatisfy({ (0..<pictures.count).contains($0) }),
        bag.labels.allSatisfy({ classNames.indices.contains(Int($0)) })
      else {
        throw .option(
          "bag \(number): expected pictures in 0..<\(pictures.count) and labels in "
            + "0..<\(classNames.count), at least one of both, found \(bag.pictures) and \(bag.labels)"
        )
      }
    }
    guard !bags.isEmpty else { throw .option("bags: expected at least one, found none") }
    self.pictures = pictures
    self.classNames = classNames
    (manifest, sources, badLines) = (name, [], [])
    self.bags = bags.enumerated().map {
      Bag(line: $0.offset + 1, pictures: $0.element.pictures, labels: $0.element.labels)
    }
  }

  /// The path of a file that the manifest names.
  func path(of file: String) -> String { PictureLoader.path(of: file, manifest: manifest) }

  /// The pictures of all bags; a picture of two bags counts twice.
  public var picturesOfBags: Int { bags.reduce(0) { $0 + $1.pictures.count } }

  /// The smallest and the largest number of pictures in a bag.
  public var bagSizes: ClosedRange<Int> {
    let sizes = bags.map(\.pictures.count)
    return (sizes.min() ?? 0)...(sizes.max() ?? 0)
  }
}
