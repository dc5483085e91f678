import CombinatorialLosses
import DifferentiableTensor
import Foundation
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct OwnBagLossTests {
  private typealias Bag = (pictures: Int, labels: [Int32])

  private static func logits(_ pictures: Int, _ classes: Int, seed: UInt64) throws -> Tensor {
    var generator = SeededRandom(seed: seed)
    let scalars = (0..<pictures * classes).map { _ in
      Float.random(in: -3...3, using: &generator)
    }
    return try Tensor(scalars, shape: [pictures, classes]).requiringGradient()
  }

  private static func value(_ loss: OwnBagLoss, _ logits: Tensor, _ bags: [Bag]) throws -> Double {
    Double(try loss(logits: logits, bags: bags).item())
  }

  /// The best matching of one bag, by trying all: each picture has a label or none.
  private static func exhaustive(
    _ scores: [[Double]], _ labels: [Int32], price: Double?
  ) -> (value: Double, labels: [Int32?]) {
    func best(
      _ picture: Int, _ left: [Int32], _ unmatched: Int
    ) -> (value: Double, labels: [Int32?]) {
      guard picture < scores.count else {
        guard let price else {
          return (unmatched == max(0, scores.count - labels.count) ? 0 : .infinity, [])
        }
        return (price * Double(unmatched + left.count), [])
      }
      let without = best(picture + 1, left, unmatched + 1)
      var least = (value: without.value, labels: [nil] + without.labels)
      for position in left.indices {
        var rest = left
        let label = rest.remove(at: position)
        let others = best(picture + 1, rest, unmatched)
        let value = scores[picture][Int(label)] + others.value
        if value < least.value { least = (value, [label] + others.labels) }
      }
      return least
    }
    return best(0, labels, 0)
  }

  static let bags: [[(Int, [Int32])]] = [
    [(3, [0, 1, 2])], [(3, [1, 1, 2]), (2, [0, 3])], [(4, [2, 0])], [(2, [3, 3, 1, 0])],
    [(4, [1, 1, 1, 1]), (1, [2, 2, 2]), (3, [0])], [(1, [1])],
  ]

  /// The value is the least of all matchings, and its gradient by the logits of a picture with a label
  /// softmax - onehot(label), of one without 0.
  @Test(arguments: bags.indices, [nil, 0, 0.7, 5.0])
  func isTheLeastOfAllMatchings(index: Int, price: Double?) throws {
    let bags = Self.bags[index].map { (pictures: $0.0, labels: $0.1) }
    let pictures = bags.reduce(0) { $0 + $1.pictures }
    let logits = try Self.logits(pictures, 4, seed: UInt64(index) + 1)
    let probabilities = try logits.softmax().scalars.map(Double.init)
    var (expected, matched) = (0.0, [Int32?]())
    for bag in bags {
      let rows = (matched.count..<matched.count + bag.pictures).map { row in
        probabilities[4 * row..<4 * (row + 1)].map { -log($0) }
      }
      let best = Self.exhaustive(rows, bag.labels, price: price)
      expected += best.value
      matched += best.labels
    }
    let loss = try OwnBagLoss(unmatchedCost: price)(logits: logits, bags: bags)
    let scale = 1 / Double(pictures)
    #expect(abs(Double(try loss.item()) - expected * scale) < 1e-5)
    let gradient = try loss.gradients(of: [logits])[0].scalars
    for (position, found) in gradient.enumerated() {
      let label = matched[position / 4]
      let slope = label.map { probabilities[position] - (Int($0) == position % 4 ? 1 : 0) } ?? 0
      #expect(abs(Double(found) - slope * scale) < 1e-5)
    }
  }

  /// Where as many labels that differ as pictures: the bag loss, and its gradient, also by the semi-assignment.
  @Test func agreesWithTheBagLoss() throws {
    let logits = try Self.logits(6, 5, seed: 3)
    let labels: [Int32] = [4, 0, 2, 1, 1, 3]
    let expected =
      try bagLoss(logits: logits, labels: labels, bagSizes: [3, 3]).sum() * (1 / Float(6))
    let bags: [Bag] = [(3, [4, 0, 2]), (3, [1, 1, 3])]
    let plain = try OwnBagLoss(unmatchedCost: nil)(logits: logits, bags: bags)
    #expect(try plain.item() == expected.item())
    // A price that nobody pays changes nothing, but the way.
    let priced = try OwnBagLoss(unmatchedCost: 1000)(logits: logits, bags: bags)
    #expect(abs(try priced.item() - expected.item()) < 1e-4)
    let gradients = try [expected, priced].map { try $0.gradients(of: [logits])[0].scalars }
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// A picture that no label fits has no gradient where a price may be paid instead.
  @Test func leavesWhatFitsNoLabel() throws {
    let logits = try Tensor([9, 0, 0, 0, 0, 9], shape: [2, 3]).requiringGradient()
    let bags: [Bag] = [(2, [0, 1])]
    let forced = try OwnBagLoss(unmatchedCost: nil)(logits: logits, bags: bags)
    let free = try OwnBagLoss(unmatchedCost: 2)(logits: logits, bags: bags)
    #expect(try forced.item() > 4 && free.item() < 2.1)
    let gradient = try free.gradients(of: [logits])[0].scalars
    #expect(gradient[3...].allSatisfy { $0 == 0 })
    #expect(try forced.gradients(of: [logits])[0].scalars[4] < -0.4)
  }

  /// 256 pictures and counts of ten classes.
  @Test func takesLargeBags() throws {
    let logits = try Self.logits(256, 10, seed: 5)
    let labels = (0..<256).map { Int32($0 * 7 % 10) }
    let found = try Self.value(OwnBagLoss(unmatchedCost: nil), logits, [(256, labels)])
    let expected = try bagLoss(logits: logits, labels: labels, bagSizes: [256]).item() / 256
    #expect(abs(found - Double(expected)) < 1e-5)
  }
}
