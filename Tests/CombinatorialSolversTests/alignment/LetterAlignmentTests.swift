import CombinatorialKernels
import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

struct LetterAlignmentTests {
  /// Prices in small whole multiples, which the kernel aligns in bytes, and others.
  private static let tables: [LetterCosts<Double>] = [
    LetterCosts(letters: 4),
    LetterCosts(letters: 4, equal: -2, different: 1, gap: 3),
    table(letters: 20, seed: 81) { .random(in: -4...11, using: &$0) },
    table(letters: 5, seed: 82) { 0.25 * .random(in: -4...11, using: &$0) },
    table(letters: 6, seed: 83) { .random(in: 0...9000, using: &$0) },
    table(letters: 3, seed: 84) { Double.random(in: -1...1, using: &$0) },
  ]

  private static func table(
    letters: Int, seed: UInt64, _ next: (inout SeededRandom) -> Double
  ) -> LetterCosts<Double> {
    var random = SeededRandom(seed: seed)
    var costs = LetterCosts(
      substitutions: (0..<letters * letters).map { _ in next(&random) }, letters: letters, gap: 4)
    costs.targetGap = 6
    return costs
  }

  private static func sequence(_ count: Int, of letters: Int, using random: inout SeededRandom)
    -> [UInt8]
  {
    (0..<count).map { _ in UInt8.random(in: 0..<UInt8(letters), using: &random) }
  }

  /// A copy in which one letter of ten is lost, new, or another one.
  private static func copy(_ letters: [UInt8], using random: inout SeededRandom) -> [UInt8] {
    letters.flatMap { letter -> [UInt8] in
      switch Int.random(in: 0..<30, using: &random) {
      case 0: []
      case 1: [letter, 1]
      case 2: [2]
      default: [letter]
      }
    }
  }

  /// Values and paths are those of the matrix that letters and table make, and proven by them.
  @Test(arguments: 0..<6)
  func isTheAlignmentOfTheMatrix(table: Int) throws {
    let costs = Self.tables[table]
    var random = SeededRandom(seed: 85)
    let predicted = [0, 1, 7, 64, 65, 130].map {
      Self.sequence($0, of: costs.letters, using: &random)
    }
    let target = [3, 0, 9, 65, 40, 140].map {
      Self.sequence($0, of: costs.letters, using: &random)
    }
    let expected = try zip(predicted, target).map { try Self.matrixSolution($0, $1, costs) }
    for set in InstructionSet.available {
      let solutions = try LetterAlignment().solve(
        predicted, target, costs: costs, instructionSet: set)
      for (solution, expected) in zip(solutions, expected) {
        #expect(solution.value == expected.value && solution.moves == expected.moves)
        #expect(solution.path == expected.path && solution.moveString == expected.moveString)
        #expect(solution.isUnique == expected.isUnique)
        #expect(solution.dualityGap == expected.dualityGap)
        #expect(solution.dualityGap <= 1e-12)
      }
      #expect(solutions.values == solutions.map(\.value))
      if set == .current {
        #expect(solutions.map(\.potentials) == expected.map(\.potentials))
      }
    }
  }

  private static func matrixSolution(
    _ predicted: [UInt8], _ target: [UInt8], _ costs: LetterCosts<Double>
  ) throws -> AlignmentSolution {
    let matrix = predicted.flatMap { row in
      target.map { costs.substitutions[Int(row) * costs.letters + Int($0)] }
    }
    return try Alignment(gapCost: 0).solve(
      matrix, rows: predicted.count, columns: target.count,
      gapCosts: GapCosts(
        predicted: predicted.map { _ in costs.predictedGap },
        target: target.map { _ in costs.targetGap }))
  }

