import CombinatorialKernels
import Foundation
import TestSupport
import Testing

/// Steps of recurrent cells against the formulas in double precision, and their pullbacks against
/// central differences of these.
@Suite struct RecurrentKernelTests {
  private static let extents = [1, 5, 16, 37]

  private func numbers(_ count: Int, seed: Int) -> [Float] {
    (0..<count).map { Float((($0 + seed) * 7919 + seed * 104_729) % 2003) / 500 - 2 }
  }

  private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// h' and c' of one unit from i, f, g, o, h, c.
  private func lstm(_ x: [Double]) -> [Double] {
    let memory = logistic(x[1]) * x[5] + logistic(x[0]) * tanh(x[2])
    return [logistic(x[3]) * tanh(memory), memory]
  }

  /// h' of one unit from r, z, u, h and the input's part of the candidate.
  private func gru(_ x: [Double]) -> [Double] {
    let candidate = tanh(x[4] + logistic(x[0]) * x[2])
    return [(1 - logistic(x[1])) * candidate + logistic(x[1]) * x[3]]
  }

  /// The gradient of cotangent . function(x).
  private func gradient(
    _ function: ([Double]) -> [Double], at x: [Double], cotangent: [Double]
  ) -> [Double] {
    x.indices.map { index in
      let values = [1e-5, -1e-5].map { step in
        var moved = x
        moved[index] += step
        return zip(function(moved), cotangent).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return (values[0] - values[1]) / 2e-5
    }
  }

  /// All numbers are at most 2 here. A result is a sum of at most 3 products of 2 of them and of up to 5
  /// gates, at most 1, each of which is within 3e-7, as the kernels promise, and rounded a few times.
  /// Central differences of 1e-5 add less than 1e-9.
  private func close(_ a: Float, _ b: Double) -> Bool {
    abs(Double(a) - b) <= 3 * 2 * 2 * (5 * 3e-7 + ErrorBound.gamma(8)) + 1e-9
  }

  /// The numbers of one unit, of parts with `hidden` numbers each.
  private func unit(_ unit: Int, of parts: [Float], hidden: Int) -> [Double] {
    stride(from: unit, to: parts.count, by: hidden).map { Double(parts[$0]) }
  }

  @Test(arguments: InstructionSet.available, extents)
  func lstm(set: InstructionSet, hidden: Int) {
    let kernel = RecurrentKernel(set)
    let (sums, previous) = (numbers(4 * hidden, seed: 1), numbers(2 * hidden, seed: 2))
    let cotangent = numbers(2 * hidden, seed: 3)
    var (gates, state) = (sums + [7], previous + [7])
    kernel.stepLSTM(hidden: hidden, gates: &gates, state: &state)
    var (carry, bySums) = (cotangent + [7], [Float](repeating: .nan, count: 4 * hidden) + [7])
    kernel.pullBackLSTM(
      hidden: hidden, gates: gates, previous: previous, state: state, carry: &carry,
      sums: &bySums)
    #expect([gates, state, carry, bySums].allSatisfy { $0.last == 7 })
    for index in 0..<hidden {
      let x = unit(index, of: sums + previous, hidden: hidden)
      let expected = lstm(x)
      #expect(close(state[index], expected[0]) && close(state[hidden + index], expected[1]))
      let slopes = gradient(
        lstm, at: x, cotangent: unit(index, of: cotangent, hidden: hidden))
      for gate in 0..<4 { #expect(close(bySums[gate * hidden + index], slopes[gate])) }
      #expect(carry[index] == 0 && close(carry[hidden + index], slopes[5]))
    }
  }

  @Test(arguments: InstructionSet.available, extents)
  func gru(set: InstructionSet, hidden: Int) {
    let kernel = RecurrentKernel(set)
    let (sums, previous) = (numbers(3 * hidden, seed: 4), numbers(hidden, seed: 5))
    let (candidate, cotangent) = (numbers(hidden, seed: 6), numbers(hidden, seed: 7))
    var gates = sums + [Float](repeating: .nan, count: hidden) + [7]
    var state = previous + [7]
    kernel.stepGRU(hidden: hidden, gates: &gates, candidate: candidate, state: &state)
    var carry = cotangent + [7]
    var recurrent = [Float](repeating: .nan, count: 3 * hidden) + [7]
    var input = recurrent
    kernel.pullBackGRU(
      hidden: hidden, gates: gates, previous: previous, carry: &carry, recurrent: &recurrent,
      input: &input)
    #expect([gates, state, carry, recurrent, input].allSatisfy { $0.last == 7 })
    for index in 0..<hidden {
      let x = unit(index, of: sums + previous + candidate, hidden: hidden)
      #expect(close(state[index], gru(x)[0]))
      let slopes = gradient(gru, at: x, cotangent: [Double(cotangent[index])])
      for gate in 0..<3 { #expect(close(recurrent[gate * hidden + index], slopes[gate])) }
      for (gate, slope) in [slopes[0], slopes[1], slopes[4]].enumerated() {
        #expect(close(input[gate * hidden + index], slope))
      }
      #expect(close(carry[index], slopes[3]))
    }
  }

  @Test(arguments: InstructionSet.available)
  func extremeGatesStayFinite(set: InstructionSet) {
    let extremes: [Float] = [-1000, -0.25, 0.25, 1000]
    var gates = [extremes, extremes, extremes, extremes].flatMap(\.self)
    var state = [Float](repeating: 0, count: 8)
    RecurrentKernel(set).stepLSTM(hidden: 4, gates: &gates, state: &state)
    #expect(gates[0] == 0 && gates[3] == 1 && gates[8] == -1 && gates[11] == 1)
    #expect(abs(Double(gates[9]) + tanh(0.25)) <= 3e-7)
    #expect(abs(Double(gates[1]) - logistic(-0.25)) <= 3e-7)
    #expect(state.allSatisfy { $0.isFinite })
  }
}
