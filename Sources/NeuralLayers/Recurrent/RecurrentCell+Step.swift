/// The scalars of one item in one step, forward.
struct CellForward {
  let hidden: Int
  /// In: the sums of the gates as ``RecurrentCell/activate(_:using:)`` expects them. Out: what the
  /// backward pass needs.
  let saved: UnsafeMutablePointer<Float>
  /// W_n x + b_n of a GRU; not read for an LSTM.
  let candidate: UnsafePointer<Float>
  /// The state before the step, replaced by the one after it.
  let state: UnsafeMutablePointer<Float>
}

/// The scalars of one item in one step, backward.
struct CellBackward {
  let hidden: Int
  let saved: UnsafePointer<Float>
  /// The state before the step, and the one after it.
  let previous: UnsafePointer<Float>
  let state: UnsafePointer<Float>
  /// The gradient by the state after the step, replaced by the part of the gradient by the one before
  /// it that does not go through the recurrent weight.
  let carry: UnsafeMutablePointer<Float>
  /// By the sums W x + U h of all gates; of a GRU's candidate by U_n h + b.
  let recurrent: UnsafeMutablePointer<Float>
  /// By W x of all gates, where that is not the same; the same address for an LSTM.
  let input: UnsafeMutablePointer<Float>
}

extension RecurrentCell {
  /// Takes a step: from the sums of the gates to the new state.
  func activate(_ item: CellForward, using functions: borrowing GateFunctions) {
    switch self {
    case .lstm: activateLSTM(item, using: functions)
    case .gru: activateGRU(item, using: functions)
    }
  }

  /// The pullback of ``activate(_:using:)``.
  func pullBack(_ item: CellBackward, using functions: borrowing GateFunctions) {
    switch self {
    case .lstm: pullBackLSTM(item, using: functions)
    case .gru: pullBackGRU(item)
    }
  }

  private func activateLSTM(_ item: CellForward, using functions: borrowing GateFunctions) {
    let (count, gates) = (item.hidden, item.saved)
    let (input, forget) = (gates, gates + count)
    let (candidate, output) = (gates + 2 * count, gates + 3 * count)
    let (hidden, memory) = (item.state, item.state + count)
    functions.sigmoid(input, count: 2 * count)
    functions.tanh(candidate, count: count)
    functions.sigmoid(output, count: count)
    for unit in 0..<count {
      memory[unit] = forget[unit] * memory[unit] + input[unit] * candidate[unit]
    }
    hidden.update(from: memory, count: count)
    functions.tanh(hidden, count: count)
    for unit in 0..<count { hidden[unit] *= output[unit] }
  }

  private func activateGRU(_ item: CellForward, using functions: borrowing GateFunctions) {
    let (count, gates, hidden) = (item.hidden, item.saved, item.state)
    let (reset, update) = (gates, gates + count)
    let (recurrent, candidate) = (gates + 2 * count, gates + 3 * count)
    functions.sigmoid(reset, count: 2 * count)
    for unit in 0..<count {
      candidate[unit] = item.candidate[unit] + reset[unit] * recurrent[unit]
    }
    functions.tanh(candidate, count: count)
    for unit in 0..<count {
      hidden[unit] = candidate[unit] + update[unit] * (hidden[unit] - candidate[unit])
    }
  }

  private func pullBackLSTM(_ item: CellBackward, using functions: borrowing GateFunctions) {
    let (count, gates) = (item.hidden, item.saved)
    let (byHidden, byMemory) = (item.carry, item.carry + count)
    let previousMemory = item.previous + count
    // The space of the last gate's gradient holds tanh(c') until its turn comes.
    let shape = item.recurrent + 3 * count
    shape.update(from: item.state + count, count: count)
    functions.tanh(shape, count: count)
    for unit in 0..<count {
      let (input, forget) = (gates[unit], gates[count + unit])
      let (candidate, output) = (gates[2 * count + unit], gates[3 * count + unit])
      let memory = byMemory[unit] + byHidden[unit] * output * (1 - shape[unit] * shape[unit])
      item.recurrent[unit] = memory * candidate * input * (1 - input)
      item.recurrent[count + unit] = memory * previousMemory[unit] * forget * (1 - forget)
      item.recurrent[2 * count + unit] = memory * input * (1 - candidate * candidate)
      shape[unit] = byHidden[unit] * shape[unit] * output * (1 - output)
      byMemory[unit] = memory * forget
      byHidden[unit] = 0
    }
  }

  private func pullBackGRU(_ item: CellBackward) {
    let (count, gates) = (item.hidden, item.saved)
    for unit in 0..<count {
      let (reset, update) = (gates[unit], gates[count + unit])
      let (recurrent, candidate) = (gates[2 * count + unit], gates[3 * count + unit])
      let byHidden = item.carry[unit]
      let byCandidate = byHidden * (1 - update) * (1 - candidate * candidate)
      let byReset = byCandidate * recurrent * reset * (1 - reset)
      let byUpdate = byHidden * (item.previous[unit] - candidate) * update * (1 - update)
      (item.recurrent[unit], item.input[unit]) = (byReset, byReset)
      (item.recurrent[count + unit], item.input[count + unit]) = (byUpdate, byUpdate)
      item.recurrent[2 * count + unit] = byCandidate * reset
      item.input[2 * count + unit] = byCandidate
      item.carry[unit] = byHidden * update
    }
  }
}
