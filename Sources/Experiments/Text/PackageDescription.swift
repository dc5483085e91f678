/// A Debian package with its description.
struct PackageDescription: Equatable {
  let name, source, section: String
  /// One line.
  let synopsis: String
  /// The running text; lists and preformatted lines are left out.
  let paragraphs: [String]

  /// Joins the archive's lists of packages with its English descriptions.
  ///
  /// - Parameters:
  ///   - packages: A `Packages` file: stanzas of `Key: value` lines.
  ///   - translations: A `Translation-en` file, in its order.
  static func all(packages: String, translations: String) -> [PackageDescription] {
    var origins: [Key: (source: String, section: String)] = [:]
    for stanza in stanzas(packages) {
      let fields = fields(stanza)
      guard let name = fields["Package"], let digest = fields["Description-md5"] else { continue }
      let source = fields["Source"].flatMap { $0.split(separator: " ").first.map(String.init) }
      origins[Key(name: name, digest: digest)] = (source ?? name, fields["Section"] ?? "")
    }
    return stanzas(translations).compactMap { stanza in
      let fields = fields(stanza)
      guard let name = fields["Package"], let digest = fields["Description-md5"],
        let origin = origins[Key(name: name, digest: digest)],
        let synopsis = fields["Description-en"], !synopsis.isEmpty
      else { return nil }
      return PackageDescription(
        name: name, source: origin.source, section: origin.section, synopsis: synopsis,
        paragraphs: paragraphs(stanza.filter { $0.first == " " }.map { $0.dropFirst() }))
    }
  }

  private struct Key: Hashable {
    let name, digest: String
  }

  /// Lines up to each empty one.
  private static func stanzas(_ text: String) -> [ArraySlice<Substring>] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty)
  }

  private static func fields(_ stanza: ArraySlice<Substring>) -> [String: String] {
    var fields: [String: String] = [:]
    for line in stanza where line.first != " " && line.first != "\t" {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[String(line[..<colon])] = String(line[line.index(after: colon)...]).trimmed
    }
    return fields
  }

  /// A line of a dot ends a paragraph, as does one of a list or one that is indented.
  private static func paragraphs(_ lines: [Substring]) -> [String] {
    var paragraphs: [String] = []
    var current: [String] = []
    func end() {
      if !current.isEmpty { paragraphs.append(current.joined(separator: " ")) }
      current = []
    }
    for line in lines {
      let text = String(line).trimmed
      if text == "." || line.first == " " || isListItem(line) {
        end()
      } else {
        current.append(text)
      }
    }
    end()
    return paragraphs
  }

  private static func isListItem(_ line: Substring) -> Bool {
    guard let mark = line.first, "*-+•".contains(mark) else { return false }
    return line.dropFirst().first == " "
  }
}
