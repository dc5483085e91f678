import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct SHA256Tests {
  /// FIPS 180-2, appendix B, and lengths around the padding's edge, from sha256sum.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func agreesWithTheStandard(text: String, digest: String) {
    #expect(SHA256.digest(of: text.utf8) == digest)
  }

  /// Python's `hashlib`, of the digests one after another.
  @Test func agreesAtTheEdgesOfBlocks() {
    let digests = [1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128].map {
      SHA256.digest(of: String(repeating: "x", count: $0).utf8)
    }
    #expect(
      SHA256.digest(of: digests.joined().utf8)
        == "7bde9727d4f7e384a2dc4e919b48485b91aa84b8364e00101aa35498da24e57a")
  }
}

@Suite struct TextTokenizerTests {
  /// The answers are those of the regular expression
  /// `[^\W_]+(?:['’][a-z]+)?[+#]*|[^\s\w]|_` in Python.
  @Test func splitsWordsAndMarks() {
    #expect(
      TextTokenizer.tokens("GNU's C++ library: version 2.10 (see https://gnu.org/x).")
        == [
          "gnu's", "c++", "library", ":", "version", "#", ".", "##", "(", "see", "<", "url", ">",
        ])
    #expect(
      TextTokenizer.tokens("a_b ‘x’ don’t É1²") == [
        "a", "_", "b", "‘", "x", "'", "don't", "é#²",
      ])
    #expect(TextTokenizer.tokens("  ").isEmpty)
    #expect(TextTokenizer.tokens("C# 'tis x'") == ["c#", "'", "tis", "x", "'"])
  }
}

@Suite struct VocabularyTests {
  private let vocabulary = Vocabulary(of: [["b", "a", "b"], ["c", "a", "b"]], minimumCount: 2)

  @Test func numbersFrequentTokensFirst() {
    #expect(vocabulary.tokens == ["<unk>", "<s>", "</s>", "b", "a"])
    #expect(vocabulary.numbers(["a", "x"]) == [4, Vocabulary.unknown])
    #expect(Vocabulary(of: [["b", "a", "b"]], limit: 1).tokens.count == 4)
  }

  @Test func numbersWordsOfASourceBeyondTheVocabulary() {
    let (numbers, extra) = vocabulary.extendedNumbers(["x", "a", "y", "x"])
    #expect(numbers == [5, 4, 6, 5] && extra == ["x", "y"])
    #expect(vocabulary.tokens([6, 3, 9], extra: extra) == ["y", "b", "<unk>"])
  }
}

@Suite struct PronunciationTests {
  private static let dictionary = """
    'bout B AW1 T
    ab AE1 B
    tomato T AH0 M EY1 T OW2 # a fruit
    tomato(2) T AH0 M AA1 T OW2
    a.b.c. EY1 B IY2 S IY1
    internationalizing IH2 N
    """

  @Test func takesWordsOfLettersAndDropsStress() {
    #expect(
      PronunciationBuilder.pairs(in: Self.dictionary) == [
        TextPair(
          source: ["t", "o", "m", "a", "t", "o"], target: ["T", "AH", "M", "EY", "T", "OW"])
      ])
  }

  @Test func splitsByHash() {
    let words = (0..<4_000).map {
      TextPair(source: String($0, radix: 26).map { String($0) }, target: ["A"])
    }
    let parts = PronunciationBuilder.split(words)
    #expect(parts.values.reduce(0) { $0 + $1.count } == 4_000)
    #expect((150...250).contains(parts[.test]?.count ?? 0))
    #expect((150...250).contains(parts[.valid]?.count ?? 0))
    #expect(parts == PronunciationBuilder.split(words.reversed()))
  }
}

@Suite struct TextFilesTests {
  @Test func readsWhatItWrites() throws {
    let pairs = [
      TextPair(source: ["a", "b"], target: ["é"]), TextPair(source: ["c"], target: ["d"]),
    ]
    #expect(try TextFiles.decoded(TextFiles.encoded(pairs), file: "x") == pairs)
  }

  @Test func saysWhereAFileIsCorrupt() {
    #expect(
      throws: DataFileError.corrupt(
        file: "x", offset: 4, expected: "a source, a tab and a target", found: "'ab'")
    ) { try TextFiles.decoded(Array("a\tb\nab\n".utf8), file: "x") }
  }

  @Test func missingDataHasARemedy() throws {
    let folders = DataFolders(cache: try TemporaryFolder().path)
    #expect {
      try TextSource.pronunciations.load(from: folders)
    } throws: { "\($0)".contains("combinatorial-losses data pronunciations") }
  }

  @Test func readsGigawordsFiles() throws {
    let folder = try TemporaryFolder()
    for part in TextPart.allCases {
      try folder.write(Array("a b c\nd\n".utf8), as: "\(part.rawValue).article.txt")
      try folder.write(Array("x y\nz\n".utf8), as: "\(part.rawValue).title.txt")
    }
    let corpus = try TextSource.gigaword(folder: folder.path).load()
    #expect(corpus.valid.first == TextPair(source: ["a", "b", "c"], target: ["x", "y"]))
    #expect(corpus.train.count == 2)
    try folder.write(Array("x y\n".utf8), as: "test.title.txt")
    #expect(throws: DataFileError.self) {
      try TextSource.gigaword(folder: folder.path).load()
    }
  }

  @Test func aBuiltSetIsNotMadeAgain() throws {
    let folder = try TemporaryFolder().path
    let part = [TextPair(source: ["a"], target: ["b"])]
    var calls = 0
    for _ in 0..<2 {
      let builder = TextBuilder(folder: folder + "/set", expected: TextRecord(parts: [:]))
      let summary = try builder.run {
        calls += 1
        return [.train: part, .valid: part, .test: part]
      }
      #expect(!summary.isAsRecorded)
      #expect(summary.record.parts[.valid]?.pairs == 1)
    }
    #expect(calls == 1)
  }
}
