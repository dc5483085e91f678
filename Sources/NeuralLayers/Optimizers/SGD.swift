public import DifferentiableTensor

/// Stochastic gradient descent with momentum and weight decay. With g the gradient, p the parameter and
/// v the velocity, at first 0:
///
///     g' = g + weightDecay p        v = momentum v + g'        p = p - learningRate v
///
/// with g' + momentum v in place of v in the last formula for Nesterov's variant. These are PyTorch's
/// formulas: the learning rate multiplies the velocity and not the gradient.
///
/// Literature: I. Sutskever, J. Martens, G. Dahl, G. Hinton, On the importance of initialization and
/// momentum in deep learning, ICML 2013.
public final class SGD: Optimizer {
  /// The length of a step.
  public var learningRate: Double
  /// The share of the velocity that stays, from 0 to 1.
  public let momentum: Double
  /// The factor of the parameters that is added to their gradients.
  public let weightDecay: Double
  /// Whether to step along the gradient plus the velocity that follows it.
  public let nesterov: Bool
  private var velocities = ParameterStates<Tensor>()

  /// An optimizer without memory yet.
  public init(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, nesterov: Bool = false
  ) {
    (self.learningRate, self.momentum) = (learningRate, momentum)
    (self.weightDecay, self.nesterov) = (weightDecay, nesterov)
  }

  /// Takes one step.
  ///
  /// - Throws: `LayerError.gradientCount`, `.gradientShape`, before anything is changed.
  public func step(_ parameters: [Parameter], along gradients: [Tensor]) throws(LayerError) {
    try check(parameters, gradients)
    for (parameter, gradient) in zip(parameters, gradients) {
      if momentum == 0 {
        descend(parameter, gradient)
      } else {
        var velocity = velocities.take(parameter) ?? Tensor(zerosLike: gradient)
        descend(parameter, gradient, &velocity)
        velocities[parameter] = velocity
      }
    }
  }

  private func descend(_ parameter: Parameter, _ gradient: Tensor) {
    let (rate, decay, count) = (Float(learningRate), Float(weightDecay), gradient.count)
    parameter.update { values in
      withPointer(to: gradient) { gradient in
        nonisolated(unsafe) let (values, gradient) = (values.baseAddress!, gradient)
        UpdateLoop.run(count) { index in
          values[index] -= rate * (gradient[index] + decay * values[index])
        }
      }
    }
  }

  private func descend(_ parameter: Parameter, _ gradient: Tensor, _ velocity: inout Tensor) {
    let (rate, decay, count) = (Float(learningRate), Float(weightDecay), gradient.count)
    let (momentum, nesterov) = (Float(momentum), nesterov)
    velocity.withUnsafeMutableScalars { velocity in
      parameter.update { values in
        withPointer(to: gradient) { gradient in
          nonisolated(unsafe) let (values, gradient) = (values.baseAddress!, gradient)
          nonisolated(unsafe) let velocity = velocity.baseAddress!
          UpdateLoop.run(count) { index in
            let slope = gradient[index] + decay * values[index]
            let moved = momentum * velocity[index] + slope
            velocity[index] = moved
            values[index] -= rate * (nesterov ? slope + momentum * moved : moved)
          }
        }
      }
    }
  }

  /// `momentum`: the velocity; empty without momentum and before the first step.
  public func state(of parameter: Parameter) -> [String: Tensor] {
    velocities[parameter].map { ["momentum": $0] } ?? [:]
  }

  /// Makes the optimizer remember what ``state(of:)`` returned.
  ///
  /// - Throws: `LayerError.optimizerState`.
  public func restore(
    _ state: [String: Tensor], of parameter: Parameter
  ) throws(LayerError) {
    if !state.isEmpty {
      try check(state, of: parameter, shapes: ["momentum": parameter.value.shape])
    }
    velocities[parameter] = state["momentum"]?.detached
  }
}
