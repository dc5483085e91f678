import DifferentiableTensor
import Foundation
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct ManifestTests {
  private static let format = PictureFormat(channels: 1, height: 8, width: 8)

  /// A folder with `a.png`, `b.jpg` and `c.png`, 8 x 8, and `group.png`, 32 x 16.
  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let small = TestPictures.raster(width: 8, height: 8, channels: 1)
    try folder.write(PNGFile.encode(small), as: "a.png")
    try folder.write(JPEGFile.encode(small), as: "b.jpg")
    try folder.write(
      PNGFile.encode(TestPictures.raster(width: 8, height: 8, channels: 3, seed: 2)), as: "c.png")
    try folder.write(
      PNGFile.encode(TestPictures.raster(width: 32, height: 16, channels: 1)), as: "group.png")
    return folder
  }

  @Test func readsBags() throws {
    let folder = try Self.folder()
    // With a byte order mark, empty lines, line ends of two characters and no last one.
    let text = """
      \u{FEFF}{"pictures": ["a.png", {"file": "b.jpg"}], "labels": ["pear", "apple"]}\r

      {"pictures": [{"file": "group.png", "box": [8, 4, 8, 8]}, "a.png"], "counts": {"apple": 2, "fig": 0}}\r
      {"pictures": ["\(folder.path)/c.png"], "labels": ["pear", "apple", "pear"], "note": "more labels"}
      """
    let path = try folder.write(Array(text.utf8), as: "bags.jsonl")
    let bags = try BagCollection(manifest: path, format: Self.format)
    #expect(bags.classNames == ["apple", "fig", "pear"])
    #expect(bags.bags.map(\.line) == [1, 3, 4])
    #expect(bags.bags.map(\.pictures) == [[0, 1], [2, 0], [3]])
    #expect(bags.bags.map(\.labels) == [[2, 0], [0, 0], [2, 0, 2]])
    #expect(bags.pictures.count == 4 && bags.pictures.pictureShape == [1, 8, 8])
    #expect(
      bags.sources[2] == .init(file: "group.png", box: .init(x: 8, y: 4, width: 8, height: 8)))
    #expect(bags.badLines.isEmpty)
    #expect(bags.bagSizes == 1...2 && bags.picturesOfBags == 5)
    let a = TestPictures.raster(width: 8, height: 8, channels: 1).pixels
    #expect(Array(bags.pictures.picture(0)) == a)
    let group = TestPictures.raster(width: 32, height: 16, channels: 1).pixels
    let cut = (4..<12).flatMap { row in (8..<16).map { group[row * 32 + $0] } }
    #expect(Array(bags.pictures.picture(2)) == cut)
  }

  /// Each bad line of its kind, and a part of the reason.
  static let badLines: [(line: String, reason: String)] = [
    ("apples", "expected a JSON object"),
    ("{\"pictures\": [\"a.png\"], \"labels\": [\"pear\"]", "expected a JSON object"),
    ("[1, 2]", "rray"),
    ("{\"labels\": [\"pear\"]}", "expected \"pictures\", found none"),
    ("{\"pictures\": \"a.png\", \"labels\": [\"pear\"]}", "pictures: "),
    ("{\"pictures\": [], \"labels\": [\"pear\"]}", "at least one picture"),
    ("{\"pictures\": [7], \"labels\": [\"pear\"]}", "pictures[0]: "),
    (
      "{\"pictures\": [\"a.png\", {\"box\": [0, 0, 4, 4]}], \"labels\": [\"pear\"]}",
      "[1]: expected \"file\""
    ),
    (
      "{\"pictures\": [{\"file\": \"a.png\", \"bbox\": [0, 0, 4, 4]}], \"labels\": [\"pear\"]}",
      "pictures[0].bbox: expected \"file\" and \"box\" alone"
    ),
    (
      "{\"pictures\": [{\"file\": \"a.png\", \"box\": [0, 0, 4]}], \"labels\": [\"pear\"]}",
      "found 3 numbers"
    ),
    (
      "{\"pictures\": [{\"file\": \"a.png\", \"box\": [0, \"x\", 4, 4]}], \"labels\": [\"pear\"]}",
      "box[1]: "
    ),
    (
      "{\"pictures\": [{\"file\": \"a.png\", \"box\": [4, 4, 8, 4]}], \"labels\": [\"pear\"]}",
      "within 8 x 8"
    ),
    ("{\"pictures\": [\"a.png\"]}", "\"labels\" or \"counts\""),
    ("{\"pictures\": [\"a.png\"], \"labels\": []}", "at least one label"),
    ("{\"pictures\": [\"a.png\"], \"counts\": {\"pear\": 0}}", "at least one label"),
    (
      "{\"pictures\": [\"a.png\"], \"labels\": [\"pear\"], \"counts\": {\"pear\": 1}}", "found both"
    ),
    ("{\"pictures\": [\"a.png\"], \"labels\": [3]}", "labels[0]: expected String, found number"),
    ("{\"pictures\": [\"a.png\"], \"labels\": [\"\"]}", "empty"),
    ("{\"pictures\": [\"a.png\"], \"counts\": {\"pear\": -1}}", "found -1.0 of 'pear'"),
    ("{\"pictures\": [\"a.png\"], \"counts\": {\"pear\": 1.5}}", "found 1.5 of 'pear'"),
    ("{\"pictures\": [\"a.png\"], \"counts\": {\"a\": 1000000, \"b\": 1}}", "found 1.0 of 'b'"),
    ("{\"pictures\": [\"none.png\"], \"labels\": [\"pear\"]}", "none.png: cannot be read: "),
    ("{\"pictures\": [\"bags.jsonl\"], \"labels\": [\"pear\"]}", "expected a PNG or JPEG file"),
    ("{\"pictures\": [\"cut.png\"], \"labels\": [\"pear\"]}", "broken PNG file"),
    ("{\"pictures\": [\"cut.jpg\"], \"labels\": [\"pear\"]}", "broken JPEG file"),
  ]

  @Test(arguments: badLines.indices) func namesTheBadLine(index: Int) throws {
    let folder = try Self.folder()
    let large = TestPictures.raster(width: 64, height: 64, channels: 3)
    try folder.write(PNGFile.encode(large).prefix(400), as: "cut.png")
    try folder.write(JPEGFile.encode(large).prefix(1200), as: "cut.jpg")
    let (line, reason) = Self.badLines[index]
    let good = "{\"pictures\": [\"a.png\"], \"labels\": [\"apple\"]}"
    let other = "{\"pictures\": [\"b.jpg\", \"c.png\"], \"labels\": [\"pear\", \"apple\"]}"
    let path = try folder.write(
      Array([good, line, other, line].joined(separator: "\n").utf8), as: "bags.jsonl")
    #expect {
      try BagCollection(manifest: path, format: Self.format)
    } throws: { error in
      guard case ManifestError.badLine(let bad) = error else { return false }
      return bad.line == 2 && bad.file == path && "\(error)".contains(reason)
        && "\(error)".hasPrefix("\(path): line 2: ")
    }
    let bags = try BagCollection(manifest: path, format: Self.format, skipsBadLines: true)
    #expect(bags.badLines.map(\.line) == [2, 4])
    #expect(bags.bags.map(\.line) == [1, 3])
    #expect(bags.classNames == ["apple", "pear"])
    // What only lines that are skipped have is not among the pictures.
    #expect(bags.pictures.count == 3 && bags.sources.map(\.file) == ["a.png", "b.jpg", "c.png"])
  }

  @Test func needsBagsAndClasses() throws {
    let folder = try Self.folder()
    let none = folder.path + "/none.jsonl"
    #expect {
      try BagCollection(manifest: none, format: Self.format)
    } throws: { error in
      guard case ManifestError.file(.unreadable(none, _)) = error else { return false }
      return true
    }
    let empty = try folder.write(Array("\n\n".utf8), as: "empty.jsonl")
    #expect(throws: ManifestError.empty(file: empty, skipped: 0)) {
      try BagCollection(manifest: empty, format: Self.format)
    }
    let bad = try folder.write(Array("x\ny\n".utf8), as: "bad.jsonl")
    #expect(throws: ManifestError.empty(file: bad, skipped: 2)) {
      try BagCollection(manifest: bad, format: Self.format, skipsBadLines: true)
    }
    let one = try folder.write(
      Array("{\"pictures\": [\"a.png\"], \"labels\": [\"pear\"]}".utf8), as: "one.jsonl")
    #expect(throws: ManifestError.oneClass(file: one, className: "pear")) {
      try BagCollection(manifest: one, format: Self.format)
    }
    // A classifier's classes may be more than the bags have.
    let known = try BagCollection(
      manifest: one, format: Self.format, classNames: ["fig", "pear"])
    #expect(known.bags.map(\.labels) == [[1]])
    #expect {
      try BagCollection(manifest: one, format: Self.format, classNames: ["fig", "plum"])
    } throws: { "\($0)".contains("line 1: unknown label 'pear': expected one of fig, plum") }
  }

  @Test func readsPicturesOneByOne() throws {
    let folder = try Self.folder()
    let text = """
      {"picture": "c.png", "label": "pear"}
      {"picture": {"file": "group.png", "box": [0, 0, 8, 8]}, "label": "apple"}
      {"picture": "c.png", "label": "apple"}
      """
    let path = try folder.write(Array(text.utf8), as: "test.jsonl")
    let list = try PictureList(
      manifest: path, format: Self.format, classNames: ["apple", "pear"])
    #expect(list.labels == [1, 0, 0])
    // A picture of two lines is tested on twice.
    let set = try list.labeled
    #expect(set.count == 3 && set.labels == [1, 0, 0])
    #expect(Array(set.picture(0)) == Array(set.picture(2)))
    let lines: [(String, String)] = [
      ("{\"picture\": \"a.png\", \"label\": \"plum\"}", "unknown label 'plum'"),
      ("{\"picture\": \"a.png\"}", "expected \"label\""),
      ("{\"pictures\": [\"a.png\"], \"label\": \"pear\"}", "expected \"picture\""),
      ("{\"picture\": \"none.png\", \"label\": \"pear\"}", "none.png: cannot be read"),
    ]
    for (line, reason) in lines {
      let path = try folder.write(Array("\(text)\n\(line)\n".utf8), as: "bad.jsonl")
      #expect {
        try PictureList(manifest: path, format: Self.format, classNames: ["apple", "pear"])
      } throws: { "\($0)".contains("\(path): line 4: ") && "\($0)".contains(reason) }
      let skipping = try PictureList(
        manifest: path, format: Self.format, classNames: ["apple", "pear"], skipsBadLines: true)
      #expect(skipping.labels == [1, 0, 0] && skipping.badLines.count == 1)
    }
    let unlabeled = try folder.write(Array("{\"picture\": \"a.png\"}".utf8), as: "list.jsonl")
    let asked = try PictureList(
      manifest: unlabeled, format: Self.format, classNames: ["apple", "pear"], needsLabels: false)
    #expect(asked.labels == [nil] && asked.pictures.count == 1)
    let files = try PictureList(
      files: [folder.path + "/b.jpg", folder.path + "/none.png"], format: Self.format,
      classNames: ["apple", "pear"], skipsBadFiles: true)
    #expect(files.pictures.count == 1 && files.badLines.count == 1)
    #expect(files.badLines[0].description.hasPrefix(folder.path + "/none.png: cannot be read"))
  }

  /// Whatever the number of threads, the first bad line is named.
  @Test(arguments: [1, 3]) func namesTheFirstBadLine(threads: Int) throws {
    let folder = try Self.folder()
    var lines = (0..<60).map { _ in
      "{\"pictures\": [\"a.png\", \"c.png\"], \"counts\": {\"a\": 1, \"b\": 1}}"
    }
    for line in [37, 12, 58] {
      lines[line] = "{\"pictures\": [\"a.png\", \"no\(line).png\"], \"counts\": {\"a\": 2}}"
    }
    let path = try folder.write(Array(lines.joined(separator: "\n").utf8), as: "bags.jsonl")
    #expect {
      try withMaxThreads(threads) { try BagCollection(manifest: path, format: Self.format) }
    } throws: { "\($0)".contains("line 13: ") && "\($0)".contains("no12.png") }
  }

  @Test func checksBagsFromMemory() throws {
    let stack = try PictureStack(channels: 1, height: 1, width: 1, count: 2, pixels: [1, 2])
    let names = ["a", "b"]
    #expect(throws: Never.self) {
      try BagCollection(pictures: stack, bags: [([0, 1], [1, 1, 0])], classNames: names)
    }
    let bad: [([Int], [Int32])] = [([], [0]), ([0], []), ([2], [0]), ([-1], [0]), ([0], [2])]
    for (pictures, labels) in bad {
      #expect(throws: TrainingError.self) {
        try BagCollection(pictures: stack, bags: [(pictures, labels)], classNames: names)
      }
    }
    #expect(throws: TrainingError.self) {
      try BagCollection(pictures: stack, bags: [], classNames: names)
    }
  }
}
