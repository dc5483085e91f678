/// Which faces are in the data set.
enum GlyphSelection {
  /// The least number of letters drawn alike in upper and lower case that makes a face unicase.
  static let unicaseLetters = 10
  /// The least median height of a face's characters, in pixels of the picture.
  static let leastHeight = 12
  static let mostFacesPerStem = 12

  /// The faces that stay, in order, and how many were dropped for which reason.
  static func select(
    from faces: [GlyphFace]
  ) -> (faces: [GlyphFace], rejections: [GlyphRejection: Int]) {
    var rejections: [GlyphRejection: Int] = [:]
    var looks: Set<[UInt8]> = []
    let distinct = faces.filter { face in
      guard let rejection = rejection(of: face, looks: &looks) else { return true }
      rejections[rejection, default: 0] += 1
      return false
    }
    let kept = limited(distinct)
    rejections[.surplus] = distinct.count - kept.count
    return (kept, rejections)
  }

  private static func rejection(
    of face: GlyphFace, looks: inout Set<[UInt8]>
  ) -> GlyphRejection? {
    if isUnicase(face) { return .unicase }
    if medianHeight(face) < leastHeight { return .low }
    return looks.insert(look(face)).inserted ? nil : .duplicate
  }

  static func isUnicase(_ face: GlyphFace) -> Bool {
    let alike = GlyphPictures.casePairs.filter { face.picture($0.upper) == face.picture($0.lower) }
    return alike.count >= unicaseLetters
  }

  /// The upper of the two middle heights of ink, in pixels.
  static func medianHeight(_ face: GlyphFace) -> Int {
    let side = GlyphPictures.side
    let heights = GlyphPictures.characters.indices.map { label in
      let picture = face.picture(label)
      guard let first = picture.firstIndex(where: { $0 != 0 }),
        let last = picture.lastIndex(where: { $0 != 0 })
      else { return 0 }
      return (last - picture.startIndex) / side - (first - picture.startIndex) / side + 1
    }
    return heights.sorted()[heights.count / 2]
  }

  /// What a face looks like in eight shades: the same for fonts that differ in hints and rounding.
  private static func look(_ face: GlyphFace) -> [UInt8] {
    face.pictures.map { $0 / 32 }
  }

  /// Of each stem no more than ``mostFacesPerStem``, evenly spread over its faces.
  private static func limited(_ faces: [GlyphFace]) -> [GlyphFace] {
    let byStem = Dictionary(grouping: faces.indices) { GlyphStem.stem(ofFamily: faces[$0].family) }
    let kept = byStem.values.flatMap { indices in
      let count = min(indices.count, mostFacesPerStem)
      return (0..<count).map { indices[$0 * indices.count / count] }
    }
    return kept.sorted().map { faces[$0] }
  }
}
