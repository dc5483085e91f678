internal import DifferentiableTensor

/// The logistic function and the hyperbolic tangent of consecutive scalars, in place, by way of the
/// vector kernel of the exponential.
struct GateFunctions: ~Copyable {
  private let magnitudes: UnsafeMutablePointer<Float>
  private let decays: UnsafeMutablePointer<Float>
  private let capacity: Int

  /// - Parameter capacity: The most scalars of a call.
  init(capacity: Int) {
    self.capacity = capacity
    magnitudes = .allocate(capacity: max(1, capacity))
    decays = .allocate(capacity: max(1, capacity))
  }

  deinit {
    magnitudes.deallocate()
    decays.deallocate()
  }

  /// x = 1 / (1 + exp(-x)); only exponentials of numbers below 0 are taken, so nothing overflows.
  func sigmoid(_ x: UnsafeMutablePointer<Float>, count: Int) {
    fillDecays(x, count: count, rate: 1)
    for index in 0..<count {
      let decay = decays[index]
      x[index] = (x[index] < 0 ? decay : 1) / (1 + decay)
    }
  }

  /// x = tanh(x), within 2e-7.
  func tanh(_ x: UnsafeMutablePointer<Float>, count: Int) {
    fillDecays(x, count: count, rate: 2)
    for index in 0..<count {
      let decay = decays[index]
      let magnitude = (1 - decay) / (1 + decay)
      x[index] = x[index] < 0 ? -magnitude : magnitude
    }
  }

  /// decays = exp(-rate |x|)
  private func fillDecays(_ x: UnsafePointer<Float>, count: Int, rate: Float) {
    for index in 0..<count { magnitudes[index] = -rate * abs(x[index]) }
    RowMath.exponential(magnitudes, count: count, into: decays)
  }
}
