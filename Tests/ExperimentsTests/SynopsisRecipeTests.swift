import Testing

@testable import CombinatorialExperiments

@Suite struct SynopsisRecipeTests {
  private static let packages = """
    Package: foo
    Source: bar (1.2)
    Section: utils
    Description-md5: 1
    Depends: a,
     b

    Package: baz
    Section: contrib/debug
    Description-md5: 2

    """

  private static let translations = """
    Package: foo
    Description-md5: 1
    Description-en: The Foo tool - common files (data)
     Foo does one thing
     and does it well.
     .
      * an item
     - another
     Second paragraph.

    Package: other
    Description-md5: 9
    Description-en: unknown
     Text.

    Package: baz
    Description-md5: 2
    Description-en: baz
     Text.
    """

  @Test func joinsDescriptionsWithTheirPackages() {
    let all = PackageDescription.all(packages: Self.packages, translations: Self.translations)
    #expect(all.map(\.name) == ["foo", "baz"])
    #expect(all.map(\.source) == ["bar", "baz"])
    #expect(all.map(\.section) == ["utils", "contrib/debug"])
    #expect(all[0].synopsis == "The Foo tool - common files (data)")
    #expect(all[0].paragraphs == ["Foo does one thing and does it well.", "Second paragraph."])
  }

  private static func package(
    _ name: String, source: String? = nil, section: String = "utils",
    synopsis: String = "viewer for pictures", text: String
  ) -> PackageDescription {
    PackageDescription(
      name: name, source: source ?? name, section: section, synopsis: synopsis,
      paragraphs: [text])
  }

  private static func text(_ first: String) -> String {
    "\(first) is a program that shows what is in a file and in others"
  }

  private static func pairs(_ packages: [PackageDescription]) -> [TextPair] {
    SynopsisRecipe().parts(of: packages).values.flatMap { $0 }
  }

  @Test func cleansTitles() {
    let pairs = Self.pairs([
      Self.package(
        "one", synopsis: "The Great Viewer 2. -- tools (GTK) [old]", text: Self.text("One"))
    ])
    #expect(pairs.map(\.target) == [["great", "viewer", "#"]])
  }

  @Test func leavesOutWhatIsMadeByRule() {
    let text = Self.text("It")
    #expect(
      Self.pairs([
        Self.package("a", section: "contrib/oldlibs", text: text),
        Self.package("b", synopsis: "Transitional package for b", text: text),
        Self.package("c", synopsis: "too short", text: text),
        Self.package("d", text: "few words only"),
        Self.package("e", text: "This package \(text)"),
      ]).isEmpty)
  }

  @Test func keepsOneOfASourceAndOneOfEachTitle() {
    let pairs = Self.pairs([
      Self.package("x-data", source: "x", synopsis: "data of the viewer x", text: Self.text("X")),
      Self.package("x", source: "x", synopsis: "viewer of x files", text: Self.text("X")),
      Self.package("y", text: Self.text("Y")),
      Self.package("z", text: Self.text("Z")),
    ])
    #expect(pairs.count == 2)
    #expect(pairs.contains { $0.target == ["viewer", "of", "x", "files"] })
  }

  /// Sources that differ in a version alone are in one part.
  @Test func splitsByGroups() {
    let packages = (0..<300).map { index in
      Self.package(
        "p\(String(index / 3, radix: 36))-v\(index % 3)",
        source: "\(Self.letters(index / 3))-\(index % 3).0",
        synopsis: "viewer \(Self.letters(index)) of files", text: Self.text(Self.letters(index)))
    }
    let parts = SynopsisRecipe().parts(of: packages)
    #expect(parts.values.reduce(0) { $0 + $1.count } == 300)
    #expect(parts.values.allSatisfy { $0.count % 3 == 0 })
    #expect(parts.count == 3)
  }

  private static func letters(_ number: Int) -> String {
    String(number + 1_000, radix: 10).map {
      String(Unicode.Scalar(97 + ($0.wholeNumberValue ?? 0))!)
    }
    .joined()
  }
}
