public import DifferentiableTensor

extension Tensor {
  /// An array's numbers: doubles, and integers beyond 2^24, round to the nearest `Float`.
  ///
  /// - Throws: `TensorError.sizeOverflow` for extents that cannot be multiplied, beside one of 0.
  public init(_ array: NumPyArray) throws(TensorError) {
    switch array.elements {
    case .float(let values): try self.init(values, shape: array.shape)
    case .double(let values): try self.init(values.map { Float($0) }, shape: array.shape)
    }
  }
}

extension NumPyArray {
  /// The tensor's scalars, off the tape.
  ///
  /// - Throws: ``NumPyShapeError`` for more than 64 axes, which NumPy's arrays cannot have.
  public init(_ tensor: Tensor) throws(NumPyShapeError) {
    try self.init(shape: tensor.shape, elements: .float(tensor.scalars))
  }
}
