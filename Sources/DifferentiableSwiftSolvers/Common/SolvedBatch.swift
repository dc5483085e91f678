#if canImport(_Differentiation)
  internal import CombinatorialKernels
  internal import CombinatorialSolvers
  internal import _Differentiation

  /// What one run of a solver says: values, and the gradients of any weighted sum of them.
  struct SolvedBatch<Scalar: DifferentiableCost> {
    let values: [Double]
    /// Of `[values]` weights: an array for each of those that the values were computed from, and as long.
    let gradients: (_ weights: [Scalar]) -> [[Scalar]]
  }

  extension SolverErrors {
    /// The values of a batch as a differentiable function of arrays: every derivative of this module.
    ///
    /// - Parameters:
    ///   - inputs: What is differentiated by.
    ///   - count: How many values there are.
    ///   - solve: Runs the solver, on the inputs.
    /// - Returns: The values; NaN, with gradients 0, of a batch that is refused, whose error is kept.
    @differentiable(reverse,wrt: inputs)
    func values<Scalar: DifferentiableCost>(
      of inputs: [[Scalar]], count: Int,
      _ solve: @escaping ([[Scalar]]) throws(CombinatorialError) -> SolvedBatch<Scalar>
    ) -> [Scalar] {
      derivativeOfValues(of: inputs, count: count, solve).value
    }

    @derivative(of: values(of:count:_:), wrt: inputs)
    func derivativeOfValues<Scalar: DifferentiableCost>(
      of inputs: [[Scalar]], count: Int,
      _ solve: @escaping ([[Scalar]]) throws(CombinatorialError) -> SolvedBatch<Scalar>
    ) -> (
      value: [Scalar], pullback: ([Scalar].TangentVector) -> [[Scalar]].TangentVector
    ) {
      let sizes = inputs.map(\.count)
      let batch = catching { () throws(CombinatorialError) in try solve(inputs) }
      let values =
        batch?.values.map { Scalar($0) } ?? .init(repeating: .nan, count: max(0, count))
      return (
        values,
        { weights in
          if let batch, weights.base.count == values.count {
            return .init(batch.gradients(weights.base).map { .init($0) })
          }
          if batch != nil, !weights.base.isEmpty {
            // No derivatives at all are the 0 of any number of values.
            self.keep(
              .shapeMismatch(
                expected: "\(values.count) derivatives, one by each value",
                found: "\(weights.base.count)"))
          }
          // In full: the pullbacks of Swift's own functions of arrays take no others.
          return .init(sizes.map { .init([Scalar](repeating: 0, count: $0)) })
        }
      )
    }
  }

  extension CostProblem {
    /// The values of a batch as a differentiable function of the costs.
    @differentiable(reverse,wrt: costs)
    func differentiableValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], shape: BatchShape, errors: SolverErrors
    ) -> [Scalar] {
      errors.values(of: [costs], count: shape.batch) { inputs throws(CombinatorialError) in
        let solutions = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(costs, shape: shape)
        }
        return SolvedBatch(values: solutions.values) {
          [solutions.gradient($0, count: inputs[0].count)]
        }
      }
    }
  }

  extension SolutionBatch {
    /// The gradient of a weighted sum of the values by all costs of the batch.
    func gradient<Scalar: DifferentiableCost>(_ weights: [Scalar], count: Int) -> [Scalar] {
      .filled(count) { gradient in
        weights.withUnsafeBufferPointer { self.gradient(weights: $0, into: gradient) }
      }
    }
  }

  extension Array where Element: DifferentiableCost {
    /// Derivatives that are 0, and that `body` may change.
    @_specialize(where Element == Float)
    @_specialize(where Element == Double)
    static func filled(_ count: Int, _ body: (UnsafeMutableBufferPointer<Element>) -> Void) -> Self
    {
      [Element](uninitializedCount: count) { buffer, initialized in
        buffer.initialize(repeating: 0)
        body(buffer)
        initialized = count
      }
    }

    /// The derivatives of each item, `[batch, count of an item]`, times its weight.
    static func weighted<Number: CostScalar>(
      _ derivatives: [Number], by weights: [Element]
    ) -> Self {
      let size = derivatives.count / Swift.max(1, weights.count)
      return derivatives.indices.map { weights[$0 / size] * Element(derivatives[$0]) }
    }
  }
#endif
