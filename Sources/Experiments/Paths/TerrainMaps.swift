import CombinatorialLosses

/// Maps made by a seeded generator: pictures of terrain, what their tiles cost, and the shortest path from
/// the top left to the bottom right.
///
/// The landscapes are smooth random heights; a tile is a patch of colored points with noise, as dark or
/// bright as its map. After the Warcraft maps of M. Vlastelica et al., ICLR 2020, arXiv:1912.02175.
public struct TerrainMaps: Sendable {
  /// Tiles on a side.
  public static let side = 12
  /// Points on a side of a tile.
  static let tilePoints = 4
  /// Points on a side of a picture.
  static var pictureSide: Int { side * tilePoints }

  /// How many there are.
  public let count: Int
  /// `[maps, 3, points, points]`, about 0 ... 1.
  let pictures: [Float]
  /// `[maps, tiles, tiles]`: unknown to training.
  let costs: [Float]
  /// The shortest paths, as costs have them: all that training learns from.
  let optimum: Optimum

  /// The problem that training and evaluation solve.
  static let problem = GridShortestPath()

  /// Makes maps.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - first: The number of the first: maps of other numbers differ.
  ///   - seed: Determines them.
  public init(count: Int, first: Int = 0, seed: UInt64) throws {
    self.count = count
    var (pictures, costs): ([Float], [Float]) = ([], [])
    for map in first..<first + count {
      var generator = RandomStream.maps.generator(seed: seed, at: map)
      let terrains = Terrain.terrains(ofHeights: Self.heights(using: &generator))
      costs += terrains.map(\.cost)
      pictures += Self.picture(of: terrains, using: &generator)
    }
    (self.pictures, self.costs) = (pictures, costs)
    optimum = try Self.problem.optimum(Tensor(costs, shape: [count, Self.side, Self.side]))
  }

  /// The pictures, costs and paths of some maps.
  func batch(_ maps: some Collection<Int>) throws -> TerrainBatch {
    let (tiles, points) = (Self.side * Self.side, 3 * Self.pictureSide * Self.pictureSide)
    let paths = optimum.solution.scalars
    func gathered(_ all: [Float], _ size: Int) -> [Float] {
      maps.flatMap { all[$0 * size..<($0 + 1) * size] }
    }
    let grid = [maps.count, Self.side, Self.side]
    return TerrainBatch(
      pictures: try Tensor(
        gathered(pictures, points), shape: [maps.count, 3, Self.pictureSide, Self.pictureSide]),
      costs: try Tensor(gathered(costs, tiles), shape: grid),
      optimum: Optimum(
        values: maps.map { optimum.values[$0] },
        solution: try Tensor(gathered(paths, tiles), shape: grid)))
  }

  /// Smooth noise: two lattices of random heights, drawn out to the tiles.
  private static func heights(using generator: inout SeededGenerator) -> [Float] {
    var heights = [Float](repeating: 0, count: side * side)
    for (points, weight) in [(4, Float(1)), (7, 0.5)] {
      let lattice = (0..<points * points).map { _ in Float.random(in: -1...1, using: &generator) }
      let step = Float(points - 1) / Float(side - 1)
      for tile in heights.indices {
        let (y, x) = (Float(tile / side) * step, Float(tile % side) * step)
        let (i, j) = (min(Int(y), points - 2), min(Int(x), points - 2))
        let (down, right) = (y - Float(i), x - Float(j))
        let above = lattice[i * points + j] * (1 - right) + lattice[i * points + j + 1] * right
        let next = (i + 1) * points + j
        let below = lattice[next] * (1 - right) + lattice[next + 1] * right
        heights[tile] += weight * (above * (1 - down) + below * down)
      }
    }
    return heights
  }

  private static func picture(
    of terrains: [Terrain], using generator: inout SeededGenerator
  ) -> [Float] {
    let brightness = Float.random(in: 0.75...1.25, using: &generator)
    let area = pictureSide * pictureSide
    var picture = [Float](repeating: 0, count: 3 * area)
    for point in 0..<area {
      let (y, x) = (point / pictureSide, point % pictureSide)
      let terrain = terrains[y / tilePoints * side + x / tilePoints]
      let color = terrain.point(brightness: brightness, using: &generator)
      for channel in 0..<3 { picture[channel * area + point] = color[channel] }
    }
    return picture
  }
}

/// Some maps as tensors.
struct TerrainBatch: Sendable {
  /// `[maps, 3, points, points]`.
  let pictures: Tensor
  /// `[maps, tiles, tiles]`.
  let costs: Tensor
  let optimum: Optimum
}
