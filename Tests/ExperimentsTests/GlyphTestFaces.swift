import TestSupport

@testable import CombinatorialExperiments

extension GlyphFace {
  /// A face whose characters are different rectangles, 20 pixels high.
  static func boxes(
    family: String, path: String = "p", height: Int = 20, shade: UInt8 = 255,
    alike letters: Int = 0
  ) -> GlyphFace {
    var pictures: [UInt8] = []
    for label in GlyphPictures.characters.indices {
      // Letters up to number `letters` share the picture of their upper case.
      let isAlike = label >= 36 && label < 36 + letters
      pictures += box(
        width: 1 + (isAlike ? label - 26 : label) % 27, label >= 36 && !isAlike, height, shade)
    }
    return GlyphFace(path: path, family: family, pictures: pictures)
  }

  private static func box(
    width: Int, _ isHollow: Bool, _ height: Int, _ shade: UInt8
  ) -> [UInt8] {
    let side = GlyphPictures.side
    return (0..<side * side).map { pixel in
      let (row, column) = pixel.quotientAndRemainder(dividingBy: side)
      let isEdge = row == 0 || row == height - 1
      return row < height && column < width && (!isHollow || isEdge) ? shade : 0
    }
  }

  /// The face with `difference` added to every pixel of the ground.
  func raised(by difference: UInt8) -> GlyphFace {
    GlyphFace(
      path: path, family: family,
      pictures: pictures.map { $0 == 0 ? difference : $0 - difference })
  }

  func renamed(_ family: String) -> GlyphFace {
    GlyphFace(path: path, family: family, pictures: pictures)
  }
}
