public import DifferentiableTensor

extension Array where Element == Tensor {
  /// The Euclidean norm of all the tensors' scalars together, in double precision.
  public var globalNorm: Double {
    reduce(0) { total, tensor in
      tensor.withUnsafeScalars { scalars in
        scalars.reduce(total) { $0 + Double($1) * Double($1) }
      }
    }.squareRoot()
  }

  /// The tensors, all multiplied by `limit / globalNorm` if their global norm is above `limit`.
  ///
  /// - Parameter limit: A positive norm. Where the norm is infinite or NaN nothing is changed: it says
  ///   that a gradient is, and no multiple would be of use.
  ///
  /// Literature: R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural
  /// networks, ICML 2013, algorithm 1.
  public func clipped(toGlobalNorm limit: Double) -> [Tensor] {
    let norm = globalNorm
    guard norm > limit, norm.isFinite else { return self }
    return map { $0 * Float(limit / norm) }
  }
}
