import DifferentiableTensor

/// What a tile of a map is made of.
public enum Terrain: Int, Sendable, CaseIterable {
  /// The lowest, and dearest: 9.2.
  case water
  /// The shores: 1.2.
  case sand
  /// The cheapest: 0.8.
  case grass
  /// Above the grass: 5.3.
  case forest
  /// The highest: 7.7.
  case rock

  /// What a path pays for the tile.
  public var cost: Float {
    switch self {
    case .water: 9.2
    case .sand: 1.2
    case .grass: 0.8
    case .forest: 5.3
    case .rock: 7.7
    }
  }

  /// The share of a map's tiles that lie below the end of this terrain, by height.
  fileprivate var highestShare: Double {
    switch self {
    case .water: 0.2
    case .sand: 0.35
    case .grass: 0.65
    case .forest: 0.85
    case .rock: 1
    }
  }

  /// Two colors (red, green, blue of 0 ... 1) that points are drawn in, and the share of the second.
  /// Forest is grass with trees: a single point does not tell them apart.
  fileprivate var colors: (first: [Float], second: [Float], share: Float) {
    switch self {
    case .water: ([0.2, 0.4, 0.75], [0.3, 0.5, 0.8], 0.3)
    case .sand: ([0.85, 0.75, 0.5], [0.75, 0.65, 0.4], 0.3)
    case .grass: ([0.4, 0.65, 0.3], [0.15, 0.4, 0.15], 0.1)
    case .forest: ([0.15, 0.4, 0.15], [0.4, 0.65, 0.3], 0.35)
    case .rock: ([0.5, 0.5, 0.5], [0.75, 0.75, 0.75], 0.35)
    }
  }

  /// The terrains of a map from the heights of its tiles: each has its share of every map.
  static func terrains(ofHeights heights: [Float]) -> [Terrain] {
    var terrains = [Terrain](repeating: .rock, count: heights.count)
    let order = heights.indices.sorted { (heights[$0], $0) < (heights[$1], $1) }
    for (place, tile) in order.enumerated() {
      let share = (Double(place) + 0.5) / Double(heights.count)
      terrains[tile] = allCases.first { share < $0.highestShare } ?? .rock
    }
    return terrains
  }

  /// The color of one point, 0 ... 1 but for noise.
  func point(brightness: Float, using generator: inout SeededGenerator) -> [Float] {
    let colors = colors
    let isSecond = Float.random(in: 0..<1, using: &generator) < colors.share
    return (isSecond ? colors.second : colors.first).map { channel in
      let noise = (0..<3).reduce(Float(0)) { sum, _ in
        sum + Float.random(in: -0.12...0.12, using: &generator)
      }
      return channel * brightness + noise
    }
  }
}
