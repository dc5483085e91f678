internal import CombinatorialLibc

extension Tensor {
  /// e to the power of every element. Gradient: g * exp(x).
  public func exp() -> Tensor {
    let result = mapped { $0.fill { expf($0) } }
    return Tensor.recorded("exp", inputs: [self], output: result) { gradient in
      [gradient.zipped(with: result) { $0.fill { $0 * $1 } }]
    }
  }

  /// The natural logarithm of every element: -infinity at 0, NaN below. Gradient: g / x.
  public func log() -> Tensor {
    let input = detached
    return Tensor.recorded("log", inputs: [self], output: mapped { $0.fill { logf($0) } }) {
      gradient in
      [gradient.zipped(with: input) { $0.fill { $0 / $1 } }]
    }
  }

  /// The hyperbolic tangent of every element. Gradient: g * (1 - tanh(x)^2).
  public func tanh() -> Tensor {
    let result = mapped { $0.fill { tanhf($0) } }
    return Tensor.recorded("tanh", inputs: [self], output: result) { gradient in
      [gradient.zipped(with: result) { $0.fill { $0 * (1 - $1 * $1) } }]
    }
  }

  /// The logistic function 1 / (1 + exp(-x)) of every element; does not overflow. Gradient:
  /// g * s * (1 - s) with s = sigmoid(x).
  public func sigmoid() -> Tensor {
    let result = mapped { slice in
      slice.fill { value in
        let decay = expf(-Swift.abs(value))
        return (value < 0 ? decay : 1) / (1 + decay)
      }
    }
    return Tensor.recorded("sigmoid", inputs: [self], output: result) { gradient in
      [gradient.zipped(with: result) { $0.fill { $0 * $1 * (1 - $1) } }]
    }
  }
}
