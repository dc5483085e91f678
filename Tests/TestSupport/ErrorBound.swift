/// How far results in `Float` may be from exact ones by rounding alone, whatever the order of sums, the
/// width of vectors and the fusing of products: what tests ask of results that depend on these.
///
/// N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002, section 3.1.
public enum ErrorBound {
  /// The unit roundoff of `Float`: half the distance from 1 to the next number.
  public static let unit = 0x1p-24

  /// n u / (1 - n u): what n roundings do to a number, relative to it (lemma 3.1).
  public static func gamma(_ roundings: Int) -> Double {
    let product = Double(roundings) * unit
    return product / (1 - product)
  }

  /// Of a sum of products, in any order: gamma(n) sum |x y| (equation 3.5).
  ///
  /// - Parameters:
  ///   - terms: n; each product is rounded once, and takes part in at most n - 1 additions.
  ///   - magnitude: sum |x y|.
  public static func dotProduct(terms: Int, magnitude: Double) -> Double {
    gamma(max(1, terms)) * magnitude
  }

  /// Of the central difference (f(x + h) - f(x - h)) / (2 h) from f'(x): h^2 / 6 times the third derivative,
  /// by Taylor's theorem, and e / h where the values of f are within e.
  ///
  /// - Parameters:
  ///   - step: h.
  ///   - thirdDerivative: The most that the third derivative can be from x - h to x + h.
  ///   - valueError: e.
  public static func centralDifference(
    step: Double, thirdDerivative: Double, valueError: Double
  ) -> Double {
    step * step / 6 * thirdDerivative + valueError / step
  }

  /// Of a convolution by Winograd's F(4 x 4, 3 x 3) with the points 0, +-1, +-2 and infinity.
  ///
  /// Two passes of each of three transforms make at most 32 roundings of an entry, those of the
  /// coefficients 1/6, 1/12 and 1/24 included; then come the sums of `terms` products. (B. Barabasz,
  /// A. Anderson, K. M. Soodhalter, D. Gregg, ACM Trans. Math. Softw. 46, 2020, doi:10.1145/3412380,
  /// theorem 3, entry by entry instead of by norms.)
  ///
  /// - Parameters:
  ///   - terms: Products that are summed for an entry: channels, or tiles.
  ///   - magnitude: The result of the same algorithm on magnitudes, ``WinogradMagnitude``.
  public static func winograd(terms: Int, magnitude: Double) -> Double {
    gamma(32 + terms) * magnitude
  }
}

/// Winograd's algorithm with the magnitudes of all its numbers: how large the terms are that cancel in it.
public enum WinogradMagnitude {
  private static let window: [[Double]] = [
    [4, 0, 5, 0, 1, 0], [0, 4, 4, 1, 1, 0], [0, 4, 4, 1, 1, 0],
    [0, 2, 1, 2, 1, 0], [0, 2, 1, 2, 1, 0], [0, 4, 0, 5, 0, 1],
  ]
  private static let filter: [[Double]] = [
    [1 / 4, 0, 0], [1 / 6, 1 / 6, 1 / 6], [1 / 6, 1 / 6, 1 / 6],
    [1 / 24, 1 / 12, 1 / 6], [1 / 24, 1 / 12, 1 / 6], [0, 0, 1],
  ]
  private static let tile: [[Double]] = [
    [1, 1, 1, 1, 1, 0], [0, 1, 1, 2, 2, 0], [0, 1, 1, 4, 4, 0], [0, 1, 1, 8, 8, 1],
  ]

  private static func transposed(_ matrix: [[Double]]) -> [[Double]] {
    matrix[0].indices.map { column in matrix.map { $0[column] } }
  }

  /// T |X| T^T for square X, row by row.
  private static func transform(_ matrix: [[Double]], _ x: [Double]) -> [Double] {
    let (from, to) = (matrix[0].count, matrix.count)
    var half = [Double](repeating: 0, count: to * from)
    for i in 0..<to {
      for k in 0..<from {
        for j in 0..<from { half[i * from + k] += matrix[i][j] * abs(x[j * from + k]) }
      }
    }
    var result = [Double](repeating: 0, count: to * to)
    for i in 0..<to {
      for k in 0..<to {
        for j in 0..<from { result[i * to + k] += half[i * from + j] * matrix[k][j] }
      }
    }
    return result
  }

