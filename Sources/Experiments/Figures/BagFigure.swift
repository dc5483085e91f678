import Foundation

/// A picture of bags: each bag a row, under each of its pictures the class that it was matched to,
/// green where that is right, red with the true class where it is wrong.
public struct BagFigure: Sendable {
  let title: String
  let pictures: PictureSet
  let bags: [MatchedBag]

  /// - Parameters:
  ///   - title: The heading.
  ///   - pictures: The set that the bags' indices count in.
  ///   - bags: One row each.
  public init(title: String, pictures: PictureSet, bags: [MatchedBag]) {
    (self.title, self.pictures, self.bags) = (title, pictures, bags)
  }

  /// The first bags of an evaluation, by default as many as fit on a page.
  public init(
    _ evaluation: BagEvaluation, of classifier: BagClassifier, pictures: PictureSet,
    bags: [MatchedBag], bagLimit: Int? = nil
  ) {
    let error = TrainingDisplay.percent(evaluation.bagError)
    let training =
      classifier.options.bagSize == 1
      ? "with every label in place" : "from bags of \(classifier.options.bagSize)"
    self.init(
      title:
        "\(classifier.options.data), \(classifier.options.network.rawValue) trained \(training): "
        + "\(error) of the pictures in test bags of \(evaluation.bagSize) matched wrongly",
      pictures: pictures, bags: Array(bags.prefix(bagLimit ?? Self.bagsOfAPage)))
  }

  private static let bagsOfAPage = 6
  private static let key =
    "The labels of a bag came in no order; below each picture stands the one that it was matched with."

  /// Draws the picture with gnuplot; the ending `.png` or `.svg` chooses the format.
  public func write(to path: String) throws(FigureError) {
    let layout = BagFigureLayout(self)
    var page = FigurePage(width: layout.width, height: layout.height)
    page.add(pixels: pixels(page, layout))
    page.add(layout.tiles.flatMap { captions($0, layout) })
    page.add(headings(layout), style: "left")
    for tile in layout.tiles {
      let isRight = bags[tile.bag].isRight(tile.column)
      page.addFrame(
        x: tile.x - 3, y: tile.y - 3, width: layout.tileWidth + 6, height: layout.tileHeight + 6,
        color: isRight ? Color.right : Color.wrong, lineWidth: isRight ? 1 : 2.5)
    }
    try page.write(to: path)
  }

  private enum Color {
    static let right = "1b7f3b"
    static let wrong = "c62828"
    static let note = "666666"
    static let heading = "222222"
  }

  private func captions(
    _ tile: BagFigureLayout.Tile, _ layout: BagFigureLayout
  ) -> [FigurePage.Text] {
    let bag = bags[tile.bag]
    let isRight = bag.isRight(tile.column)
    let (x, y) = (tile.x + layout.tileWidth / 2, tile.y + layout.tileHeight + 14)
    let matched = FigurePage.Text(
      x, y, isRight ? Color.right : Color.wrong, className(bag.matchedClasses[tile.column]))
    let truth = FigurePage.Text(
      x, y + 15, Color.note, "is \(className(bag.trueClasses[tile.column]))")
    return isRight ? [matched] : [matched, truth]
  }

  private func headings(_ layout: BagFigureLayout) -> [FigurePage.Text] {
    let x = BagFigureLayout.margin
    let rows = bags.enumerated().flatMap { number, bag in
      let middle = layout.top(ofBag: number) + layout.tileHeight / 2
      let right = bag.pictures.indices.count(where: bag.isRight)
      return [
        FigurePage.Text(x, middle - 8, Color.heading, "bag \(number + 1)"),
        FigurePage.Text(x, middle + 8, Color.note, "\(right) of \(bag.pictures.count) right"),
      ]
    }
    return [
      FigurePage.Text(x, 20, Color.heading, title), FigurePage.Text(x, 38, Color.note, Self.key),
    ] + rows
  }

  private func className(_ label: Int32) -> String { pictures.classNames[Int(label)] }

  /// The enlarged pictures on white. Gray pictures are shown dark on light.
  private func pixels(_ page: FigurePage, _ layout: BagFigureLayout) -> [UInt8] {
    var pixels = page.whitePixels
    let area = pictures.height * pictures.width
    for tile in layout.tiles {
      let picture = Array(pictures.picture(bags[tile.bag].pictures[tile.column]))
      for row in 0..<layout.tileHeight {
        var position = 3 * ((tile.y + row) * layout.width + tile.x)
        for column in 0..<layout.tileWidth {
          let pixel =
            row / layout.magnification * pictures.width + column / layout.magnification
          for channel in 0..<3 {
            pixels[position + channel] =
              pictures.channels == 3 ? picture[channel * area + pixel] : 255 - picture[pixel]
          }
          position += 3
        }
      }
    }
    return pixels
  }
}

/// Where everything stands, in points from the top left corner.
private struct BagFigureLayout {
  static let margin = 16
  /// Pictures are enlarged by a whole factor to about this many points.
  private static let pictureSide = 112
  private static let gap = 24
  private static let captionHeight = 52
  private static let rowHeading = 96
  private static let header = 64

  struct Tile {
    let bag, column, x, y: Int
  }

  let magnification, tileWidth, tileHeight, width, height: Int
  private(set) var tiles: [Tile] = []

  init(_ figure: BagFigure) {
    let side = max(figure.pictures.height, figure.pictures.width)
    magnification = max(1, Self.pictureSide / side)
    tileWidth = figure.pictures.width * magnification
    tileHeight = figure.pictures.height * magnification
    let columns = figure.bags.map(\.pictures.count).max() ?? 0
    let left = Self.margin + Self.rowHeading
    // The heading needs the width of some pictures even over bags of one.
    width = left + max(4, columns) * (tileWidth + Self.gap) + Self.margin
    height = Self.header + max(1, figure.bags.count) * (tileHeight + Self.captionHeight)
    for (number, bag) in figure.bags.enumerated() {
      for column in bag.pictures.indices {
        tiles.append(
          Tile(
            bag: number, column: column,
            x: left + column * (tileWidth + Self.gap) + Self.gap / 2, y: top(ofBag: number)))
      }
    }
  }

  func top(ofBag bag: Int) -> Int { Self.header + bag * (tileHeight + Self.captionHeight) }
}
