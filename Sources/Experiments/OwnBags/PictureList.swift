/// Pictures one by one, with their labels where these are known: what a classifier is tested on, or asked.
///
/// From a file with one picture a line, in JSON, as ``BagCollection`` has them:
///
/// ```json
/// {"picture": "a.png", "label": "apples"}
/// {"picture": {"file": "group.jpg", "box": [12, 30, 64, 80]}, "label": "Anna"}
/// ```
public struct PictureList: Sendable {
  /// The pictures, in the order of their lines.
  public let pictures: PictureStack
  /// Where each picture is.
  public let sources: [PictureReference]
  /// The label of each picture; nil where it is not known.
  public let labels: [Int32?]
  /// What the classes are called, by label.
  public let classNames: [String]
  /// The lines, or files, that were skipped, with the reasons.
  public let badLines: [BadLine]

  /// Reads a manifest and its pictures.
  ///
  /// - Parameters:
  ///   - path: The path of the file, or `-` for standard input.
  ///   - format: What the pictures are brought to.
  ///   - classNames: The labels that there may be: those of the classifier.
  ///   - needsLabels: Whether a picture without a label is refused.
  ///   - skipsBadLines: Whether to go on after a line that cannot be used.
  /// - Throws: ``ManifestError``.
  public init(
    manifest path: String, format: PictureFormat, classNames: [String], needsLabels: Bool = true,
    skipsBadLines: Bool = false
  ) throws(ManifestError) {
    let labelOfName = Dictionary(
      zip(classNames, classNames.indices.map(Int32.init)), uniquingKeysWith: { first, _ in first })
    var manifest = try Manifest<PictureLine>(contentsOf: path, skipsBadLines: skipsBadLines) {
      line in
      guard let label = line.label else {
        return needsLabels ? .form("expected \"label\", found none") : nil
      }
      return labelOfName[label] == nil ? .unknownLabel(label, known: classNames) : nil
    }
    let loaded = try manifest.load(format, skipsBadLines: skipsBadLines)
    self.init(
      loaded, labels: manifest.lines.map { $0.content.label.flatMap { labelOfName[$0] } },
      classNames: classNames, badLines: manifest.badLines)
  }

  /// Reads files of pictures.
  ///
  /// - Parameters:
  ///   - files: Their paths.
  ///   - format: What they are brought to.
  ///   - classNames: The classes of the classifier.
  ///   - skipsBadFiles: Whether to go on after a file that cannot be used.
  /// - Throws: ``ManifestError``.
  public init(
    files: [String], format: PictureFormat, classNames: [String], skipsBadFiles: Bool = false
  ) throws(ManifestError) {
    let loaded = try PictureLoader(manifest: "", format: format).load(
      files.map { (nil, [PictureReference(file: $0)]) }, skipsBadLines: skipsBadFiles)
    self.init(
      loaded, labels: loaded.picturesOfLines.map { _ in nil }, classNames: classNames,
      badLines: loaded.badLines)
  }

  /// A picture that stands on two lines stands twice here.
  private init(
    _ loaded: LoadedPictures, labels: [Int32?], classNames: [String], badLines: [BadLine]
  ) {
    let order = loaded.picturesOfLines.map { $0[0] }
    pictures = loaded.stack.gathered(order)
    sources = order.map { loaded.sources[$0] }
    (self.labels, self.classNames, self.badLines) = (labels, classNames, badLines)
  }

  /// The pictures whose labels are known.
  public var labeled: PictureSet {
    get throws(PictureSetError) {
      let known = labels.indices.filter { labels[$0] != nil }
      return try PictureSet(
        pictures.gathered(known), labels: known.compactMap { labels[$0] }, classNames: classNames)
    }
  }
}
