extension Tensor {
  /// The positive part of every element; NaN stays NaN. Gradient: g where x > 0, else 0, so 0 at the
  /// kink.
  public func relu() -> Tensor {
    let result = mapped { $0.fill { $0 <= 0 ? 0 : $0 } }
    return Tensor.recorded("relu", inputs: [self], output: result) { gradient in
      [gradient.zipped(with: result) { $0.fill { $1 <= 0 ? 0 : $0 } }]
    }
  }

  /// The absolute value of every element. Gradient: g * sign(x), which is 0 at the kink.
  public func abs() -> Tensor {
    let input = detached
    return Tensor.recorded("abs", inputs: [self], output: mapped { $0.fill { Swift.abs($0) } }) {
      gradient in
      [gradient.zipped(with: input) { $0.fill { $1 > 0 ? $0 : $1 < 0 ? -$0 : $0 * $1 } }]
    }
  }

  /// Every element moved to the nearest end of `range` if it lies outside; NaN stays NaN. Gradient: g
  /// within the range, its ends included, else 0.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    let input = detached
    let (lower, upper) = (range.lowerBound, range.upperBound)
    let result = mapped { $0.fill { $0 < lower ? lower : $0 > upper ? upper : $0 } }
    return Tensor.recorded("clamped", inputs: [self], output: result) { gradient in
      [gradient.zipped(with: input) { $0.fill { $1 < lower || $1 > upper ? 0 : $0 } }]
    }
  }
}
