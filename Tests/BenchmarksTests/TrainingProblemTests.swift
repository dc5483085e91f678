import Foundation
import ProblemFiles
import Testing

@testable import CombinatorialBenchmarks

/// The training steps that other packages are compared with.
@Suite struct TrainingProblemTests {
  /// The kind, its inputs but the parameters, and how many of these there are.
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: ProblemKind
    let shapes: [[Int]]
    let inputs: [[Double]]
    let labels: [Int]
    let classes, parameterCount: Int
    var testDescription: String { kind.rawValue }
  }

  /// Two images of three channels; one block of four channels.
  private static let images = Case(
    kind: .residualNetwork, shapes: [[2, 3, 5, 6], [2], [2, 1]],
    inputs: [(0..<180).map { Double($0 % 7) - 3 }, [0, 2], [1, 4]], labels: [0, 2], classes: 3,
    parameterCount: 4 * 27 + 8 + 2 * (4 * 36 + 8) + 3 * 4 + 3)

  /// Two pairs of three and two tokens; five words and four hidden units.
  private static func sequences(_ kind: ProblemKind, cell: Int) -> Case {
    Case(
      kind: kind, shapes: [[2, 3], [2, 2], [2, 2], [2]],
      inputs: [[0, 1, 2, 3, 4, 0], [1, 2, 3, 4], [4, 3, 2, 4], [5, 4]], labels: [4, 3, 2, 4],
      classes: 5, parameterCount: 2 * 20 + 3 * cell + 2 * 36 + 25)
  }

  static let cases = [
    images, sequences(.lstm, cell: 16 * 9), sequences(.gru, cell: 12 * 9 + 4),
  ]

  private func prepared(
    _ example: Case, parameters: [Float], threads: Int = 1
  ) throws -> PreparedProblem {
    var arrays = try zip(example.shapes, example.inputs).map { shape, numbers in
      try NumPyArray(shape: shape, elements: .double(numbers))
    }
    if example.kind == .residualNetwork {
      arrays[0] = try NumPyArray(
        shape: example.shapes[0], elements: .float(example.inputs[0].map(Float.init)))
    }
    arrays.append(try NumPyArray(shape: [parameters.count], elements: .float(parameters)))
    return try example.kind.prepared(arrays, threads: threads)
  }

  private func floats(_ array: NumPyArray) -> [Float] {
    if case .float(let values) = array.elements { values } else { [] }
  }

  /// With all parameters 0 every class is as likely, and only the last bias has a gradient.
  @Test(arguments: cases)
  func firstStepFromZero(example: Case) throws {
    let zeros = [Float](repeating: 0, count: example.parameterCount)
    let problem = try prepared(example, parameters: zeros)
    try problem.run()
    let results = try problem.results().map(floats)
    #expect(abs(results[0][0] - Float(log(Double(example.classes)))) < 1e-6)
    let bias = results[1].suffix(example.classes)
    for (label, value) in bias.enumerated() {
      let share = Double(example.labels.count { $0 == label }) / Double(example.labels.count)
      #expect(abs(Double(value) - 0.01 * (share - 1 / Double(example.classes))) < 1e-7)
    }
    #expect(results[1].dropLast(example.classes).allSatisfy { $0 == 0 })
  }

  @Test(arguments: cases)
  func theSameOnAnyNumberOfThreads(example: Case) throws {
    let start = (0..<example.parameterCount).map { index -> Float in
      Float(index * 7919 % 2003) / 4000 - 0.25
    }
    let results = try [1, 2].map { threads in
      let problem = try prepared(example, parameters: start, threads: threads)
      try problem.run()
      return try problem.results().map(floats)
    }
    #expect(results[0] == results[1])
    #expect(results[0][1].allSatisfy { $0.isFinite } && results[0][1] != start)
  }

  @Test(arguments: cases)
  func anotherNumberOfParametersIsRefused(example: Case) {
    #expect(throws: BenchmarksError.self) {
      try prepared(example, parameters: [Float](repeating: 0, count: example.parameterCount + 1))
    }
  }
}
