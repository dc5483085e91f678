import DifferentiableTensor
import Foundation

/// Families of assignment costs that are hard in different ways; `peers/families.py` has the same.
enum CostFamily: String, CaseIterable {
  /// Independent uniform numbers from [0, 1).
  case uniform
  /// What a bag loss sees early in training: -log softmax of normal logits over 100 classes, at the
  /// labels of the bag. Labels may repeat, which gives equal columns.
  case bag1 = "bag-1"
  /// The same with logits five times as large, as of a confident network.
  case bag5 = "bag-5"
  /// Distances between random points of the unit square.
  case geometric
  /// `costs[i][j] = (i + 1) (j + 1)`: long augmenting paths (Machol and Wien's instances,
  /// doi:10.1287/opre.24.1.190). It has no random part.
  case product
  /// Integers 0 … 9: nearly every optimum is tied.
  case fewValued = "few-valued"

  /// Classes of the logits that bag costs come from.
  static let bagClasses = 100

  /// Costs `[rows, columns]` of one problem, row by row.
  func costs(rows: Int, columns: Int, using generator: inout SeededGenerator) -> [Double] {
    switch self {
    case .uniform:
      return (0..<rows * columns).map { _ in Double.random(in: 0..<1, using: &generator) }
    case .bag1: return bagCosts(rows, columns, scale: 1, using: &generator)
    case .bag5: return bagCosts(rows, columns, scale: 5, using: &generator)
    case .geometric: return distances(rows, columns, using: &generator)
    case .product:
      return (0..<rows * columns).map { Double(($0 / columns + 1) * ($0 % columns + 1)) }
    case .fewValued:
      return (0..<rows * columns).map { _ in Double(Int.random(in: 0..<10, using: &generator)) }
    }
  }

  private func bagCosts(
    _ rows: Int, _ columns: Int, scale: Double, using generator: inout SeededGenerator
  ) -> [Double] {
    let logits = (0..<rows).map { _ in
      (0..<Self.bagClasses).map { _ in scale * generator.nextNormal() }
    }
    let labels = (0..<columns).map { _ in Int.random(in: 0..<Self.bagClasses, using: &generator) }
    return logits.flatMap { row in
      let largest = row.max() ?? 0
      let logSumExp = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
      return labels.map { logSumExp - row[$0] }
    }
  }

  private func distances(
    _ rows: Int, _ columns: Int, using generator: inout SeededGenerator
  ) -> [Double] {
    func points(_ count: Int) -> [SIMD2<Double>] {
      (0..<count).map { _ in SIMD2.random(in: 0..<1, using: &generator) }
    }
    let (from, to) = (points(rows), points(columns))
    return from.flatMap { start in
      to.map { end in
        let offset = end - start
        return (offset * offset).sum().squareRoot()
      }
    }
  }
}

extension SeededGenerator {
  /// A standard normal number, by the Box-Muller transform.
  mutating func nextNormal() -> Double {
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}