  /// Squares of `size` that start every 4 pixels, `padding` before the start of each plane; of each plane,
  /// row by row.
  private static func squares(
    _ images: [Float], height: Int, width: Int, size: Int, padding: Int, tiles: (Int, Int)
  ) -> [[[Double]]] {
    let plane = height * width
    return (0..<(plane == 0 ? 0 : images.count / plane)).map { index in
      (0..<tiles.0 * tiles.1).map { tile in
        (0..<size * size).map { k in
          let y = 4 * (tile / tiles.1) + k / size - padding
          let x = 4 * (tile % tiles.1) + k % size - padding
          guard (0..<height).contains(y), (0..<width).contains(x) else { return 0 }
          return Double(images[index * plane + y * width + x])
        }
      }
    }
  }

  /// Of the output, in pixels and in tiles.
  private static func extents(
    _ height: Int, _ width: Int, _ padding: Int
  ) -> (height: Int, width: Int, tiles: (Int, Int)) {
    let (height, width) = (height + 2 * padding - 2, width + 2 * padding - 2)
    return (height, width, ((height + 3) / 4, (width + 3) / 4))
  }

  /// The transformed windows of each plane.
  private static func windows(
    _ images: [Float], height: Int, width: Int, padding: Int
  ) -> [[[Double]]] {
    squares(
      images, height: height, width: width, size: 6, padding: padding,
      tiles: extents(height, width, padding).tiles
    ).map { $0.map { transform(window, $0) } }
  }

  /// Of the convolution of [batch, inputs, height, width] with [outputs, inputs, 3, 3].
  public static func convolution(
    _ images: [Float], batch: Int, inputs: Int, height: Int, width: Int, filters: [Float],
    outputs: Int, padding: Int
  ) -> [Double] {
    let (outHeight, outWidth, tiles) = extents(height, width, padding)
    let windows = windows(images, height: height, width: width, padding: padding)
    let weights = (0..<outputs * inputs).map {
      transform(filter, filters[9 * $0..<9 * $0 + 9].map(Double.init))
    }
    var result = [Double](repeating: 0, count: batch * outputs * outHeight * outWidth)
    for plane in 0..<batch * outputs {
      for tile in 0..<tiles.0 * tiles.1 {
        var sum = [Double](repeating: 0, count: 36)
        for c in 0..<inputs {
          let weight = weights[plane % outputs * inputs + c]
          let window = windows[plane / outputs * inputs + c][tile]
          for k in 0..<36 { sum[k] += weight[k] * window[k] }
        }
        for (k, magnitude) in transform(Self.tile, sum).enumerated() {
          let (y, x) = (4 * (tile / tiles.1) + k / 4, 4 * (tile % tiles.1) + k % 4)
          guard y < outHeight, x < outWidth else { continue }
          result[(plane * outHeight + y) * outWidth + x] = magnitude
        }
      }
    }
    return result
  }

  /// Of its gradient by the filters, from a cotangent [batch, outputs, …].
  public static func filterGradient(
    _ images: [Float], batch: Int, inputs: Int, height: Int, width: Int, cotangent: [Float],
    outputs: Int, padding: Int
  ) -> [Double] {
    let (outHeight, outWidth, tiles) = extents(height, width, padding)
    let windows = windows(images, height: height, width: width, padding: padding)
    let parts = squares(
      cotangent, height: outHeight, width: outWidth, size: 4, padding: 0, tiles: tiles
    ).map { $0.map { transform(transposed(tile), $0) } }
    return (0..<outputs * inputs).flatMap { filter in
      var sum = [Double](repeating: 0, count: 36)
      for n in 0..<batch {
        let part = parts[n * outputs + filter / inputs]
        let window = windows[n * inputs + filter % inputs]
        for tile in part.indices {
          for k in 0..<36 { sum[k] += part[tile][k] * window[tile][k] }
        }
      }
      return transform(transposed(Self.filter), sum)
    }
  }
}
