import CombinatorialLosses
import Foundation

/// Brightness and contrast of every pixel and of squares around it.
struct PixelFeatures {
  /// Numbers for each pixel.
  static let count = 7

  /// `[height, width, count]`.
  let scalars: [Float]

  init(_ picture: Raster) {
    let light = picture.pixels.map { Double($0) / 255 }
    let sums = SquareSums(light, width: picture.width)
    let squares = SquareSums(light.map { $0 * $0 }, width: picture.width)
    scalars = light.indices.flatMap { pixel -> [Float] in
      let means = [2, 6, 40].map { sums.mean(pixel, radius: $0) }
      let spreads = [2, 6].enumerated().map { index, radius in
        max(0, squares.mean(pixel, radius: radius) - means[index] * means[index]).squareRoot()
      }
      let contrast = light[pixel] - means[2]
      // Of about the same size, so that one step length suits all.
      return [1, 4 * light[pixel] - 2, 4 * means[0] - 2, 4 * means[1] - 2, 4 * contrast]
        .map { Float($0) } + spreads.map { Float(8 * $0 - 0.5) }
    }
  }
}

/// Means of squares around pixels, from the sums of all rectangles at the upper left corner.
private struct SquareSums {
  private let width, height: Int
  /// `[height + 1, width + 1]`.
  private var sums: [Double]

  init(_ pixels: [Double], width: Int) {
    self.width = width
    height = pixels.count / width
    sums = .init(repeating: 0, count: (width + 1) * (height + 1))
    for row in 0..<height {
      var line = 0.0
      for column in 0..<width {
        line += pixels[row * width + column]
        let above = sums[row * (width + 1) + column + 1]
        sums[(row + 1) * (width + 1) + column + 1] = above + line
      }
    }
  }

  func mean(_ pixel: Int, radius: Int) -> Double {
    let (row, column) = (pixel / width, pixel % width)
    let (top, bottom) = (max(0, row - radius), min(height, row + radius + 1))
    let (left, right) = (max(0, column - radius), min(width, column + radius + 1))
    let sum =
      sums[bottom * (width + 1) + right] - sums[top * (width + 1) + right]
      - sums[bottom * (width + 1) + left] + sums[top * (width + 1) + left]
    return sum / Double((bottom - top) * (right - left))
  }
}

/// One half of a photograph.
struct PictureHalf {
  let rows: Range<Int>
  let width: Int
  /// `[rows, columns]`: 1 on an object.
  let mask: Tensor
  /// `[8, rows, columns]`: near 1 between equally bright neighbors, near 0 across an edge.
  let likeness: Tensor

  init(_ labeled: LabeledPicture, rows: Range<Int>) throws {
    let picture = labeled.picture
    self.rows = rows
    width = picture.width
    let pixels = rows.lowerBound * picture.width..<rows.upperBound * picture.width
    mask = try Tensor(Array(labeled.mask[pixels]), shape: [rows.count, picture.width])
    let steps = GridCut.Neighbors.eight.steps
    let likeness = steps.flatMap { step in
      pixels.map { pixel -> Float in
        let (row, column) = (pixel / picture.width + step.row, pixel % picture.width + step.column)
        guard rows.contains(row), (0..<picture.width).contains(column) else { return 0 }
        let other = picture.pixels[row * picture.width + column]
        let difference = (Float(picture.pixels[pixel]) - Float(other)) / 16
        return Foundation.exp(-difference * difference)
      }
    }
    self.likeness = try Tensor(likeness, shape: [steps.count, rows.count, picture.width])
  }

  /// `[pixels, features]`.
  func features(of all: PixelFeatures) throws -> Tensor {
    let rowCount = width * PixelFeatures.count
    return try Tensor(
      Array(all.scalars[rows.lowerBound * rowCount..<rows.upperBound * rowCount]),
      shape: [rows.count * width, PixelFeatures.count])
  }

  func logits(_ features: Tensor, _ weights: Tensor) throws -> Tensor {
    try features.matmul(weights).reshaped([rows.count, width])
  }
}
