public import DifferentiableTensor

/// A tensor that training changes: a leaf of the tape, with a name within its layer.
///
/// A reference, so that the layer that computes with it and the optimizer that changes it see the
/// same value. Not `Sendable`: a model belongs to one task at a time.
public final class Parameter {
  /// The name within the layer, such as `weight`.
  public let name: String

  /// The current value, tracked. Results computed from an earlier value keep that value.
  public private(set) var value: Tensor

  /// A parameter that starts at `value`.
  public init(_ name: String, _ value: Tensor) {
    self.name = name
    self.value = value.requiringGradient()
  }

  /// Replaces the value.
  ///
  /// - Throws: `TensorError.shapeMismatch` unless the shape stays the same.
  public func assign(_ value: Tensor) throws(TensorError) {
    try value.checkShape(self.value.shape, as: "the shape of \(name)")
    self.value = value.requiringGradient()
  }

  /// Changes the scalars in place; the parameter stays the same leaf of the tape, and what was
  /// computed from it keeps the old scalars.
  public func update(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    value.withUnsafeMutableScalars(body)
  }
}

/// A tensor that belongs to a layer's state but is not trained, such as a running mean.
public final class Buffer {
  /// The name within the layer, such as `running_mean`.
  public let name: String

  /// The current value, untracked.
  public private(set) var value: Tensor

  /// A buffer that starts at `value`.
  public init(_ name: String, _ value: Tensor) {
    self.name = name
    self.value = value.detached
  }

  /// Replaces the value.
  ///
  /// - Throws: `TensorError.shapeMismatch` unless the shape stays the same.
  public func assign(_ value: Tensor) throws(TensorError) {
    try value.checkShape(self.value.shape, as: "the shape of \(name)")
    self.value = value.detached
  }
}

/// A random number generator that belongs to a layer's state, so that a resumed training draws what
/// an uninterrupted one would have drawn.
public final class RandomSource {
  /// The name within the layer, such as `generator`.
  public let name: String

  /// The generator; its `state` is what a checkpoint keeps.
  public var generator: SeededGenerator

  /// A source of the numbers that `seed` determines.
  public init(_ name: String, seed: UInt64) {
    self.name = name
    generator = SeededGenerator(seed: seed)
  }
}

extension Tensor {
  func checkShape(_ expected: [Int], as meaning: String) throws(TensorError) {
    guard shape == expected else {
      throw .shapeMismatch(expected: "\(meaning), \(expected)", found: shape)
    }
  }

  func checkRank(_ expected: Int, as meaning: String) throws(TensorError) {
    guard rank == expected else { throw .shapeMismatch(expected: meaning, found: shape) }
  }
}
