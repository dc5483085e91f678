import DifferentiableTensor
import Testing

@testable import NeuralLayers

/// One recurrence with its arguments.
private struct Case: Sendable, CustomTestStringConvertible {
  let cell: RecurrentCell
  let isReversed: Bool
  var testDescription: String { "\(cell)\(isReversed ? ", reversed" : "")" }

  static let all = RecurrentCell.allCases.flatMap { cell in
    [false, true].map { Case(cell: cell, isReversed: $0) }
  }

  /// Inputs, weight, initial state and, for a GRU, the candidate bias.
  func arguments(batch: Int, steps: Int, hidden: Int, seed: UInt64) throws -> [Tensor] {
    var random = SeededGenerator(seed: seed)
    let gates = cell.gateCount * hidden
    var shapes = [[batch, steps, gates], [gates, hidden], [batch, cell.stateParts * hidden]]
    if cell == .gru { shapes.append([hidden]) }
    return try shapes.map { try .random(normal: $0, using: &random) }
  }

  func run(_ arguments: [Tensor], lengths: [Int]? = nil) throws -> Tensor {
    try recurrence(
      cell, inputs: arguments[0], weight: arguments[1],
      candidateBias: arguments.count > 3 ? arguments[3] : nil, initial: arguments[2],
      lengths: lengths, isReversed: isReversed)
  }

  /// The same by elementary operations, for items of full length.
  func reference(_ arguments: [Tensor]) throws -> Tensor {
    let (inputs, weight) = (arguments[0], arguments[1])
    let (batch, steps, hidden) = (inputs.shape[0], inputs.shape[1], weight.shape[1])
    var state = arguments[2]
    var states: [Int: Tensor] = [:]
    for step in isReversed ? (0..<steps).reversed() : Array(0..<steps) {
      let input = try inputs.sliced(step..<step + 1, axis: 1)
        .reshaped([batch, cell.gateCount * hidden])
      let h = try state.sliced(0..<hidden, axis: 1)
      let recurrent = try h.matmul(weight, transposeRight: true)
      func part(_ tensor: Tensor, _ gate: Int) throws -> Tensor {
        try tensor.sliced(gate * hidden..<(gate + 1) * hidden, axis: 1)
      }
      func sum(_ gate: Int) throws -> Tensor { try part(input, gate) + part(recurrent, gate) }
      switch cell {
      case .lstm:
        let c = try state.sliced(hidden..<2 * hidden, axis: 1)
        let (i, f) = (try sum(0).sigmoid(), try sum(1).sigmoid())
        let (g, o) = (try sum(2).tanh(), try sum(3).sigmoid())
        let next = try f * c + i * g
        state = try .concatenated([o * next.tanh(), next], axis: 1)
      case .gru:
        let (r, z) = (try sum(0).sigmoid(), try sum(1).sigmoid())
        let n = try (part(input, 2) + r * (part(recurrent, 2) + arguments[3])).tanh()
        state = try (1 - z) * n + z * h
      }
      states[step] = state
    }
    return try .stacked((0..<steps).map { try #require(states[$0]) }, axis: 1)
  }
}

@Suite struct RecurrenceTests {
  @Test("states and gradients are those of elementary operations", arguments: Case.all)
  private func elementary(_ example: Case) throws {
    let arguments = try example.arguments(batch: 3, steps: 4, hidden: 5, seed: 31)
    let (ours, theirs) = (
      arguments.map { $0.requiringGradient() }, arguments.map { $0.requiringGradient() }
    )
    let (output, expected) = (try example.run(ours), try example.reference(theirs))
    #expect(greatestDifference(output, expected) < 1e-5)
    let cotangent = try Tensor(
      (0..<output.count).map { Float($0 % 7) - 3 }, shape: output.shape)
    let gradients = try output.gradients(of: ours, cotangent: cotangent)
    for (gradient, reference) in zip(
      gradients, try expected.gradients(of: theirs, cotangent: cotangent))
    {
      #expect(greatestDifference(gradient, reference) < 1e-4)
    }
  }

  @Test(
    "an item of a ragged batch gives what it gives alone; padding is never read",
    arguments: Case.all)
  private func ragged(_ example: Case) throws {
    let (batch, steps, hidden) = (40, 6, 3)
    let lengths = raggedLengths(batch, steps: steps)
    var arguments = try example.arguments(batch: batch, steps: steps, hidden: hidden, seed: 32)
    let gates = arguments[0].shape[2]
    arguments[0].withUnsafeMutableScalars { inputs in
      for item in 0..<batch {
        for step in lengths[item]..<steps {
          for gate in 0..<gates { inputs[(item * steps + step) * gates + gate] = .nan }
        }
      }
    }
    let leaves = arguments.map { $0.requiringGradient() }
    let output = try example.run(leaves, lengths: lengths)
    let gradients = try output.gradients(of: leaves, cotangent: output.detached)
    #expect((gradients + [output]).allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
    for item in [0, 4, 37, 39] {
      var alone = arguments
      alone[0] = try arguments[0].sliced(item..<item + 1).sliced(0..<lengths[item], axis: 1)
      alone[2] = try arguments[2].sliced(item..<item + 1)
      let expected = try example.run(alone)
      let part = try output.sliced(item..<item + 1)
      #expect(
        greatestDifference(try part.sliced(0..<lengths[item], axis: 1), expected) < 1e-5)
      let padding = [part, try gradients[0].sliced(item..<item + 1)]
      for tensor in padding {
        let rest = try tensor.sliced(lengths[item]..<steps, axis: 1)
        #expect(rest.scalars.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("an item of length 0 hands its initial state no gradient", arguments: Case.all)
  private func emptyItem(_ example: Case) throws {
    let leaves = try example.arguments(batch: 2, steps: 3, hidden: 2, seed: 33)
      .map { $0.requiringGradient() }
    let output = try example.run(leaves, lengths: [0, 3])
    let gradient = try output.gradients(of: [leaves[2]], cotangent: output.detached)[0]
    #expect(try gradient.sliced(0..<1).scalars.allSatisfy { $0 == 0 })
    #expect(try gradient.sliced(1..<2).scalars.contains { $0 != 0 })
  }

  @Test("an empty batch gives an empty result", arguments: Case.all)
  private func emptyBatch(_ example: Case) throws {
    let leaves = try example.arguments(batch: 0, steps: 3, hidden: 2, seed: 34)
      .map { $0.requiringGradient() }
    let output = try example.run(leaves)
    #expect(output.count == 0)
    let gradients = try output.gradients(of: leaves, cotangent: output.detached)
    #expect(gradients.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
  }

  @Test func refusesWhatDoesNotFit() throws {
    let (inputs, weight) = (try Tensor.zeros([2, 3, 8]), try Tensor.zeros([8, 2]))
    let initial = try Tensor.zeros([2, 4])
    #expect(throws: TensorError.indexOutOfRange(position: 1, index: 4, extent: 4)) {
      try recurrence(.lstm, inputs: inputs, weight: weight, initial: initial, lengths: [3, 4])
    }
    #expect(throws: TensorError.self) {
      try recurrence(.gru, inputs: inputs, weight: weight, initial: initial)
    }
    #expect(throws: TensorError.self) {
      try recurrence(.lstm, inputs: inputs, weight: weight, initial: try .zeros([2, 2]))
    }
    #expect(throws: TensorError.self) {
      try recurrence(.lstm, inputs: inputs, weight: weight, initial: initial, lengths: [3])
    }
  }
}
