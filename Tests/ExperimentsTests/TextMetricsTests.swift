import TestSupport
import Testing

@testable import CombinatorialExperiments

private struct RougeCase: Decodable, Sendable {
  let prediction, target: String
  let rouge1, rouge2, rougeL: [Double]
}

@Suite struct RougeTests {
  @Test func agreesWithRougeScore() throws {
    let cases = try Fixture<RougeCase>("rouge").cases
    #expect(cases.count > 10)
    for example in cases {
      let rouge = Rouge(prediction: example.prediction, target: example.target)
      for (score, expected) in [
        (rouge.rouge1, example.rouge1), (rouge.rouge2, example.rouge2),
        (rouge.rougeL, example.rougeL),
      ] {
        let found = [score.precision, score.recall, score.f1]
        #expect(
          zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 },
          "\(example.prediction) | \(example.target): \(found), not \(expected)")
      }
    }
  }

  @Test func onlyLettersAndDigitsCount() {
    #expect(Rouge.words("C++-Parser's v2, naïve") == ["c", "parser", "s", "v2", "na", "ve"])
    #expect(Rouge(prediction: "", target: "a").total == 0)
    #expect(Rouge(predictions: ["a b", "c"], targets: ["a b", "d"]).total == 150)
  }
}

@Suite struct EditAlignmentTests {
  /// The least cost over all alignments, by trying each.
  private static func exhaustive(_ first: ArraySlice<Int>, _ second: ArraySlice<Int>) -> Int {
    guard let a = first.first, let b = second.first else { return first.count + second.count }
    let (restOfFirst, restOfSecond) = (first.dropFirst(), second.dropFirst())
    return min(
      exhaustive(restOfFirst, restOfSecond) + (a == b ? 0 : 1),
      exhaustive(restOfFirst, second) + 1, exhaustive(first, restOfSecond) + 1)
  }

  @Test(arguments: 0..<60)
  func isTheShortestAndItsColumnsSayHow(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let sequences = (0..<2).map { _ in
      (0..<Int.random(in: 0...5, using: &random)).map { _ in Int.random(in: 0..<3, using: &random) }
    }
    let alignment = EditAlignment(sequences[0], sequences[1])
    #expect(alignment.distance == Self.exhaustive(sequences[0][...], sequences[1][...]))
    #expect(alignment.columns.compactMap(\.predicted) == sequences[0])
    #expect(alignment.columns.compactMap(\.target) == sequences[1])
    #expect(alignment.columns.count { $0.predicted != $0.target } == alignment.distance)
  }

  @Test func ratesCountTokensAndSequences() {
    let rates = ErrorRates(
      predictions: [["a", "b"], ["c"], []], targets: [["a", "b"], ["c", "d"], ["e"]])
    #expect(rates.edits == 2 && rates.tokens == 5)
    #expect(rates.tokenErrorRate == 0.4 && rates.sequenceErrorRate == 2.0 / 3)
  }

  @Test func aSampleShowsGaps() {
    let pair = TextPair(source: ["c", "a", "t"], target: ["K", "AE", "T"])
    #expect(
      "\(TextSample(pair, prediction: ["K", "T"]))" == """
        cat
          said   K ·  T
          truth  K AE T
        """)
  }
}
