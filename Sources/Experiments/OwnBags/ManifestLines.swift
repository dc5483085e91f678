import Foundation

/// Where a picture is: a file, and in it the part that a box cuts out.
///
/// As JSON, `"a.png"` or `{"file": "group.jpg", "box": [x, y, width, height]}`.
public struct PictureReference: Sendable, Hashable, Codable {
  /// As the manifest has it; relative to the manifest's folder.
  public let file: String
  /// In pixels of the upright picture; nil: the whole picture.
  public let box: PictureBox?

  /// A file, or a part of one.
  public init(file: String, box: PictureBox? = nil) { (self.file, self.box) = (file, box) }

  private enum CodingKeys: CodingKey { case file, box }

  /// Any key, of which those are refused that would be a box if it were not for a slip.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads either form.
  public init(from decoder: any Decoder) throws {
    if let file = try? decoder.singleValueContainer().decode(String.self) {
      self.init(file: file)
    } else {
      let keys = try decoder.container(keyedBy: Key.self)
      if let other = keys.allKeys.first(where: { CodingKeys(stringValue: $0.stringValue) == nil }) {
        throw DecodingError.dataCorruptedError(
          forKey: other, in: keys, debugDescription: "expected \"file\" and \"box\" alone")
      }
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        file: try container.decode(String.self, forKey: .file),
        box: try container.decodeIfPresent(PictureBox.self, forKey: .box))
    }
  }

  /// Writes the shorter form of the two.
  public func encode(to encoder: any Encoder) throws {
    if let box {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(file, forKey: .file)
      try container.encode(box, forKey: .box)
    } else {
      var container = encoder.singleValueContainer()
      try container.encode(file)
    }
  }
}

/// What a line of a manifest may be.
protocol ManifestLine: Codable, Sendable {
  var references: [PictureReference] { get }
  /// What is wrong with it beside its form.
  var fault: ManifestFault? { get }
}

/// `{"pictures": […], "labels": […]}` or `{"pictures": […], "counts": {…}}`.
struct BagLine: ManifestLine {
  let pictures: [PictureReference]
  let labels: [String]?
  /// Whole numbers; as integers, others would be taken for broken JSON.
  let counts: [String: Double]?

  var references: [PictureReference] { pictures }

  var fault: ManifestFault? {
    if pictures.isEmpty { return .noPictures }
    if labels != nil && counts != nil { return .labelsAndCounts }
    var total = 0.0
    for (label, count) in (counts ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard count >= 0, count == count.rounded(), total + count <= ManifestFault.mostLabels else {
        return .count(label: label, count: count)
      }
      total += count
    }
    if names.isEmpty { return .noLabels }
    return names.contains("") || counts?[""] != nil ? .emptyLabel : nil
  }

  /// The labels, each as often as it is there.
  var names: [String] {
    if let labels { return labels }
    return (counts ?? [:]).sorted { $0.key < $1.key }.flatMap {
      repeatElement($0.key, count: Int($0.value))
    }
  }

  /// All classes that it speaks of, also those with a count of 0.
  var classes: [String] { labels ?? (counts ?? [:]).keys.sorted() }
}

/// `{"picture": …, "label": …}`.
struct PictureLine: ManifestLine {
  let picture: PictureReference
  let label: String?

  var references: [PictureReference] { [picture] }
  var fault: ManifestFault? { label == "" ? .emptyLabel : nil }
}

extension ManifestFault {
  /// What JSON's decoder found, and where in the line.
  init(_ error: any Error) {
    func text(_ context: DecodingError.Context, _ reason: String? = nil) -> Self {
      let path = context.codingPath.map { key in
        key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
      }.joined(separator: "").drop { $0 == "." }
      let reason =
        reason
        ?? context.debugDescription.replacing("Expected to decode ", with: "expected ")
        .replacing(" but found ", with: ", found ").replacing(" instead.", with: "")
      return .form(path.isEmpty ? reason : "\(path): \(reason)")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      self = text(context, "expected \"\(key.stringValue)\", found none")
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      self = text(context)
    case DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty:
      self = .form("expected a JSON object, found other text")
    case DecodingError.dataCorrupted(let context):
      self = text(context)
    default:
      self = .form("\(error)")
    }
  }
}
