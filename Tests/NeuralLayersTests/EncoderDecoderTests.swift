import DifferentiableTensor
import Foundation
import TestSupport
import Testing

@testable import NeuralLayers

@Suite struct EncoderDecoderTests {
  private static func options(
    _ cell: RecurrentCell = .gru, copies: Bool = false
  ) -> EncoderDecoderOptions {
    var options = EncoderDecoderOptions(sourceVocabulary: 7, targetVocabulary: copies ? 7 : 6)
    (options.cell, options.copies, options.sharesEmbedding) = (cell, copies, copies)
    (options.embedding, options.hidden, options.dropout) = (5, 4, 0)
    return options
  }

  private static let sources: [[Int32]] = [[3, 4, 5], [5], [6, 3, 3, 4, 4]]
  private static let targets: [[Int32]] = [[3, 4, 2], [5, 2], [4, 3, 3, 2]]

  private static func decoding(
    _ model: EncoderDecoder, items: [Int] = [0, 1, 2], feedback: Feedback
  ) throws -> Decoding {
    try model.decode(
      model.encode(TokenBatch(items.map { sources[$0] })),
      targets: TokenBatch(items.map { targets[$0] }), feedback: feedback)
  }

  /// A pair's logits do not depend on what it is padded with or stands beside.
  @Test(arguments: RecurrentCell.allCases, [Feedback.teacher, .softmax])
  func pairsOfABatchDoNotMeet(_ cell: RecurrentCell, _ feedback: Feedback) throws {
    let model = try EncoderDecoder(Self.options(cell), seed: 51)
    let all = try Self.decoding(model, feedback: feedback).logits()
    #expect(all.shape == [3, 4, 6])
    for item in 0..<3 {
      let alone = try Self.decoding(model, items: [item], feedback: feedback).logits()
      let part = try all.sliced(item..<item + 1).sliced(0..<alone.shape[1], axis: 1)
      // Matrix products choose the order of their sums by their extents, so that roundings differ; a
      // neighbor or padding that is let in changes logits by about their own size.
      #expect(greatestDifference(part, alone) < 1e-5)
    }
  }

  /// Central differences of some entries of every parameter, through all steps and both ends.
  @Test(arguments: [Feedback.teacher, .softmax], [false, true])
  func gradientsAgreeWithDifferences(_ feedback: Feedback, copies: Bool) throws {
    let model = try EncoderDecoder(Self.options(.lstm, copies: copies), seed: 52)
    func output() throws -> Tensor {
      let decoding = try Self.decoding(model, feedback: feedback)
      return try copies ? decoding.probabilities() : decoding.logits()
    }
    let value = try output()
    var random = SeededGenerator(seed: 53)
    let cotangent = try Tensor.random(uniform: value.shape, using: &random)
    let gradients = try value.gradients(of: model.parameters.map(\.value), cotangent: cotangent)
    for (named, gradient) in zip(model.namedParameters, gradients) {
      let largest = gradient.scalars.reduce(0) { max($0, abs($1)) }
      for _ in 0..<3 {
        let place = Int.random(in: 0..<gradient.count, using: &random)
        func moved(_ width: Float) throws -> Double {
          named.element.update { $0[place] += width }
          defer { named.element.update { $0[place] -= width } }
          return try zip(output().scalars, cotangent.scalars)
            .reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        // The truncation is 4e-5 of the third derivative, which has no bound through all steps, but is of
        // the gradient's order; a path that is left out is missed as a whole.
        let width: Float = 0x1p-6
        let difference = try (moved(width) - moved(-width)) / Double(2 * width)
        #expect(
          abs(difference - Double(gradient.scalars[place])) < 2e-3 * Double(max(1, largest)),
          "\(named.path)[\(place)]: \(gradient.scalars[place]) and \(difference)")
      }
    }
  }

