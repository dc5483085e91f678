import CombinatorialLosses
import Foundation

/// Which label of a bag belongs to which of its pictures.
public struct MatchedLabels: Sendable, Equatable {
  /// Which of the bags, counted from 0.
  public let bag: Int
  /// The label of each picture of the bag; nil where none is left, or where leaving it is cheaper.
  public let labels: [Int32?]
  /// The probability that the classifier gives to the label of each picture; nil where there is none.
  public let probabilities: [Double?]
  /// The labels of the bag that belong to no picture, ascending.
  public let unmatchedLabels: [Int32]
  /// -log p(label | picture) summed, and the price of what stays unmatched.
  public let cost: Double
}

extension BagClassifier {
  /// The format of the pictures that it was trained on.
  public var format: PictureFormat {
    PictureFormat(channels: pictureShape[0], height: pictureShape[1], width: pictureShape[2])
  }

  /// The matching of least cost in each bag.
  ///
  /// - Parameters:
  ///   - collection: Bags whose labels are those of the classifier: read them with its ``classNames``.
  ///   - unmatchedCost: The price of each picture and each label that stays unmatched; nil: that of the
  ///     training run, and if it had none, as many are matched as can be.
  /// - Throws: ``TrainingError/differentPictures(expected:found:)``.
  /// - Complexity: Of a bag, O(pictures^2 different labels) beside the network.
  public func match(
    _ collection: BagCollection, unmatchedCost: Double? = nil
  ) throws -> [MatchedLabels] {
    guard collection.classNames == classNames else {
      throw TrainingError.differentPictures(
        expected: "classes \(classNames)", found: "\(collection.classNames)")
    }
    let price = unmatchedCost ?? options.unmatchedCost
    let scores = try logits(of: collection.pictures).logSoftmax().scalars
    return try collection.bags.enumerated().map { number, bag in
      let problem = BagProblem(
        pictures: bag.pictures.count, labels: bag.labels, unmatchedCost: price)
      func score(_ row: Int, _ label: Int32) -> Float {
        scores[bag.pictures[row] * classNames.count + Int(label)]
      }
      let none = problem.hasUnlabeled ? [BagProblem.unlabeledCost(price)] : []
      let costs = bag.pictures.indices.flatMap { row in
        problem.classes.map { -score(row, $0) } + none
      }
      let solution = try SemiAssignment(capacities: problem.capacities).solve(
        costs, rows: problem.rows)
      let labels = solution.columnOfRow.map { column in
        Int(column) < problem.classes.count ? problem.classes[Int(column)] : nil
      }
      var left = bag.labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      for case let label? in labels { left[label, default: 0] -= 1 }
      return MatchedLabels(
        bag: number, labels: labels,
        probabilities: labels.enumerated().map { row, label in
          label.map { exp(Double(score(row, $0))) }
        },
        unmatchedLabels: problem.classes.flatMap { repeatElement($0, count: left[$0] ?? 0) },
        cost: solution.value + problem.constant)
    }
  }

  /// The probabilities of all classes for each picture, [count, classes].
  ///
  /// - Throws: ``TrainingError/differentPictures(expected:found:)``.
  public func probabilities(of pictures: PictureStack) throws -> Tensor {
    try logits(of: pictures).softmax()
  }
}
