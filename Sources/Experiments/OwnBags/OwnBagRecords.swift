import CombinatorialLosses

/// A picture of a matched bag, as `bags match` writes it.
public struct MatchedPictureRecord: Sendable, Codable, Equatable {
  /// As the manifest has it.
  public let file: String
  /// The part of the file; left out: all of it.
  public let box: PictureBox?
  /// Left out where no label belongs to the picture.
  public let label: String?
  /// Of the label.
  public let probability: Double?
}

/// A matched bag, as `bags match` writes it.
public struct MatchRecord: Sendable, Codable, Equatable {
  /// The bag's line in the manifest, counted from 1.
  public let line: Int
  /// In the order of the manifest.
  public let pictures: [MatchedPictureRecord]
  /// The labels that belong to no picture.
  public let unmatchedLabels: [String]
  /// -log p(label | picture) summed, and the price of what stays unmatched.
  public let cost: Double

  /// The result of matching a bag, with names.
  public init(_ matched: MatchedLabels, of collection: BagCollection) {
    let bag = collection.bags[matched.bag]
    func name(_ label: Int32) -> String { collection.classNames[Int(label)] }
    line = bag.line
    pictures = bag.pictures.enumerated().map { position, picture in
      let source =
        collection.sources.isEmpty
        ? PictureReference(file: "picture \(picture)") : collection.sources[picture]
      return MatchedPictureRecord(
        file: source.file, box: source.box, label: matched.labels[position].map(name),
        probability: matched.probabilities[position])
    }
    unmatchedLabels = matched.unmatchedLabels.map(name)
    cost = matched.cost
  }
}

/// What a classifier takes a picture for, as `bags predict` writes it.
public struct PredictionRecord: Sendable, Codable, Equatable {
  /// As it was named.
  public let file: String
  /// The part of the file; left out: all of it.
  public let box: PictureBox?
  /// The most probable class.
  public let label: String
  /// Of ``label``.
  public let probability: Double
  /// By class: of all, or of the most probable ones.
  public let probabilities: [String: Double]
}

/// How a classifier does on bags of one's own, and on pictures with known labels.
public struct OwnBagEvaluation: Sendable, Codable, Equatable {
  /// Bags that were matched; nil: there were none to match.
  public var bags: Int?
  /// Their pictures.
  public var bagPictures: Int?
  /// The cost of the best matchings, by picture.
  public var loss: Double?
  /// The share of the bags' labels that are not among what the classifier takes the bag's pictures for, one by
  /// one: what can be known of its errors where no picture's label is.
  public var missedLabels: Double?
  /// Pictures that were matched with no label.
  public var unmatchedPictures: Int?
  /// Labels that were matched with no picture.
  public var unmatchedLabels: Int?
  /// Pictures with known labels; nil: there were none.
  public var testPictures: Int?
  /// The share of them that is classified wrongly.
  public var testError: Double?
  /// Lines that were skipped.
  public var badLines = 0

  /// Nothing evaluated yet.
  public init() {}
}

extension OwnBagEvaluation: CustomStringConvertible {
  /// A line for each part.
  public var description: String {
    var lines: [String] = []
    if let testError, let testPictures {
      lines.append(
        "test error     \(TrainingDisplay.percent(testError)) of \(testPictures) pictures")
    }
    if let loss, let bags, let bagPictures, let missedLabels {
      lines.append(
        "loss           \(TrainingDisplay.decimal(loss, 3)) a picture, of \(bagPictures) pictures "
          + "in \(bags) bags")
      lines.append(
        "missed labels  \(TrainingDisplay.percent(missedLabels)) of the bags' labels, "
          + "classified picture by picture")
      lines.append(
        "unmatched      \(unmatchedPictures ?? 0) pictures, \(unmatchedLabels ?? 0) labels")
    }
    if badLines > 0 { lines.append("skipped        \(badLines) lines") }
    return lines.joined(separator: "\n")
  }
}

extension BagClassifier {
  /// Classifies pictures one by one.
  ///
  /// - Parameters:
  ///   - list: Pictures in the classifier's ``format``.
  ///   - top: How many of the most probable classes to list; nil: all.
  public func predict(_ list: PictureList, top: Int? = nil) throws -> [PredictionRecord] {
    let probabilities = try probabilities(of: list.pictures).scalars
    return list.sources.enumerated().map { number, source in
      let first = number * classNames.count
      let row = probabilities[first..<first + classNames.count]
      // Equally probable classes come in their order.
      let order = row.indices.sorted { (row[$1], $0) < (row[$0], $1) }
      let named = order.prefix(top ?? order.count).map {
        (classNames[$0 - first], Double(row[$0]))
      }
      return PredictionRecord(
        file: source.file, box: source.box, label: classNames[(order.first ?? first) - first],
        probability: Double(row[order.first ?? first]),
        probabilities: Dictionary(named, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// Matches bags, and counts what can be counted.
  ///
  /// - Parameters:
  ///   - collection: Bags of the classifier's classes.
  ///   - unmatchedCost: As for ``match(_:unmatchedCost:)``.
  public func evaluate(
    _ collection: BagCollection, unmatchedCost: Double? = nil
  ) throws -> OwnBagEvaluation {
    let matched = try match(collection, unmatchedCost: unmatchedCost)
    let predicted = try logits(of: collection.pictures).argmax(axis: 1)
    var (labels, missed) = (0, 0)
    for bag in collection.bags {
      var left = bag.labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      for picture in bag.pictures { left[predicted[picture], default: 0] -= 1 }
      missed += left.values.reduce(0) { $0 + max(0, $1) }
      labels += bag.labels.count
    }
    var evaluation = OwnBagEvaluation()
    evaluation.bags = collection.bags.count
    evaluation.bagPictures = collection.picturesOfBags
    evaluation.loss =
      matched.reduce(0) { $0 + $1.cost } / Double(max(1, collection.picturesOfBags))
    evaluation.missedLabels = Double(missed) / Double(max(1, labels))
    evaluation.unmatchedPictures = matched.reduce(0) { sum, bag in
      sum + bag.labels.count { $0 == nil }
    }
    evaluation.unmatchedLabels = matched.reduce(0) { $0 + $1.unmatchedLabels.count }
    evaluation.badLines = collection.badLines.count
    return evaluation
  }
}
