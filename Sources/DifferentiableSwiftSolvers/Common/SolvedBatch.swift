#if canImport(_Differentiation)
  internal import CombinatorialKernels
  internal import CombinatorialSolvers
  internal import _Differentiation

  /// What one run of a solver says: values, and the gradients of any weighted sum of them.
  struct SolvedBatch<Scalar: DifferentiableCost, Gradients> {
    let values: [Double]
    /// Of `[values]` weights, in the shapes of what the values were computed from.
    let gradients: (_ weights: [Scalar]) -> Gradients
  }

  extension SolverErrors {
    /// The values of a batch and their pullback, from one run of the solver: every derivative of this module.
    ///
    /// - Parameters:
    ///   - count: How many values there are, NaN if the batch is refused.
    ///   - zeros: Gradients that are 0, in full: the pullbacks of Swift's own functions of arrays take no others.
    ///   - solve: Runs the solver.
    func differentiate<Scalar, Gradients>(
      count: Int, zeros: @escaping () -> Gradients,
      _ solve: () throws(CombinatorialError) -> SolvedBatch<Scalar, Gradients>
    ) -> (value: [Scalar], pullback: ([Scalar].TangentVector) -> Gradients) {
      guard let batch = catching(solve) else {
        return (.init(repeating: .nan, count: max(0, count)), { _ in zeros() })
      }
      let values = batch.values.map { Scalar($0) }
      return (
        values,
        { weights in
          guard weights.base.count == values.count else {
            // No derivatives at all are the 0 of any number of values.
            if !weights.base.isEmpty {
              self.keep(
                .shapeMismatch(
                  expected: "\(values.count) derivatives, one by each value",
                  found: "\(weights.base.count)"))
            }
            return zeros()
          }
          return batch.gradients(weights.base)
        }
      )
    }
  }

  extension CostProblem {
    /// The values of a batch and their pullback.
    func differentiate<Scalar: DifferentiableCost>(
      _ costs: [Scalar], shape: BatchShape, errors: SolverErrors
    ) -> (value: [Scalar], pullback: ([Scalar].TangentVector) -> [Scalar].TangentVector) {
      let count = costs.count
      return errors.differentiate(count: shape.batch, zeros: { .zeros(count) }) {
        () throws(CombinatorialError) in
        let solutions = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
          try solveInPlace(costs, shape: shape)
        }
        return SolvedBatch(values: solutions.values) { solutions.gradient($0, count: count) }
      }
    }
  }

  extension SolutionBatch {
    /// The gradient of a weighted sum of the values by all costs of the batch.
    func gradient<Scalar: DifferentiableCost>(
      _ weights: [Scalar], count: Int
    ) -> [Scalar].TangentVector {
      .filled(count) { gradient in
        weights.withUnsafeBufferPointer { self.gradient(weights: $0, into: gradient) }
      }
    }
  }

  extension Array.DifferentiableView where Element: DifferentiableCost {
    /// Derivatives that are 0.
    static func zeros(_ count: Int) -> Self { filled(count) { _ in } }

    /// Derivatives that are 0, and that `body` may change.
    @_specialize(where Element == Float)
    @_specialize(where Element == Double)
    static func filled(_ count: Int, _ body: (UnsafeMutableBufferPointer<Element>) -> Void) -> Self
    {
      Self(
        [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
          let buffer = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
          buffer.initialize(repeating: 0)
          body(buffer)
          initialized = count
        })
    }

    /// The derivatives of each item, `[batch, count of an item]`, times its weight.
    static func weighted<Number: CostScalar>(
      _ derivatives: [Number], by weights: [Element]
    ) -> Self {
      let size = derivatives.count / max(1, weights.count)
      return Self(
        derivatives.indices.map { weights[$0 / size] * Element(derivatives[$0]) })
    }
  }
#endif
