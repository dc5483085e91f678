import CombinatorialFiles
import ProblemFiles

/// A picture of a bag of one's own after its labels were matched: photographs with the boxes that they are cut
/// into, pictures by themselves in rows, and at each the name that belongs to it.
public struct MatchedBagFigure: Sendable {
  private let matched: MatchedLabels
  private let collection: BagCollection

  /// - Parameters:
  ///   - matched: What ``BagClassifier/match(_:unmatchedCost:)`` found.
  ///   - collection: The bags that were matched, from a manifest: their files are read again.
  public init(_ matched: MatchedLabels, of collection: BagCollection) {
    (self.matched, self.collection) = (matched, collection)
  }

  /// Draws the picture with gnuplot; the ending `.png` or `.svg` chooses the format.
  ///
  /// - Throws: ``FigureError``; also for bags from memory, which have no files.
  public func write(to path: String) throws(FigureError) {
    guard !collection.sources.isEmpty else {
      throw .file(
        .unreadable(file: collection.manifest, reason: "expected bags of a manifest, with files"))
    }
    let bag = collection.bags[matched.bag]
    var canvas = BagCanvas(pictureCount: bag.pictures.count)
    var boxesOfFile: [String: [(box: PictureBox, name: BagCanvas.Name)]] = [:]
    var photographs: [String] = []
    var whole: [(file: String, name: BagCanvas.Name)] = []
    for (position, picture) in bag.pictures.enumerated() {
      let source = collection.sources[picture]
      let name = BagCanvas.Name(
        text: matched.labels[position].map { collection.classNames[Int($0)] },
        probability: matched.probabilities[position])
      if let box = source.box {
        if boxesOfFile[source.file] == nil { photographs.append(source.file) }
        boxesOfFile[source.file, default: []].append((box, name))
      } else {
        whole.append((source.file, name))
      }
    }
    for file in photographs {
      try canvas.add(photograph: open(file), boxes: boxesOfFile[file] ?? [])
    }
    for (file, name) in whole { try canvas.add(tile: open(file), name: name) }
    canvas.add(unmatched: matched.unmatchedLabels.map { collection.classNames[Int($0)] })
    try canvas.draw(to: path)
  }

  private func open(_ file: String) throws(FigureError) -> PictureFile {
    let path = collection.path(of: file)
    do { return try PictureFile(contentsOf: path) } catch {
      throw .file(.unreadable(file: path, reason: error.description))
    }
  }
}

/// What is drawn of a bag: points from the top left corner.
private struct BagCanvas {
  /// What stands at a picture.
  struct Name {
    /// Nil: no label belongs to the picture.
    let text: String?
    let probability: Double?
  }

  private enum Color {
    static let matched = ["1b7f3b", "1f5fa8", "a84a1f", "7a3fa0", "8a6d00", "00797a"]
    static let unmatched = "808080"
    static let note = "666666"
    static let text = "222222"
  }

  private static let margin = 16
  private static let width = 960
  private static let gap = 16
  private static let captionHeight = 44
  private static let longestName = 24

  private let side: Int
  private var height = margin
  /// Where the next tile of the row goes; nil: in a new row.
  private var tileColumn: Int?
  private var pieces: [(x: Int, y: Int, raster: Raster)] = []
  private var frames: [(x: Int, y: Int, width: Int, height: Int, color: String)] = []
  /// Of pictures by themselves, and of boxes.
  private var captions: [FigurePage.Text] = []
  private var tags: [FigurePage.Text] = []
  private var names = 0

  init(pictureCount: Int) { side = pictureCount > 24 ? 88 : 144 }

