import CombinatorialLosses

/// Sets of stems that belong together, so that none of their faces resembles one of another group.
///
/// Stems are joined that have two faces within ``nearness`` of each other: many fonts are copies of
/// a few classics under names of their own.
struct GlyphGroups {
  /// The root mean square difference of the pictures of two faces, scaled to 0...1, up to which
  /// they count as the same design. A fraction, so that the comparison is exact.
  static let nearness = (numerator: 1, denominator: 10)

  /// The group of each face, in the order of the faces: the first of the names of its stems.
  let names: [String]

  /// Compares each two faces of different groups: time O(faces^2), most of it saved because faces
  /// differ in their first characters already.
  init(of faces: [GlyphFace]) {
    let stems = faces.map { GlyphStem.stem(ofFamily: $0.family) }
    let ordered = Set(stems).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(ordered, ordered.indices))
    let stemNumbers = stems.map { numbers[$0] ?? 0 }
    var forest = DisjointSets(count: ordered.count)
    for one in faces.indices {
      for other in faces.indices[(one + 1)...]
      where forest.root(of: stemNumbers[one]) != forest.root(of: stemNumbers[other])
        && Self.areNear(faces[one], faces[other])
      {
        forest.join(stemNumbers[one], stemNumbers[other])
      }
    }
    names = stemNumbers.map { ordered[forest.root(of: $0)] }
  }

  /// Whether two faces are within ``nearness``; stops at the picture that decides it.
  static func areNear(_ one: GlyphFace, _ other: GlyphFace) -> Bool {
    let white = 255 * nearness.numerator
    let limit = GlyphPictures.pixelsPerFace * white * white
    let scale = nearness.denominator * nearness.denominator
    var sum = 0
    return one.pictures.withUnsafeBufferPointer { one in
      other.pictures.withUnsafeBufferPointer { other in
        for label in GlyphPictures.characters.indices {
          var pictureSum: Int32 = 0
          for pixel in label * GlyphPictures.pixels..<(label + 1) * GlyphPictures.pixels {
            let difference = Int32(one[pixel]) - Int32(other[pixel])
            pictureSum &+= difference &* difference
          }
          sum += Int(pictureSum)
          if sum * scale > limit { return false }
        }
        return true
      }
    }
  }
}
