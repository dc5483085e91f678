public import DifferentiableTensor

/// A rule that changes parameters along their gradients.
///
/// ```swift
/// let loss = try withTraining { try lossOf(model(images)) }
/// optimizer.learningRate = schedule.rate(atStep: step)
/// try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
/// ```
///
/// An optimizer keeps its state by parameter, so it may be given different lists at different times.
public protocol Optimizer: AnyObject {
  /// The length of a step; usually set by a ``LearningRateSchedule``.
  var learningRate: Double { get set }

  /// Takes one step.
  ///
  /// - Parameter gradients: One for each parameter, in order.
  /// - Throws: `LayerError.gradientCount`, `.gradientShape`, before anything is changed.
  func step(_ parameters: [Parameter], along gradients: [Tensor]) throws(LayerError)

  /// What the optimizer remembers of a parameter, by name; empty before its first step.
  func state(of parameter: Parameter) -> [String: Tensor]

  /// Makes the optimizer remember what ``state(of:)`` returned.
  ///
  /// - Throws: `LayerError.optimizerState` if it is not this kind of optimizer's, or not of the
  ///   parameter's shape.
  func restore(_ state: [String: Tensor], of parameter: Parameter) throws(LayerError)
}

extension Optimizer {
  func check(_ parameters: [Parameter], _ gradients: [Tensor]) throws(LayerError) {
    guard parameters.count == gradients.count else {
      throw .gradientCount(expected: parameters.count, found: gradients.count)
    }
    for (position, (parameter, gradient)) in zip(parameters, gradients).enumerated()
    where parameter.value.shape != gradient.shape {
      throw .gradientShape(
        position: position, parameter: parameter.name, expected: parameter.value.shape,
        found: gradient.shape)
    }
  }

  /// Checks the names of restored state, and shapes by name.
  func check(
    _ state: [String: Tensor], of parameter: Parameter, shapes: [String: [Int]]
  ) throws(LayerError) {
    guard state.mapValues(\.shape) == shapes else {
      let described = { (shapes: [String: [Int]]) in
        shapes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      }
      throw .optimizerState(
        parameter: parameter.name, expected: described(shapes),
        found: described(state.mapValues(\.shape)))
    }
  }
}

/// What an optimizer keeps for each parameter. Holds the parameters too, so that an identifier cannot
/// pass to another object.
struct ParameterStates<State> {
  private var states: [ObjectIdentifier: (parameter: Parameter, state: State)] = [:]

  subscript(parameter: Parameter) -> State? {
    get { states[ObjectIdentifier(parameter)]?.state }
    set { states[ObjectIdentifier(parameter)] = newValue.map { (parameter, $0) } }
  }

  /// Takes a state out, so that its buffers have one owner and can be changed in place.
  mutating func take(_ parameter: Parameter) -> State? {
    states.removeValue(forKey: ObjectIdentifier(parameter))?.state
  }
}
