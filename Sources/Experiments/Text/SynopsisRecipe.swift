import CombinatorialLosses

/// How pairs of titles and articles are made from the descriptions of Debian's packages: a title is a
/// synopsis without what packages of one source share, an article the first 50 tokens of the running
/// text.
///
/// Left out are packages whose synopses are made by rule, such as debugging symbols, and pairs whose
/// title or article another one has.
struct SynopsisRecipe {
  /// The most tokens of an article.
  static let articleTokens = 50
  private static let fewestArticleTokens = 10
  private static let titleTokens = 3...16
  /// Two articles that begin with as many equal tokens count as the same.
  private static let tokensOfAStart = 12

  private static let droppedSections: Set = [
    "localization", "debug", "kernel", "metapackages", "oldlibs", "debian-installer", "haskell",
    "rust", "golang", "introspection",
  ]

  /// A pair with what it came from.
  struct Entry: Equatable {
    let source, package: String
    let title, article: [String]

    fileprivate var start: String { article.prefix(tokensOfAStart).joined(separator: " ") }
    fileprivate var key: String { article.joined(separator: " ") }
    fileprivate var titleKey: String { title.joined(separator: " ") }
  }

  private let made = Regexes()

  /// The pairs of each part, in the order of a digest of their package's name.
  func parts(of descriptions: [PackageDescription]) -> [TextPart: [TextPair]] {
    let candidates = distinctWithinSources(descriptions.compactMap(entry))
    let (kept, groups) = grouped(candidates)
    var parts: [TextPart: [Entry]] = [:]
    for group in Dictionary(grouping: kept, by: { groups[$0] }).values {
      let name = group.map { candidates[$0].source }.min() ?? ""
      let part = group.count > 200 ? .train : Self.part(ofGroup: name)
      parts[part, default: []] += group.map { candidates[$0] }
    }
    return parts.mapValues { entries in
      entries.map { (SHA256.digest(of: $0.package.utf8), $0) }.sorted { $0.0 < $1.0 }
        .map { TextPair(source: $0.1.article, target: $0.1.title) }
    }
  }

  /// The first 32 bits of the digest of a group's name: 6 of 100 test, 5 validate.
  private static func part(ofGroup name: String) -> TextPart {
    switch SHA256.words(of: Array("debsum1:\(name)".utf8))[0] % 100 {
    case ..<6: .test
    case ..<11: .valid
    default: .train
    }
  }

  // MARK: One package

  private func entry(_ package: PackageDescription) -> Entry? {
    let section = package.section.split(separator: "/").last.map(String.init) ?? ""
    guard !Self.droppedSections.contains(section),
      package.synopsis.firstMatch(of: made.ruledSynopsis) == nil
    else { return nil }
    var article: [String] = []
    for paragraph in package.paragraphs where paragraph.prefixMatch(of: made.generic) == nil {
      article += TextTokenizer.tokens(paragraph)
      if article.count >= Self.articleTokens { break }
    }
    let title = TextTokenizer.tokens(cleaned(package.synopsis))
    guard article.count >= Self.fewestArticleTokens, Self.titleTokens.contains(title.count) else {
      return nil
    }
    return Entry(
      source: package.source, package: package.name, title: title,
      article: Array(article.prefix(Self.articleTokens)))
  }

  /// Without endings such as "(development files)" and "- headers", and without a leading article.
  private func cleaned(_ synopsis: String) -> String {
    var text = synopsis
    while let match = text.firstMatch(of: made.parenthesis) { text.removeSubrange(match.range) }
    text = text.replacing(made.dash, with: "").trimmed
    if let match = text.prefixMatch(of: made.leadingArticle) { text.removeSubrange(match.range) }
    while let last = text.last, last == "." || last == " " { text.removeLast() }
    return text
  }

  // MARK: All packages

  /// At most one pair for each title and for each beginning of an article in a source; the package
  /// that bears the source's name comes first, then those with plain names.
  private func distinctWithinSources(_ entries: [Entry]) -> [Entry] {
    let sources = Dictionary(grouping: entries, by: \.source)
    return sources.keys.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
      .flatMap { source -> [Entry] in
        var (articles, titles): (Set<String>, Set<String>) = ([], [])
        return (sources[source] ?? []).sorted(by: { rank($0) < rank($1) }).filter { entry in
          guard !articles.contains(entry.key), !titles.contains(entry.titleKey),
            !articles.contains(entry.start)
          else { return false }
          articles.formUnion([entry.key, entry.start])
          titles.insert(entry.titleKey)
          return true
        }
      }
  }

  private func rank(_ entry: Entry) -> (Int, Int, Int, String) {
    (
      entry.package == entry.source ? 0 : 1,
      entry.package.firstMatch(of: made.suffix) == nil ? 0 : 1, entry.package.unicodeScalars.count,
      entry.package
    )
  }

  /// The entries that are left when each title and each beginning of an article occurs once, and the
  /// group of every entry. Sources whose names differ in numbers alone, and entries with equal titles
  /// or beginnings, are one group, so that no part of the data set knows another.
  private func grouped(_ entries: [Entry]) -> (kept: [Int], groups: [Int]) {
    var groups = DisjointSets(count: entries.count)
    var first: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      let stem = entry.source.replacing(made.number, with: "")
      for key in ["s\(stem)", "a\(entry.start)", "A\(entry.key)", "t\(entry.titleKey)"] {
        if let other = first[key] { groups.join(index, other) } else { first[key] = index }
      }
    }
    let digests = entries.map { SHA256.digest(of: $0.package.utf8) }
    var seen: Set<String> = []
    let kept = entries.indices.sorted { (digests[$0], $0) < (digests[$1], $1) }.filter { index in
      let (start, title) = ("a\(entries[index].start)", "t\(entries[index].titleKey)")
      guard !seen.contains(start), !seen.contains(title) else { return false }
      seen.formUnion([start, title])
      return true
    }
    return (kept, entries.indices.map { groups.root(of: $0) })
  }

  private struct Regexes {
    let ruledSynopsis =
      #/transitional|dummy package|metapackage|meta-package|meta package|debug(ging)? symbols|debugging (info|files)|language pack|virtual package|empty package|cross-compil|for [a-z0-9]+ architecture/#
      .ignoresCase()
    let generic =
      #/(this (is a )?(package|metapackage|dummy|transitional|is an? empty)|the development|header files|development files|documentation for)/#
      .ignoresCase()
    let suffix =
      #/(-dev|-dbg|-dbgsym|-doc|-docs|-data|-common|-examples|-headers|-udeb|-prof|-tests?|-utils|-bin|-l10n.*|-locale.*|-java-doc|-libs?)$/#
    let parenthesis = #/\s*[\(\[][^()\[\]]*[\)\]]\s*$/#
    let dash = #/\s+(?:-{1,3}|–|—)\s+.*$/#
    let leadingArticle = #/(an?|the)\s+/#.ignoresCase()
    let number = #/[\-.]?\d[\d.]*/#
  }
}

extension String {
  /// Without white space at either end.
  var trimmed: String {
    let start = prefix { $0.isWhitespace }.endIndex
    guard start < endIndex, let end = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[start...end])
  }
}
