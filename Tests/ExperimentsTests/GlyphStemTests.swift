import Testing

@testable import CombinatorialExperiments

@Suite struct GlyphStemTests {
  @Test(
    arguments: [
      ("DejaVu Sans", "deja vu sans"),
      ("DejaVu Sans Condensed", "deja vu sans"),
      ("Accanthis ADF Std No3", "accanthis"),
      ("Bandwidth Bandless BRK", "bandwidth bandless"),
      ("OCRABold", "ocra"),
      ("OCRACondensed", "ocra"),
      ("BetecknaGSCondensed", "beteckna gs"),
      ("TeX Gyre Heros Cn", "heros"),
      ("Essays1743", "essays"),
      ("Crackdown R2 BRK", "crackdown"),
      ("eurofurence light", "eurofurence"),
      ("Latin Modern Roman Slanted", "latin modern roman"),
      ("?nigma Scrawl 4 BRK", "nigma scrawl"),
    ])
  func dropsFoundriesStylesAndNumbers(family: String, stem: String) {
    #expect(GlyphStem.stem(ofFamily: family) == stem)
  }

  @Test(
    arguments: [("B612", "b 612"), ("B612 Mono", "b 612 mono"), ("C059", "c 059"), ("ADF", "adf")])
  func keepsNamesThatConsistOfNothingElse(family: String, stem: String) {
    #expect(GlyphStem.stem(ofFamily: family) == stem)
  }

  @Test func tellsFamiliesApart() {
    let families = [
      "Nimbus Sans", "Nimbus Roman", "Nimbus Mono PS", "Linux Libertine O", "Linux Biolinum O",
    ]
    #expect(Set(families.map(GlyphStem.stem(ofFamily:))).count == families.count)
  }
}
