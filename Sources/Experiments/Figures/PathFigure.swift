import CombinatorialLosses

/// A picture of maps that a network never saw: above each map its shortest path, white, and the predicted
/// one, red; below the predicted costs of the tiles, dark where dear, with the same paths.
public struct PathFigure: Sendable {
  private let pictures, predictedCosts: [Float]
  private let truePaths, predictedPaths: [[GridCell]]
  private let regrets: [Double]

  private static let maps = 5
  private static let scale = 4
  private static let gap = 16
  private static let header = 44
  private static var area: Int { TerrainMaps.pictureSide * scale }
  private static var width: Int { gap + maps * (area + gap) }
  private static var height: Int { header + 2 * (area + gap) }

  /// The first maps of a set, as a trained network sees them.
  init(_ training: PathTraining, maps: TerrainMaps) throws {
    let batch = try maps.batch(0..<min(Self.maps, maps.count))
    let side = TerrainMaps.side
    let predicted = try training.predictedCosts(batch)
    pictures = batch.pictures.scalars
    predictedCosts = predicted.scalars
    let count = batch.costs.shape[0]
    truePaths = try TerrainMaps.problem
      .solve(batch.costs.scalars, batch: count, rows: side, columns: side).map(\.cells)
    predictedPaths = try TerrainMaps.problem
      .solve(predicted.scalars, batch: count, rows: side, columns: side).map(\.cells)
    regrets = try TerrainMaps.problem.regret(predicted, trueCosts: batch.costs).values
  }

  /// Draws the picture with gnuplot; the ending `.png` or `.svg` chooses the format.
  public func write(to path: String) throws(FigureError) {
    var page = FigurePage(width: Self.width, height: Self.height)
    page.add(pixels: pixels(page))
    page.add(lines: lines(truePaths), "using 1:2 with lines linewidth 7 linecolor rgb '0xffffff'")
    page.add(
      lines: lines(predictedPaths), "using 1:2 with lines linewidth 3 linecolor rgb '0xd02020'")
    page.add(captions, style: "left")
    try page.write(to: path)
  }

  private func left(_ map: Int) -> Int { Self.gap + map * (Self.area + Self.gap) }
  private func top(_ row: Int) -> Int { Self.header + row * (Self.area + Self.gap) }

  /// The centers of a path's tiles, on the map and on the costs; an empty line ends each.
  private func lines(_ paths: [[GridCell]]) -> String {
    let tile = Double(Self.area) / Double(TerrainMaps.side)
    var text = ""
    for (map, path) in paths.enumerated() {
      for row in 0..<2 {
        for cell in path {
          let x = Double(left(map)) + (Double(cell.column) + 0.5) * tile
          let y = Double(Self.height - top(row)) - (Double(cell.row) + 0.5) * tile
          text += "\(x)\t\(y)\n"
        }
        text += "\n"
      }
    }
    return text
  }

  private var captions: [FigurePage.Text] {
    let title =
      "Maps that the network never saw: shortest path (white) and "
      + "predicted path (red); below, the predicted costs of tiles"
    let notes = regrets.map {
      $0 < 1e-4 ? "a shortest path" : "costs \(TrainingDisplay.decimal($0, 1)) more"
    }
    return [.init(Self.gap, 16, "222222", title)]
      + notes.enumerated().map { .init(left($0), Self.header - 9, "222222", $1) }
  }

  /// Maps and costs on white.
  private func pixels(_ page: FigurePage) -> [UInt8] {
    var pixels = page.whitePixels
    func byte(_ level: Float) -> UInt8 { UInt8(max(0, min(255, level * 255))) }
    let (points, tiles) = (TerrainMaps.pictureSide, TerrainMaps.side)
    for map in regrets.indices {
      let costs = predictedCosts[map * tiles * tiles..<(map + 1) * tiles * tiles]
      let dearest = costs.max() ?? 1
      for y in 0..<Self.area {
        for x in 0..<Self.area {
          let above = 3 * ((top(0) + y) * Self.width + left(map) + x)
          let below = 3 * ((top(1) + y) * Self.width + left(map) + x)
          let tile = y * tiles / Self.area * tiles + x * tiles / Self.area
          let shade = byte(0.9 - 0.8 * costs[costs.startIndex + tile] / dearest)
          for channel in 0..<3 {
            let point = (y / Self.scale) * points + x / Self.scale
            pixels[above + channel] = byte(pictures[(3 * map + channel) * points * points + point])
            pixels[below + channel] = shade
          }
        }
      }
    }
    return pixels
  }
}
