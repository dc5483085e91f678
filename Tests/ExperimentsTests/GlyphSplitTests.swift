import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct GlyphSplitTests {
  /// Computed with Python: `int(hashlib.sha256(b"glyph1:" + name).hexdigest(), 16) % 100`.
  @Test(arguments: [
    ("accanthis", 14), ("deja vu sans", 55), ("b 612", 79), ("jura", 19), ("binary", 8),
    ("caslon", 11),
  ])
  func placesAGroupByTheDigestOfItsName(group: String, remainder: Int) {
    let digest = SHA256.digest(of: GlyphPart.message(for: group).utf8)
    let expected: GlyphPart = remainder < 15 ? .test : remainder < 20 ? .valid : .train
    #expect(GlyphPart(hexDigest: digest) == expected)
  }

  @Test(
    arguments: [
      ("0", .test), ("e", .test), ("f", .valid), ("13", .valid), ("14", .train), ("63", .train),
      ("64", .test),
    ]
      as [(String, GlyphPart)])
  func dividesTheDigestByAHundred(digits: String, part: GlyphPart) {
    #expect(GlyphPart(hexDigest: digits) == part)
    let leadingZeros = String(repeating: "0", count: 64 - digits.count)
    #expect(GlyphPart(hexDigest: leadingZeros + digits) == part)
  }

  private static func split() -> (split: GlyphSplit, faces: [GlyphFace]) {
    let base = GlyphFace.boxes(family: "")
    let faces = (0..<4).map {
      base.raised(by: UInt8(40 * $0)).renamed("Family" + ["A", "B", "C", "D"][$0] + "x")
    }
    let digests = ["a": "00", "b": "0f", "c": "14", "d": "15"]
    let split = GlyphSplit(faces, groups: GlyphGroups(of: faces)) { message in
      #expect(message.hasPrefix("glyph1:family "))
      return message.dropLast().last.flatMap { digests[String($0)] } ?? ""
    }
    return (split, faces)
  }

  @Test func putsTheFacesOfAGroupIntoItsPart() throws {
    let (split, faces) = Self.split()
    #expect(split.faces[.test] == [faces[0]])
    #expect(split.faces[.valid] == [faces[1]])
    #expect(split.faces[.train] == [faces[2], faces[3]])
  }

  @Test func writesEveryPictureOnceWithEveryFaceInTurn() throws {
    let (split, faces) = Self.split()
    let (pixels, labels) = split.pictures(of: .train)
    #expect(labels.count == 124)
    #expect(labels.prefix(4) == [0, 1, 1, 2])
    for (position, label) in labels.enumerated() {
      let picture = pixels[position * GlyphPictures.pixels..<(position + 1) * GlyphPictures.pixels]
      #expect(picture == faces[2 + position % 2].picture(Int(label)))
    }
    for face in 0..<2 {
      let own = labels.enumerated().filter { $0.offset % 2 == face }.map(\.element)
      #expect(own.sorted() == Array(0..<62))
    }
  }

  @Test func writesFilesThatLoadAsTheDataSet() throws {
    let cache = try TemporaryFolder()
    let folder = GlyphFolders(cache: cache.path).data
    let folders = DataFolders(cache: cache.path)
    #expect {
      try DataSource.glyphs.load(from: folders)
    } throws: { "\($0)".contains("data glyphs") && "\($0)".contains(folder) }

    let (split, faces) = Self.split()
    try GlyphFolders.make(folder)
    try GlyphFiles.write(split, to: folder)
    let data = try DataSource.glyphs.load(from: folders)
    #expect([data.training.count, data.test.count] == [124, 62])
    #expect([data.test.channels, data.test.height, data.test.width] == [1, 28, 28])
    #expect(data.test.pixels == faces[0].pictures)
    #expect(data.test.labels == (0..<62).map { Int32($0) })
    #expect(data.test.classNames[10] == "A" && data.test.classNames[61] == "z")
    #expect(try GlyphFiles.load(.valid, from: folder).count == 62)
  }
}
