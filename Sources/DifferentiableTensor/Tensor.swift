/// A dense array of `Float` of any rank, in row-major order, with value semantics.
///
/// Copies share their scalars until one of them is changed in place. A tensor may be on a tape (see
/// ``requiringGradient()``); every operation on such a tensor is then recorded, and
/// ``gradients(of:cotangent:whenComplete:)`` of a result walks the record backwards. Tensors and tapes are
/// immutable, so they can be shared between threads.
public struct Tensor: Sendable {
  /// The extent of each axis; `[]` for a scalar.
  public let shape: [Int]
  var storage: Storage
  var node: TapeNode?

  init(shape: [Int], storage: Storage, node: TapeNode? = nil) {
    self.shape = shape
    self.storage = storage
    self.node = node
  }

  /// A tensor of the given scalars in row-major order.
  ///
  /// - Throws: `TensorError.scalarCountMismatch`, `.negativeExtent`, `.sizeOverflow`.
  public init(_ scalars: [Float], shape: [Int]) throws(TensorError) {
    let count = try Shape.elementCount(shape)
    guard scalars.count == count else {
      throw .scalarCountMismatch(expected: count, found: scalars.count)
    }
    self.init(shape: shape, storage: Storage(uninitializedCount: count))
    scalars.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.base.update(from: base, count: count) }
    }
  }

  /// A tensor of rank 0.
  public init(_ scalar: Float) {
    self.init(shape: [], storage: Storage(uninitializedCount: 1))
    storage.base[0] = scalar
  }

  /// A tensor whose scalars `body` writes.
  ///
  /// - Parameters:
  ///   - shape: The extents, each at least 0.
  ///   - body: Gets the scalars in row-major order with arbitrary contents and must write each of
  ///     them.
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`, and what `body` throws.
  public init(
    shape: [Int], unsafeUninitialized body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    self.init(
      shape: shape, storage: Storage(uninitializedCount: try Shape.elementCount(shape)))
    try body(storage.mutableBuffer)
  }

  /// As ``init(shape:unsafeUninitialized:)``, for bodies that do not throw.
  package init(
    shape: [Int], filledBy body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(TensorError) {
    self.init(
      shape: shape, storage: Storage(uninitializedCount: try Shape.elementCount(shape)))
    body(storage.mutableBuffer)
  }

  /// A tensor of a shape that is known to be valid, with arbitrary contents.
  init(uninitialized shape: [Int]) {
    self.init(shape: shape, storage: Storage(uninitializedCount: shape.reduce(1, *)))
  }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of scalars.
  public var count: Int { storage.count }

  /// A copy of the scalars in row-major order.
  public var scalars: [Float] { withUnsafeScalars { Array($0) } }

  /// The scalar of a tensor that has just one.
  ///
  /// - Throws: `TensorError.notScalar`.
  public func item() throws(TensorError) -> Float {
    guard count == 1 else { throw .notScalar(shape: shape) }
    return storage.base[0]
  }

  /// Calls `body` with the scalars in row-major order; the pointer is valid only in the call.
  public func withUnsafeScalars<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(storage) { () throws(Failure) in try body(storage.buffer) }
  }

  /// Changes the scalars in place, on a copy if they are shared; not recorded.
  ///
  /// A leaf of the tape stays the same leaf, as an optimizer needs it: what was computed from it
  /// before keeps its old values. Any other tensor leaves the tape, as its history no longer
  /// describes it.
  public mutating func withUnsafeMutableScalars<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if let node, !node.isLeaf { self.node = nil }
    if !isKnownUniquelyReferenced(&storage) { storage = Storage(copying: storage) }
    return try body(storage.mutableBuffer)
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first scalars.
  public var description: String {
    let shown = storage.buffer.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return "Tensor(shape: \(shape), scalars: [\(shown)\(count > 8 ? ", …" : "")])"
  }
}
