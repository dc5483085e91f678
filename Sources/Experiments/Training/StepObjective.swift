import DifferentiableTensor

/// What one step of training minimizes: a loss of the model's output.
struct StepObjective {
  /// On the tape of the model's parameters.
  let output: Tensor
  /// Pictures, pairs or maps.
  let items: Int
  /// Whether the loss is the mean over the items, not their sum.
  var isMean = true
  /// What the loss is the mean over, such as tokens; nil: the items.
  var count: Int?
  /// A scalar.
  let loss: (_ output: Tensor) throws -> Tensor

  /// The loss and its gradient by the output.
  ///
  /// The output becomes a leaf of a tape of its own. So the loss is timed apart from the model, whose
  /// gradients then follow from this one as cotangent.
  func evaluate() throws -> (loss: Double, gradient: Tensor) {
    let leaf = output.detached.requiringGradient()
    let value = try loss(leaf)
    return (Double(try value.item()), try value.gradients(of: [leaf])[0])
  }
}
