import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Two sequences of letters, what aligning them costs, and what a run leaves.
final class LetterProblem {
  private let predicted, target: [UInt8]
  private let costs: LetterCosts<Float>
  /// Of the latest run.
  private(set) var value = 0.0
  /// Of the latest run.
  private(set) var gradient: LetterCosts<Float>

  init(_ predicted: [UInt8], _ target: [UInt8], costs: LetterCosts<Float>) {
    (self.predicted, self.target, self.costs) = (predicted, target, costs)
    gradient = costs
  }

  /// Value, path and the gradient by the costs.
  func solve(_ set: InstructionSet) throws {
    let solutions = try LetterAlignment(maxThreads: 1).solve(
      [predicted], [target], costs: costs, instructionSet: set)
    value = solutions.values[0]
    gradient = solutions.gradient(weights: [1])
  }

  /// Throws unless the value is that of a plain dynamic program, and the gradient times the costs is the value.
  func checkOptimality() throws {
    let (rowGap, columnGap) = (Double(costs.predictedGap), Double(costs.targetGap))
    let table = costs.substitutions.map { Double($0) }
    var distances = (0...target.count).map { columnGap * Double($0) }
    for letter in predicted {
      var diagonal = distances[0]
      distances[0] += rowGap
      for (column, other) in target.enumerated() {
        let matched = diagonal + table[Int(letter) * costs.letters + Int(other)]
        diagonal = distances[column + 1]
        distances[column + 1] = min(matched, diagonal + rowGap, distances[column] + columnGap)
      }
    }
    let paid = zip(gradient.substitutions, table).reduce(
      Double(gradient.predictedGap) * rowGap + Double(gradient.targetGap) * columnGap
    ) { $0 + Double($1.0) * $1.1 }
    for other in [distances[target.count], paid] where abs(other - value) > 1e-6 * abs(value) {
      throw BenchmarksError.wrongResult("letters have value \(value), expected \(other)")
    }
  }
}

/// Alignments of letters, value and gradient: of random bases and residues, and of two copies of one text.
enum LetterAlignmentCases {
  static var all: [BenchmarkCase] {
    [("bases", 512, 4, false), ("residues", 512, 20, false), ("copies", 10_000, 4, true)].map {
      name, size, letters, areAlike in
      BenchmarkCase(
        name: "letter-alignment/\(name)/1x\(size)x\(size)/float", isRepresentative: size == 512
      ) {
        let problem = problem(size, letters: letters, areAlike: areAlike)
        return KernelChoice.contestants(
          instances: 1, run: { try problem.solve($0.instructionSet) },
          check: problem.checkOptimality)
      }
    }
  }

  /// Scores as tables have them: those of bases are 2 and -1, those of residues -4 ... 11.
  private static func problem(_ size: Int, letters: Int, areAlike: Bool) -> LetterProblem {
    var random = SeededGenerator(seed: 4)
    let first = (0..<size).map { _ in UInt8(random.below(letters)) }
    let second = first.indices.map {
      areAlike && random.below(10) > 0
        ? first[max(0, $0 - $0 / 100 % 3)] : UInt8(random.below(letters))
    }
    guard letters > 4 else {
      return LetterProblem(
        first, second, costs: LetterCosts(letters: letters, equal: -2, different: 1, gap: 3))
    }
    let scores = (0..<letters * letters).map {
      Float($0 % (letters + 1) == 0 ? 4 + random.below(8) : random.below(6) - 4)
    }
    return LetterProblem(
      first, second, costs: .scores(scores, letters: letters, gapPenalty: 10))
  }
}