  @Test func singlePrecisionAndThreadsChangeNothing() throws {
    var random = SeededRandom(seed: 86)
    let predicted = (0..<40).map { Self.sequence(3 * $0, of: 4, using: &random) }
    let target = predicted.map { Self.copy($0, using: &random) }
    let doubles = try LetterAlignment().solve(predicted, target, costs: Self.tables[1])
    let floats = try LetterAlignment(maxThreads: 1).solve(
      predicted, target, costs: LetterCosts<Float>(letters: 4, equal: -2, different: 1, gap: 3))
    #expect(Array(doubles) == Array(floats))
    for (item, solution) in doubles.enumerated() {
      #expect(
        try LetterAlignment().solve(predicted[item], target[item], costs: Self.tables[1])
          == solution)
    }
  }

  /// Longer than the first band is narrow; the gap is computed over the whole table, without rounding.
  @Test(arguments: [nil, 100], [true, false])
  func longSequencesThatAreAlikeOrNot(blockRows: Int?, areAlike: Bool) throws {
    var random = SeededRandom(seed: 87)
    let predicted = Self.sequence(2200, of: 4, using: &random)
    let target =
      areAlike ? Self.copy(predicted, using: &random) : Self.sequence(2100, of: 4, using: &random)
    var problem = LetterAlignment()
    problem.blockRows = blockRows
    let solution = try problem.solve(
      predicted, target, costs: LetterCosts<Float>(letters: 4, equal: -2, different: 1, gap: 3))
    #expect(solution.dualityGap == 0)
    let counts = solution.costGradient
    let paid = zip(counts.substitutions.indices, counts.substitutions).map { index, count in
      count * (index % 5 == 0 ? -2 : 1)
    }
    let gaps = counts.predictedGap + counts.targetGap
    #expect(paid.reduce(0, +) + 3 * gaps == solution.value)
  }

  @Test func theGradientIsWhatThePathPays() throws {
    let costs = Self.tables[5]
    var random = SeededRandom(seed: 88)
    let predicted = [12, 0, 30].map { Self.sequence($0, of: 3, using: &random) }
    let target = [9, 2, 33].map { Self.sequence($0, of: 3, using: &random) }
    let (values, gradient) = try LetterAlignment().valuesAndGradient(
      predicted, target, costs: costs)
    func sum(_ costs: LetterCosts<Double>) throws -> Double {
      try LetterAlignment().solve(predicted, target, costs: costs).values.reduce(0, +)
    }
    #expect(try sum(costs) == values.reduce(0, +))
    let step = 0x1p-30
    for index in costs.substitutions.indices {
      var moved = costs
      moved.substitutions[index] += step
      let slope = (try sum(moved) - sum(costs)) / step
      #expect(abs(slope - gradient.substitutions[index]) < 1e-4)
    }
    for price in [\LetterCosts<Double>.predictedGap, \.targetGap] {
      var moved = costs
      moved[keyPath: price] += step
      #expect(abs((try sum(moved) - sum(costs)) / step - gradient[keyPath: price]) < 1e-4)
    }
    let first = try LetterAlignment().valueAndGradient(predicted[0], target[0], costs: costs)
    let solution = try LetterAlignment().solve(predicted[0], target[0], costs: costs)
    #expect(first.value == solution.value && first.gradient == solution.costGradient)
    #expect(solution.gradient == solution.costGradient.substitutions)
  }

  @Test func textsAndScores() throws {
    let alphabet = Alphabet("abcdefghijklmnopqrstuvwxyz")
    let (a, b) = (try alphabet.numbers(of: "kitten"), try alphabet.numbers(of: "sitting"))
    let distance = try LetterAlignment().solve(a, b, costs: LetterCosts<Float>(letters: 26))
    #expect(distance.value == 3 && distance.moveString == "DDDDDDH")
    let scores = (0..<26 * 26).map { $0 % 27 == 0 ? 2.0 : -1 }
    let best = try LetterAlignment().solve(
      a, b, costs: .scores(scores, letters: 26, gapPenalty: 3))
    #expect(-best.value == 4 * 2 - 2 - 3)
    let json = try JSONEncoder().encode(distance)
    #expect(String(decoding: json, as: UTF8.self).contains(#""moves":"DDDDDDH""#))
    let error = #expect(throws: CombinatorialError.self) { try alphabet.numbers(of: "aB") }
    #expect(error?.reason == .unknownLetter("B", position: 1))
    #expect(error.map { "\($0)" }?.contains("letter 1") == true)
  }

  @Test func emptySequencesPayTheirGaps() throws {
    let costs = Self.tables[2]
    #expect(try LetterAlignment().solve([], [1, 2], costs: costs).value == 12)
    #expect(try LetterAlignment().solve([1, 2], [], costs: costs).value == 8)
    #expect(try LetterAlignment().solve([UInt8](), [], costs: costs).value == 0)
    #expect(try LetterAlignment().solve([[UInt8]](), [], costs: costs).isEmpty)
  }

  @Test func forbiddenPricesAreNotPaid() throws {
    var costs = LetterCosts<Double>(letters: 2, equal: 0, different: .infinity, gap: 1)
    #expect(try LetterAlignment().solve([0, 1], [1, 0], costs: costs).value == 2)
    costs.predictedGap = .infinity
    #expect(throws: CombinatorialError(.infeasible, item: 1)) {
      try LetterAlignment().solve([[0], [0, 1]], [[0], [1, 0]], costs: costs)
    }
  }

  @Test func badInputIsRefused() throws {
    let problem = LetterAlignment()
    func refusal(
      _ predicted: [[UInt8]] = [[0], [1]], _ target: [[UInt8]] = [[1], [0]],
      _ change: (inout LetterCosts<Float>) -> Void
    ) -> CombinatorialError? {
      var costs = LetterCosts<Float>(letters: 2)
      change(&costs)
      return #expect(throws: CombinatorialError.self) {
        try problem.solve(predicted, target, costs: costs)
      }
    }
    let label = CombinatorialError.Reason.labelOutOfRange(position: 1, label: 2, classes: 2)
    #expect(refusal([[0], [0, 2]]) { _ in } == CombinatorialError(label, item: 1))
    #expect(refusal([[0], [0]], [[0, 2], []]) { _ in } == CombinatorialError(label, item: 0))
    let nan = refusal { $0.substitutions[2] = .nan }
    guard case .invalidCost(1, 0, let value) = nan?.reason else {
      Issue.record("\(String(describing: nan))")
      return
    }
    #expect(value.isNaN && nan?.item == nil)
    #expect(refusal { $0.targetGap = -.infinity }?.reason == .invalidGapCost(value: -.infinity))
    for refused in [
      refusal { $0.substitutions.append(1) }, refusal([[0]]) { _ in },
      refusal { $0 = LetterCosts(letters: 257) }, refusal { $0 = LetterCosts(letters: -1) },
      refusal { $0 = LetterCosts(letters: .max) },
    ] {
      guard case .shapeMismatch = refused?.reason else {
        Issue.record("\(String(describing: refused))")
        return
      }
    }
    var blocks = LetterAlignment()
    blocks.blockRows = 0
    #expect(throws: CombinatorialError.self) {
      try blocks.solve([0], [0], costs: LetterCosts<Float>(letters: 1))
    }
  }
}
