import DifferentiableTensor

/// Makes the input of a network from pictures: augmented, normalized, [n, channels, height, width].
struct PictureBatcher: Sendable {
  let pictures: PictureSet
  private let levels: [[Float]]

  init(_ pictures: PictureSet, normalization: PictureNormalization) {
    self.pictures = pictures
    levels = (0..<pictures.channels).map(normalization.levels)
  }

  /// - Parameter indices: The pictures of the batch, each in `0 ..< pictures.count`.
  func batch(
    _ indices: some Collection<Int>, augmentation: Augmentation = .none,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) -> Tensor {
    var scalars: [Float] = []
    scalars.reserveCapacity(indices.count * pictures.pixelsPerPicture)
    for index in indices {
      append(index, as: augmentation.draw(using: &generator), to: &scalars)
    }
    return try Tensor(
      scalars, shape: [indices.count, pictures.channels, pictures.height, pictures.width])
  }

  /// The pictures of `range` as they are.
  func batch(_ range: Range<Int>) throws(TensorError) -> Tensor {
    var unused = SeededGenerator(seed: 0)
    return try batch(range, using: &unused)
  }

  private func append(_ index: Int, as draw: Augmentation.Draw, to scalars: inout [Float]) {
    let (height, width) = (pictures.height, pictures.width)
    for channel in 0..<pictures.channels {
      let start = index * pictures.pixelsPerPicture + channel * height * width
      let levels = levels[channel]
      for row in 0..<height {
        let sourceRow = row - draw.down
        for column in 0..<width {
          let unmirrored = draw.mirrored ? width - 1 - column : column
          let sourceColumn = unmirrored - draw.right
          let isInside = (0..<height).contains(sourceRow) && (0..<width).contains(sourceColumn)
          let pixel = isInside ? pictures.pixels[start + sourceRow * width + sourceColumn] : 0
          scalars.append(levels[Int(pixel)])
        }
      }
    }
  }
}
