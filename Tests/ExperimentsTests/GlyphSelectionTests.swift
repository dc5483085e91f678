import Testing

@testable import CombinatorialExperiments

@Suite struct GlyphSelectionTests {
  @Test(arguments: [(0, false), (9, false), (10, true), (26, true)])
  func isUnicaseWithTenLettersAlike(letters: Int, isUnicase: Bool) {
    #expect(GlyphSelection.isUnicase(.boxes(family: "A", alike: letters)) == isUnicase)
  }

  @Test(arguments: [1, 11, 12, 28])
  func measuresTheHeightOfInk(height: Int) {
    #expect(GlyphSelection.medianHeight(.boxes(family: "A", height: height)) == height)
    let selected = GlyphSelection.select(from: [.boxes(family: "A", height: height)])
    #expect(selected.faces.isEmpty == (height < 12))
    #expect(selected.rejections[.low, default: 0] == (height < 12 ? 1 : 0))
  }

  @Test func dropsWhatLooksLikeAnEarlierFace() {
    let face = GlyphFace.boxes(family: "A", path: "1", shade: 200)
    // 192...223 is one shade of eight.
    let same = GlyphFace.boxes(family: "B", path: "2", shade: 222)
    let other = GlyphFace.boxes(family: "C", path: "3", shade: 224)
    let selected = GlyphSelection.select(from: [face, same, other])
    #expect(selected.faces == [face, other])
    #expect(selected.rejections[.duplicate] == 1)
  }

  @Test func aRejectedFaceHidesNoLaterOne() {
    let unicase = GlyphFace.boxes(family: "A", alike: 26)
    let selected = GlyphSelection.select(from: [unicase, unicase])
    #expect(selected.rejections[.unicase] == 2)
    #expect(selected.rejections[.duplicate] == nil)
  }

  @Test(arguments: [1, 12, 13, 17])
  func keepsTwelveFacesOfAStemSpreadOverAll(count: Int) {
    // Heights 12...28 make different faces; the styles have one stem.
    let styles = ["Bold", "Light", "Italic"]
    let many = (0..<count).map {
      GlyphFace.boxes(family: "Many \(styles[$0 % 3])", path: "m\($0)", height: 12 + $0)
    }
    let single = GlyphFace.boxes(family: "Single", path: "s", shade: 100)
    let selected = GlyphSelection.select(from: many + [single])
    #expect(selected.faces.count == min(count, 12) + 1)
    #expect(selected.rejections[.surplus] == max(0, count - 12))
    #expect(selected.faces.last == single)
    let kept = selected.faces.dropLast().compactMap { many.firstIndex(of: $0) }
    #expect(kept == kept.sorted())
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $1 - $0 <= 2 })
    #expect(count - (kept.last ?? 0) <= 2)
  }
}
