internal import CombinatorialLibc
public import DifferentiableTensor

/// Adam: steps along the mean of past gradients, scaled by the root of the mean of their squares.
/// With g the gradient, p the parameter and t the number of its steps:
///
///     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
///     p = p - learningRate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// Weight decay is added to the gradient (g + weightDecay p), or, decoupled, taken off the parameter
/// itself (p - learningRate weightDecay p), which is AdamW.
///
/// Literature: D. Kingma, J. Ba, Adam, ICLR 2015, arXiv:1412.6980; I. Loshchilov, F. Hutter, Decoupled
/// weight decay regularization, ICLR 2019, arXiv:1711.05101.
public final class Adam: Optimizer {
  /// The length of a step.
  public var learningRate: Double
  /// The share of the mean gradient that stays, from 0 to 1.
  public let beta1: Double
  /// The share of the mean square that stays, from 0 to 1.
  public let beta2: Double
  /// What is added to the root.
  public let epsilon: Double
  /// The factor of the parameters that pulls them towards 0.
  public let weightDecay: Double
  /// Whether weight decay stays out of the means: AdamW.
  public let decouplesWeightDecay: Bool
  private var moments = ParameterStates<Moments>()

  private struct Moments {
    var mean, square: Tensor
    var steps = 0
  }

  /// An optimizer without memory yet.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, decouplesWeightDecay: Bool = false
  ) {
    (self.learningRate, self.beta1) = (learningRate, beta1)
    (self.beta2, self.epsilon) = (beta2, epsilon)
    (self.weightDecay, self.decouplesWeightDecay) = (weightDecay, decouplesWeightDecay)
  }

  /// Takes one step.
  ///
  /// - Throws: `LayerError.gradientCount`, `.gradientShape`, before anything is changed.
  public func step(_ parameters: [Parameter], along gradients: [Tensor]) throws(LayerError) {
    try check(parameters, gradients)
    for (parameter, gradient) in zip(parameters, gradients) {
      var moments =
        moments.take(parameter)
        ?? Moments(mean: Tensor(zerosLike: gradient), square: Tensor(zerosLike: gradient))
      moments.steps += 1
      descend(parameter, gradient, &moments)
      self.moments[parameter] = moments
    }
  }

  private func descend(_ parameter: Parameter, _ gradient: Tensor, _ moments: inout Moments) {
    let (rule, count) = (UpdateRule(self, steps: moments.steps), gradient.count)
    moments.mean.withUnsafeMutableScalars { mean in
      moments.square.withUnsafeMutableScalars { square in
        parameter.update { values in
          withPointer(to: gradient) { gradient in
            nonisolated(unsafe) let (mean, square) = (mean.baseAddress!, square.baseAddress!)
            nonisolated(unsafe) let (values, gradient) = (values.baseAddress!, gradient)
            UpdateLoop.run(count) { index in
              rule.update(&values[index], gradient[index], &mean[index], &square[index])
            }
          }
        }
      }
    }
  }

  /// The formulas for one scalar in one step.
  private struct UpdateRule: Sendable {
    let (beta1, beta2, epsilon): (Float, Float, Float)
    let (freshMean, freshSquare): (Float, Float)
    let rate: Float
    /// Square root of 1 - beta2^t.
    let squareCorrection: Float
    let coupledDecay, shrinkage: Float

    init(_ adam: Adam, steps: Int) {
      (beta1, beta2) = (Float(adam.beta1), Float(adam.beta2))
      (freshMean, freshSquare) = (Float(1 - adam.beta1), Float(1 - adam.beta2))
      epsilon = Float(adam.epsilon)
      rate = Float(adam.learningRate / (1 - pow(adam.beta1, Double(steps))))
      squareCorrection = Float((1 - pow(adam.beta2, Double(steps))).squareRoot())
      coupledDecay = adam.decouplesWeightDecay ? 0 : Float(adam.weightDecay)
      shrinkage =
        adam.decouplesWeightDecay ? Float(1 - adam.learningRate * adam.weightDecay) : 1
    }

    @inline(__always)
    func update(
      _ value: inout Float, _ gradient: Float, _ mean: inout Float, _ square: inout Float
    ) {
      let slope = gradient + coupledDecay * value
      mean = beta1 * mean + freshMean * slope
      square = beta2 * square + freshSquare * slope * slope
      let step = rate * mean / (square.squareRoot() / squareCorrection + epsilon)
      value = value * shrinkage - step
    }
  }

  /// `mean`, `square` and `steps`; empty before the first step.
  public func state(of parameter: Parameter) -> [String: Tensor] {
    guard let moments = moments[parameter] else { return [:] }
    return [
      "mean": moments.mean, "square": moments.square, "steps": Tensor(Float(moments.steps)),
    ]
  }

  /// Makes the optimizer remember what ``state(of:)`` returned. Step counts are exact to 2^24.
  ///
  /// - Throws: `LayerError.optimizerState`.
  public func restore(
    _ state: [String: Tensor], of parameter: Parameter
  ) throws(LayerError) {
    guard let mean = state["mean"], let square = state["square"],
      let steps = try? state["steps"]?.item(), steps >= 1, steps <= 0x1p24
    else {
      if !state.isEmpty {
        let names = state.keys.sorted().joined(separator: ", ")
        throw .optimizerState(
          parameter: parameter.name, expected: "mean, square and a number of steps", found: names)
      }
      return moments[parameter] = nil
    }
    let shape = parameter.value.shape
    try check(state, of: parameter, shapes: ["mean": shape, "square": shape, "steps": []])
    moments[parameter] = Moments(
      mean: mean.detached, square: square.detached, steps: Int(steps))
  }
}
