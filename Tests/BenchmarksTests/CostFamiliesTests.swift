import DifferentiableTensor
import Foundation
import Testing

@testable import CombinatorialBenchmarks

@Suite struct CostFamiliesTests {
  private func costs(_ family: CostFamily, rows: Int = 6, columns: Int = 9, seed: UInt64 = 1)
    -> [Double]
  {
    var generator = SeededGenerator(seed: seed)
    return family.costs(rows: rows, columns: columns, using: &generator)
  }

  @Test(arguments: CostFamily.allCases)
  func seedsDetermineCosts(_ family: CostFamily) {
    #expect(costs(family).count == 54)
    #expect(costs(family) == costs(family))
    #expect((costs(family) == costs(family, seed: 2)) == (family == .product))
    #expect(costs(family).allSatisfy { $0.isFinite && $0 >= 0 })
  }

  @Test func productsAreOfRowAndColumn() {
    #expect(costs(.product, rows: 2, columns: 3) == [1, 2, 3, 2, 4, 6])
  }

  @Test func fewValuesAreTheDigits() {
    #expect(Set(costs(.fewValued, rows: 40, columns: 40)) == Set((0..<10).map(Double.init)))
  }

  @Test func distancesObeyTheTriangleInequality() {
    let distances = costs(.geometric, rows: 2, columns: 20)
    let between = zip(distances.prefix(20), distances.dropFirst(20)).map { $0 + $1 }.min() ?? 0
    for column in 0..<20 {
      #expect(abs(distances[column] - distances[20 + column]) <= between + 1e-12)
    }
    #expect(distances.allSatisfy { $0 <= 2.0.squareRoot() })
  }

  /// 100 labels for 400 columns repeat: at most 100 different columns, whose probabilities add up to
  /// at most 1 in each row, and nearly so as hardly a label is missing.
  @Test(arguments: [CostFamily.bag1, .bag5])
  func bagCostsAreOfADistribution(_ family: CostFamily) {
    let (rows, columns) = (3, 400)
    let matrix = costs(family, rows: rows, columns: columns)
    let distinct = Set(
      (0..<columns).map { column in (0..<rows).map { matrix[$0 * columns + column] } })
    #expect(distinct.count <= CostFamily.bagClasses && distinct.count > 90)
    for row in 0..<rows {
      let sum = distinct.reduce(0) { $0 + exp(-$1[row]) }
      #expect(sum <= 1 + 1e-9 && sum > 0.5)
    }
  }

  @Test func normalNumbersHaveMeanZeroAndVarianceOne() {
    var generator = SeededGenerator(seed: 7)
    let numbers = (0..<20_000).map { _ in generator.nextNormal() }
    let mean = numbers.reduce(0, +) / 20_000
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.04)
  }
}
