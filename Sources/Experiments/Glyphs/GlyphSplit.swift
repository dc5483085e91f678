/// A part of the glyph data set. No family has faces in two parts.
public enum GlyphPart: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  /// What is learned from.
  case train
  /// What options are chosen by.
  case valid
  /// What results are measured on.
  case test

  /// The part of a group, by a digest of its name: 15 groups of 100 test, 5 validate.
  ///
  /// - Parameter hexDigest: The SHA-256 digest of ``message(for:)``, a big-endian number.
  init(hexDigest: some StringProtocol) {
    switch hexDigest.reduce(0, { ($0 * 16 + ($1.hexDigitValue ?? 0)) % 100 }) {
    case ..<15: self = .test
    case ..<20: self = .valid
    default: self = .train
    }
  }

  /// What is hashed to place a group.
  static func message(for group: String) -> String { "glyph1:\(group)" }
}

/// The faces of the data set, by part.
struct GlyphSplit {
  let faces: [GlyphPart: [GlyphFace]]

  /// - Parameter digest: Computes the digest of a message in hexadecimal digits.
  init(
    _ faces: [GlyphFace], groups: GlyphGroups,
    digest: (String) -> String = { SHA256.digest(of: $0.utf8) }
  ) {
    let parts = Dictionary(
      uniqueKeysWithValues: Set(groups.names).map {
        ($0, GlyphPart(hexDigest: digest(GlyphPart.message(for: $0))))
      })
    self.faces = Dictionary(grouping: zip(faces, groups.names)) { parts[$0.1] ?? .train }
      .mapValues { $0.map(\.0) }
  }

  /// The pictures of a part and their labels.
  ///
  /// They are not ordered by face: each run of as many pictures as there are faces holds one of
  /// every face, in turn of every class, so that the first pictures of a part resemble the whole.
  func pictures(of part: GlyphPart) -> (pixels: [UInt8], labels: [UInt8]) {
    let faces = faces[part] ?? []
    let classes = GlyphPictures.characters.count
    var pixels: [UInt8] = []
    var labels: [UInt8] = []
    pixels.reserveCapacity(faces.count * GlyphPictures.pixelsPerFace)
    for round in 0..<classes {
      for (index, face) in faces.enumerated() {
        let label = (index + round) % classes
        pixels += face.picture(label)
        labels.append(UInt8(label))
      }
    }
    return (pixels, labels)
  }
}
