internal import DifferentiableTensor

// Operations that work on raw scalars need the addresses of several tensors at once. A tensor has an
// address even when it is empty.

/// Calls `body` with the address of a tensor's scalars.
func withPointer<Result, Failure: Error>(
  to tensor: Tensor, _ body: (UnsafePointer<Float>) throws(Failure) -> Result
) throws(Failure) -> Result {
  try tensor.withUnsafeScalars { scalars throws(Failure) in try body(scalars.baseAddress!) }
}

/// Calls `body` with the addresses of the scalars of two tensors.
func withPointers<Result, Failure: Error>(
  to first: Tensor, _ second: Tensor,
  _ body: (UnsafePointer<Float>, UnsafePointer<Float>) throws(Failure) -> Result
) throws(Failure) -> Result {
  try withPointer(to: first) { first throws(Failure) in
    try withPointer(to: second) { second throws(Failure) in try body(first, second) }
  }
}

/// Calls `body` with the addresses of the scalars of three tensors.
func withPointers<Result, Failure: Error>(
  to first: Tensor, _ second: Tensor, _ third: Tensor,
  _ body: (
    UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>
  ) throws(Failure) -> Result
) throws(Failure) -> Result {
  try withPointers(to: first, second) { first, second throws(Failure) in
    try withPointer(to: third) { third throws(Failure) in try body(first, second, third) }
  }
}

extension Tensor {
  /// A tensor whose scalars `body` writes at the address that it gets.
  init(shape: [Int], writtenBy body: (UnsafeMutablePointer<Float>) -> Void) throws(TensorError) {
    try self.init(shape: shape, filledBy: { body($0.baseAddress!) })
  }

  /// The same with the address of another tensor's scalars, to read.
  init(
    shape: [Int], from source: Tensor,
    writtenBy body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(TensorError) {
    try self.init(
      shape: shape, writtenBy: { result in withPointer(to: source) { body($0, result) } })
  }
}