  /// A photograph over the whole width, with its boxes.
  mutating func add(
    photograph: PictureFile, boxes: [(box: PictureBox, name: Name)]
  ) throws(FigureError) {
    let scale = min(
      Double(Self.width - 2 * Self.margin) / Double(photograph.width),
      640 / Double(photograph.height), 4)
    let size = (
      max(1, Int(Double(photograph.width) * scale)), max(1, Int(Double(photograph.height) * scale))
    )
    // The names of boxes at the upper edge stand above the photograph.
    let (x, y) = (Self.margin, height + 20)
    pieces.append((x, y, try Self.resized(photograph, to: size)))
    for (box, name) in boxes {
      let color = nextColor(name)
      let (left, top) = (x + Int(box.x * scale), y + Int(box.y * scale))
      let width = Int(box.width * scale)
      frames.append((left, top, width, Int(box.height * scale), color))
      let probability = name.probability.map { " \(TrainingDisplay.percent($0, 0))" } ?? ""
      tags.append(.init(left + width / 2, top - 10, color, Self.text(name) + probability))
    }
    height = y + size.1 + Self.gap
  }

  /// A picture by itself, with its name below.
  mutating func add(tile file: PictureFile, name: Name) throws(FigureError) {
    let column = tileColumn ?? 0
    let x = Self.margin + column * (side + Self.gap)
    let scale = Double(side) / Double(max(file.width, file.height))
    let size = (
      max(1, Int(Double(file.width) * scale)), max(1, Int(Double(file.height) * scale))
    )
    let (left, top) = (x + (side - size.0) / 2, height + (side - size.1) / 2)
    pieces.append((left, top, try Self.resized(file, to: size)))
    let color = nextColor(name)
    frames.append((left - 2, top - 2, size.0 + 4, size.1 + 4, color))
    let center = x + side / 2
    captions.append(.init(center, height + side + 13, color, Self.text(name)))
    if let probability = name.probability {
      captions.append(
        .init(center, height + side + 28, Color.note, TrainingDisplay.percent(probability, 0)))
    }
    tileColumn = column + 1
    let columns = (Self.width - 2 * Self.margin + Self.gap) / (side + Self.gap)
    if column + 1 >= columns { endRow() }
  }

  private mutating func endRow() {
    guard tileColumn != nil else { return }
    tileColumn = nil
    height += side + Self.captionHeight
  }

  /// The labels that belong to no picture, below all.
  mutating func add(unmatched labels: [String]) {
    endRow()
    guard !labels.isEmpty else { return }
    var lines = ["no picture:"]
    for label in labels {
      let text = PrintableText.excerpt(label, maximumLength: Self.longestName)
      if lines[lines.count - 1].count + text.count > 110 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].hasSuffix(":") ? " " : ", ") + text
    }
    for line in lines {
      captions.append(.init(Self.width / 2, height + 8, Color.text, line))
      height += 20
    }
  }

  private mutating func nextColor(_ name: Name) -> String {
    guard name.text != nil else { return Color.unmatched }
    names += 1
    return Color.matched[(names - 1) % Color.matched.count]
  }

  private static func text(_ name: Name) -> String {
    name.text.map { PrintableText.excerpt($0, maximumLength: longestName) } ?? "no label"
  }

  private static func resized(
    _ file: PictureFile, to size: (width: Int, height: Int)
  ) throws(FigureError) -> Raster {
    do {
      return try file.resized(width: size.width, height: size.height)
    } catch { throw .file(.unreadable(file: "a picture", reason: error.description)) }
  }

  // MARK: Drawing

  func draw(to path: String) throws(FigureError) {
    var page = FigurePage(width: Self.width, height: height + Self.margin)
    page.add(pixels: pixels(page))
    page.add(captions)
    page.add(tags, style: "boxed")
    for (x, y, width, height, color) in frames {
      page.addFrame(x: x, y: y, width: width, height: height, color: color)
    }
    try page.write(to: path)
  }

  /// All pictures on white.
  private func pixels(_ page: FigurePage) -> [UInt8] {
    var pixels = page.whitePixels
    for piece in pieces {
      for row in 0..<piece.raster.height {
        let line = 3 * piece.raster.width
        let start = 3 * ((piece.y + row) * Self.width + piece.x)
        pixels.replaceSubrange(
          start..<start + line, with: piece.raster.pixels[row * line..<(row + 1) * line])
      }
    }
    return pixels
  }
}
