import DifferentiableTensor
import TestSupport
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

  /// The same for one item, scalar by scalar: the state after each of its steps.
  ///
  /// - Parameter scalars: Those of the arguments; of the first and third what belongs to the item.
  func reference(_ scalars: [[RoundedScalar]], length: Int) -> [[RoundedScalar]] {
    let hidden = scalars[2].count / cell.stateParts
    var state = scalars[2]
    var states = [[RoundedScalar]](repeating: [], count: length)
    for step in isReversed ? (0..<length).reversed() : Array(0..<length) {
      let units = (0..<hidden).map { unit in
        func input(_ gate: Int) -> RoundedScalar {
          scalars[0][(step * cell.gateCount + gate) * hidden + unit]
        }
        func recurrent(_ gate: Int) -> RoundedScalar {
          .dot((0..<hidden).map { (scalars[1][(gate * hidden + unit) * hidden + $0], state[$0]) })
        }
        func sum(_ gate: Int) -> RoundedScalar { input(gate) + recurrent(gate) }
        switch cell {
        case .lstm:
          let memory = sum(1).sigmoid() * state[hidden + unit] + sum(0).sigmoid() * sum(2).tanh()
          return [sum(3).sigmoid() * memory.tanh(), memory]
        case .gru:
          let n = (input(2) + sum(0).sigmoid() * (recurrent(2) + scalars[3][unit])).tanh()
          return [n + sum(1).sigmoid() * (state[unit] - n)]
        }
      }
      state = (0..<cell.stateParts).flatMap { part in units.map { $0[part] } }
      states[step] = state
    }
    return states
  }
}

private func scalars(_ tensor: Tensor) -> [RoundedScalar] {
  tensor.scalars.map { RoundedScalar(Rounded($0)) }
}

@Suite struct RecurrenceTests {
  @Test("states and gradients are those of the definition", arguments: Case.all)
  private func definition(_ example: Case) throws {
    let (batch, steps) = (3, 4)
    let arguments = try example.arguments(batch: batch, steps: steps, hidden: 5, seed: 31)
    let leaves = arguments.map { $0.requiringGradient() }
    let output = try example.run(leaves)
    let cotangent = try Tensor(
      (0..<output.count).map { Float($0 % 7) - 3 }, shape: output.shape)
    let gradients = try output.gradients(of: leaves, cotangent: cotangent)

    let scalars = arguments.map(scalars)
    let states = (0..<batch).flatMap { item in
      example.reference(
        scalars.indices.map { index in
          let all = scalars[index]
          guard index == 0 || index == 2 else { return all }
          return Array(all[item * all.count / batch..<(item + 1) * all.count / batch])
        }, length: steps
      ).flatMap { $0 }
    }
    #expect(Rounded.excess(output.scalars, states.map(\.value)) <= 1)
    RoundedScalar.pullBack(zip(states, cotangent.scalars).map { ($0, $1) })
    for (gradient, expected) in zip(gradients, scalars) {
      #expect(Rounded.excess(gradient.scalars, expected.map(\.gradient)) <= 1)
    }
  }

  @Test(
    "an item of a ragged batch has the states of the definition; padding is never read",
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
      let own = try [
        arguments[0].sliced(item..<item + 1), arguments[1], arguments[2].sliced(item..<item + 1),
      ]
      let states = example.reference(
        (own + arguments.dropFirst(3)).map(scalars), length: lengths[item])
      let part = try output.sliced(item..<item + 1)
      let found = try part.sliced(0..<lengths[item], axis: 1).scalars
      #expect(Rounded.excess(found, states.flatMap { $0.map(\.value) }) <= 1)
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
