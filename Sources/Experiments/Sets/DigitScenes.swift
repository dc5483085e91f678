import CombinatorialLosses

/// Pictures with handwritten digits here and there, and the set of what each shows: digits with boxes, in no
/// order.
public struct DigitScenes: Sendable {
  /// Pixels on a side of a picture.
  public static let side = 24
  /// The most digits of a picture; it has 1 at least.
  static let mostDigits = 3
  /// Sides of the squares that digits fill, in pixels.
  static let digitSides = 8...10

  /// A digit of a picture, its box as ``SetTargets`` has it, in units of the picture's side.
  struct Object: Sendable {
    let label: Int32
    let box: SIMD4<Float>
  }

  /// How many pictures there are.
  public var count: Int { objects.count }
  /// `[pictures, side, side]`, 0 ... 1.
  private(set) var pixels: [Float] = []
  /// In reading order.
  private(set) var objects: [[Object]] = []

  /// Draws pictures.
  ///
  /// - Parameters:
  ///   - numbers: Which of the stream's.
  ///   - digits: What is pasted; 8 x 8 pixels each.
  ///   - seed: Determines them, together with the stream.
  init(_ numbers: Range<Int>, digits: PictureSet, seed: UInt64, stream: RandomStream) {
    for picture in numbers {
      var generator = stream.generator(seed: seed, at: picture)
      add(digits, using: &generator)
    }
  }

  private mutating func add(_ digits: PictureSet, using generator: inout SeededGenerator) {
    let side = Self.side
    var canvas = [Float](repeating: 0, count: side * side)
    var squares: [(top: Int, left: Int, side: Int, label: Int32)] = []
    let wanted = Int.random(in: 1...Self.mostDigits, using: &generator)
    // What finds no free place is left out.
    for _ in 0..<100 where squares.count < wanted {
      let size = Int.random(in: Self.digitSides, using: &generator)
      let top = Int.random(in: 0...side - size, using: &generator)
      let left = Int.random(in: 0...side - size, using: &generator)
      let isFree = squares.allSatisfy { other in
        top >= other.top + other.side || other.top >= top + size
          || left >= other.left + other.side || other.left >= left + size
      }
      guard isFree else { continue }
      let digit = Int.random(in: 0..<digits.count, using: &generator)
      squares.append((top, left, size, digits.labels[digit]))
      let source = Array(digits.picture(digit))
      for pixel in 0..<size * size {
        let (row, column) = (pixel / size, pixel % size)
        canvas[(top + row) * side + left + column] = Self.sample(
          source, row: (Float(row) + 0.5) * 8 / Float(size) - 0.5,
          column: (Float(column) + 0.5) * 8 / Float(size) - 0.5)
      }
    }
    pixels += canvas
    objects.append(
      squares.sorted { ($0.top, $0.left) < ($1.top, $1.left) }.map { square in
        let size = Float(square.side)
        let box = SIMD4(Float(square.left) + size / 2, Float(square.top) + size / 2, size, size)
        return Object(label: square.label, box: box / Float(side))
      })
  }

  /// A point between the pixels of a digit, 0 ... 1.
  private static func sample(_ digit: [UInt8], row: Float, column: Float) -> Float {
    let (y, x) = (max(0, min(7, row)), max(0, min(7, column)))
    let (top, left) = (min(6, Int(y)), min(6, Int(x)))
    let (down, right) = (y - Float(top), x - Float(left))
    func pixel(_ row: Int, _ column: Int) -> Float { Float(digit[row * 8 + column]) / 255 }
    let above = pixel(top, left) * (1 - right) + pixel(top, left + 1) * right
    let below = pixel(top + 1, left) * (1 - right) + pixel(top + 1, left + 1) * right
    return above * (1 - down) + below * down
  }

  /// `[pictures, 1, side, side]`.
  var pictures: Tensor {
    get throws { try Tensor(pixels, shape: [count, 1, Self.side, Self.side]) }
  }
}
