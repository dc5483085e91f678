import Testing

@testable import CombinatorialExperiments

@Suite struct GlyphGroupsTests {
  /// Every pixel changes by the same, so the root mean square difference is that change: 25 of 255
  /// is below one tenth, 26 above.
  @Test(arguments: [(0, true), (25, true), (26, false), (60, false)] as [(UInt8, Bool)])
  func aTenthIsNear(change: UInt8, isNear: Bool) {
    let face = GlyphFace.boxes(family: "A")
    #expect(GlyphGroups.areNear(face, face.raised(by: change)) == isNear)
    #expect(GlyphGroups.areNear(face.raised(by: change), face) == isNear)
  }

  /// The pictures of all characters count together: a few may differ more.
  @Test func averagesOverAllCharacters() {
    let face = GlyphFace.boxes(family: "A")
    let far = face.raised(by: 100)
    func mixed(_ count: Int) -> GlyphFace {
      let cut = count * GlyphPictures.pixels
      return GlyphFace(
        path: "p", family: "B", pictures: Array(far.pictures[..<cut] + face.pictures[cut...]))
    }
    // 62 pictures with a mean square of (255 / 10)^2 allow 62 * 25.5^2 / 100^2 = 4.03 of them.
    #expect(GlyphGroups.areNear(face, mixed(4)))
    #expect(!GlyphGroups.areNear(face, mixed(5)))
  }

  @Test func joinsStemsThroughNearFaces() {
    let one = GlyphFace.boxes(family: "Delta")
    let two = one.raised(by: 20).renamed("Beta")
    let three = one.raised(by: 40).renamed("Gamma Bold")
    let apart = one.raised(by: 90).renamed("Alpha")
    #expect(!GlyphGroups.areNear(one, three))
    #expect(GlyphGroups(of: [one, two, three, apart]).names == ["beta", "beta", "beta", "alpha"])
    #expect(GlyphGroups(of: [three, apart, one, two]).names == ["beta", "alpha", "beta", "beta"])
    #expect(GlyphGroups(of: [one, three, apart]).names == ["delta", "gamma", "alpha"])
  }

  @Test func keepsAStemTogetherHoweverItsFacesDiffer() {
    let light = GlyphFace.boxes(family: "Zeta Light", shade: 60)
    let black = GlyphFace.boxes(family: "Zeta Black")
    let near = black.raised(by: 10).renamed("Eta")
    #expect(!GlyphGroups.areNear(light, black))
    #expect(GlyphGroups(of: [light, black, near]).names == ["eta", "eta", "eta"])
  }
}
