import Foundation
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct GlyphBuilderTests {
  /// A finished data set that is not the recorded one.
  private static func other() throws -> TemporaryFolder {
    let cache = try TemporaryFolder()
    let folder = GlyphFolders(cache: cache.path).data
    let faces = [GlyphFace.boxes(family: "One")]
    try GlyphFolders.make(folder)
    try GlyphFiles.write(
      GlyphSplit(faces, groups: GlyphGroups(of: faces)) { _ in "00" }, to: folder)
    return cache
  }

  @Test func namesExpectedAndFoundCountsOfChangedFonts() throws {
    let cache = try Self.other()
    let expected = GlyphRecord.expected.counts
    #expect(
      throws: DataBuildError.fontsChanged(
        expected: expected, found: "0 train + 0 valid + 62 test pictures")
    ) { try GlyphBuilder(folders: DataFolders(cache: cache.path)).run() }
  }

  @Test func usesChangedFontsOnRequest() throws {
    let cache = try Self.other()
    let builder = GlyphBuilder(folders: DataFolders(cache: cache.path), acceptsChangedFonts: true)
    let summary = try builder.run { Issue.record("nothing is to be done, found: \($0)") }
    #expect(!summary.isAsRecorded)
    #expect(summary.record.parts[.test]?.pictures == 62)
  }

  @Test func aRecordDependsOnEveryPixel() throws {
    let cache = try Self.other()
    let folder = GlyphFolders(cache: cache.path).data
    let before = try GlyphRecord(folder: folder)
    let file = GlyphFiles.pictures(.test, in: folder)
    var bytes = try FileBytes.read(file)
    bytes[bytes.count - 1] ^= 1
    try FileBytes.write(bytes, to: file)
    let after = try GlyphRecord(folder: folder)
    #expect(before != after)
    #expect(before.counts == after.counts)
  }

  @Test func aFailedProgramSaysWhatItSaid() {
    #expect {
      try SystemCommand(program: "sh", arguments: ["-c", "echo why >&2; exit 3"], remedy: "")
        .output()
    } throws: { ($0 as? DataBuildError) == .programFailed(program: "sh", status: 3, reason: "why") }
    #expect {
      try SystemCommand(program: "no-such-program", arguments: [], remedy: "get it").output()
    } throws: {
      ($0 as? DataBuildError) == .programMissing(program: "no-such-program", remedy: "get it")
    }
  }
}

@Suite struct FontPackagesTests {
  @Test func listsPackagesOfFontsOnce() throws {
    let packages = try FontPackages.list()
    #expect(packages.count == 120)
    #expect(Set(packages).count == 120)
    #expect(packages.allSatisfy { $0.hasPrefix("fonts-") })
  }

  @Test func readsWhatAptGetSays() {
    let addresses = """
      W: Something to be ignored
      'http://host/pool/fonts-b_2_all.deb' fonts-b_1%3a2_all.deb 3 SHA256:4
      'http://host/pool/fonts-a_1_all.deb' fonts-a_1_all.deb 5 SHA256:6
      """
    #expect(FontPackages.fileNames(addresses) == ["fonts-b_1%3a2_all.deb", "fonts-a_1_all.deb"])
    let complaint =
      "E: Unable to locate package fonts-c E: Package 'fonts-a' has no installation candidate"
    #expect(
      FontPackages.unknownPackages(["fonts-a", "fonts-b", "fonts-c"], complaint: complaint)
        == ["fonts-a", "fonts-c"])
  }

  @Test func findsFontsInTheOrderOfTheirPaths() throws {
    let folder = try TemporaryFolder()
    for name in ["b/x.TTF", "a/z.otf", "a/y.pfb", "c.ttf", "a/ttf"] {
      try folder.write([0], as: name)
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link.ttf", withDestinationPath: "\(folder.path)/c.ttf")
    #expect(FontPackages.fonts(below: folder.path) == ["a/z.otf", "b/x.TTF", "c.ttf"])
  }

  @Test func countsFilesThatAreNoFonts() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("no font".utf8), as: "x.ttf")
    let drawn = try GlyphFontReader().faces(of: ["x.ttf", "missing.otf"], below: folder.path)
    #expect(drawn.faces.isEmpty)
    #expect(drawn.rejections == [.unreadable: 2])
  }
}
