extension Tensor {
  /// A new leaf of the tape with the same scalars: results computed from it are tracked, and it can
  /// be given to ``gradients(of:cotangent:whenComplete:)``.
  public func requiringGradient() -> Tensor {
    Tensor(shape: shape, storage: storage, node: TapeNode(leafOfShape: shape))
  }

  /// The same scalars off the tape. No gradient flows through.
  public var detached: Tensor { Tensor(shape: shape, storage: storage) }

  /// Whether the tensor is on a tape.
  public var isTracked: Bool { node != nil }

  /// Whether operations on the tensor are put on the tape now.
  package var isRecorded: Bool { isTracked && Tape.isRecording }

  /// Puts an operation on the tape: `output`, computed from `inputs`, with the pullback given.
  ///
  /// If no input is tracked, or in ``withoutGradient(_:)``, the output is untracked and the pullback
  /// is dropped at once.
  ///
  /// - Parameters:
  ///   - name: What errors call the operation.
  ///   - inputs: The tensors that gradients flow to.
  ///   - output: The result. Whatever its own computation recorded is replaced.
  ///   - pullback: Gets the cotangent, the gradient of the loss by the output, in the output's shape.
  ///     Returns the gradient by each input, in the inputs' order and shapes, or nil where it is zero
  ///     or not needed: an expensive one is worth skipping when the input is not tracked. It runs
  ///     without recording, possibly more than once, and should capture `detached` tensors.
  /// - Returns: The output, on the tape if an input is.
  public static func recorded(
    _ name: StaticString, inputs: [Tensor], output: Tensor,
    pullback: @escaping @Sendable (Tensor) throws -> [Tensor?]
  ) -> Tensor {
    guard inputs.contains(where: \.isTracked), Tape.isRecording else { return output.detached }
    return Tensor(
      shape: output.shape, storage: output.storage,
      node: TapeNode(name: name, shape: output.shape, inputs: inputs, pullback: pullback))
  }
}
