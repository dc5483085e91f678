internal import CombinatorialLibc

extension Tensor {
  /// The square root of every element: NaN below 0. Gradient: g / (2 sqrt(x)), infinite at 0.
  public func sqrt() -> Tensor {
    let result = mapped { $0.fill { $0.squareRoot() } }
    return Tensor.recorded("sqrt", inputs: [self], output: result) { gradient in
      [gradient.zipped(with: result) { $0.fill { $0 / (2 * $1) } }]
    }
  }

  /// Every element to the power of `exponent`: NaN for negative elements unless the exponent is a
  /// whole number. Gradient: g * exponent * x^(exponent - 1); zero for exponent 0.
  public func pow(_ exponent: Float) -> Tensor {
    let input = detached
    let result =
      exponent == 2 ? mapped { $0.fill { $0 * $0 } } : mapped { $0.fill { powf($0, exponent) } }
    return Tensor.recorded("pow", inputs: [self], output: result) { gradient in
      switch exponent {
      case 0: [nil]
      case 2: [gradient.zipped(with: input) { $0.fill { $0 * 2 * $1 } }]
      default: [gradient.zipped(with: input) { $0.fill { $0 * exponent * powf($1, exponent - 1) } }]
      }
    }
  }
}