  @Test func wordsOfTheSourceCanBeSaid() throws {
    let model = try EncoderDecoder(Self.options(copies: true), seed: 54)
    let source = TokenBatch([[3, 7, 8], [4, 4]])
    let probabilities = try model.decode(
      model.encode(source), targets: TokenBatch([[8, 2], [3, 2]]), feedback: .teacher
    ).probabilities()
    #expect(probabilities.shape == [2, 2, 9])
    let sums = try probabilities.sum(axes: [2]).scalars
    // Rows of a softmax add up to 1 within 9 ulps (cl_rows.h). A copy is rounded with 1 - gate, with the
    // product and with at most three additions, and then comes the sum of the words.
    let bound = 9 * 0x1p-23 + ErrorBound.gamma(6)
    #expect(sums.allSatisfy { abs(Double($0) - 1) <= bound })
    let own = try probabilities.sliced(7..<9, axis: 2)
    #expect(try own.sliced(0..<1).scalars.allSatisfy { $0 > 0 })
    #expect(try own.sliced(1..<2).scalars.allSatisfy { $0 == 0 })
  }

  /// The noise comes from a saved source: the same state, the same steps.
  @Test func gumbelFeedbackFollowsItsSeed() throws {
    let model = try EncoderDecoder(Self.options(), seed: 55)
    let noise = try #require(model.namedRandomSources.first { $0.path == "noise" }).element
    let state = noise.generator
    let first = try Self.decoding(model, feedback: .gumbel(temperature: 0.5)).logits()
    let second = try Self.decoding(model, feedback: .gumbel(temperature: 0.5)).logits()
    noise.generator = state
    let again = try Self.decoding(model, feedback: .gumbel(temperature: 0.5)).logits()
    #expect(first.scalars == again.scalars)
    #expect(first.scalars != second.scalars)
    let gradients = try first.gradients(
      of: model.parameters.map(\.value), cotangent: first.detached)
    #expect(gradients.allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
  }
}

@Suite struct BeamSearchTests {
  /// The probability of a target, by teacher forcing.
  private static func logProbability(
    _ model: EncoderDecoder, source: [Int32], target: [Int32]
  ) throws -> Double {
    let probabilities = try model.decode(
      model.encode(TokenBatch([source])), targets: TokenBatch([target]), feedback: .teacher
    ).probabilities().scalars
    return target.enumerated().reduce(0) { sum, token in
      sum + log(Double(probabilities[token.offset * 4 + Int(token.element)]))
    }
  }

  /// All targets of at most three tokens, the end included.
  private static let all: [[Int32]] = {
    let words: [Int32] = [0, 1, 3]
    return [[2]] + words.map { [$0, 2] } + words.flatMap { first in words.map { [first, $0, 2] } }
  }()

  @Test(arguments: 0..<6)
  func aWideBeamFindsTheBestTarget(seed: Int) throws {
    var options = EncoderDecoderOptions(sourceVocabulary: 5, targetVocabulary: 4)
    (options.embedding, options.hidden) = (4, 4)
    let model = try EncoderDecoder(options, seed: UInt64(60 + seed))
    for parameter in model.parameters {
      parameter.update { values in for index in values.indices { values[index] *= 4 } }
    }
    let sources: [[Int32]] = [[3, 4], [4, 3, 3]]
    let search = BeamSearch(width: 40, lengthExponent: 0.7, maximumLength: 3)
    let found = try search(model, TokenBatch(sources))
    for (source, found) in zip(sources, found) {
      let best = try Self.all.max {
        let scores = try [$0, $1].map {
          try Self.logProbability(model, source: source, target: $0)
            / pow(Double($0.count), 0.7)
        }
        return scores[0] < scores[1]
      }
      #expect(found == best?.dropLast(), "seed \(60 + seed)")
    }
  }

  @Test func isNeverLongerThanAllowedAndTakesNoSourcesAtAll() throws {
    var options = EncoderDecoderOptions(sourceVocabulary: 5, targetVocabulary: 4)
    (options.embedding, options.hidden) = (4, 4)
    let model = try EncoderDecoder(options, seed: 70)
    let search = BeamSearch(width: 2, maximumLength: 4)
    let found = try search(model, TokenBatch([[3], [4, 4, 4], [3, 4]]))
    #expect(found.count == 3 && found.allSatisfy { $0.count <= 4 && !$0.contains(2) })
    #expect(try search(model, TokenBatch([])).isEmpty)
  }
}
