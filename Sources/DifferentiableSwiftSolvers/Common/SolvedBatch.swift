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

  /// Derivatives by the numbers of an array.
  typealias Derivatives<Scalar: DifferentiableCost> = [Scalar].TangentVector

  /// Derivatives by those of three arrays.
  typealias ThreeDerivatives<Scalar: DifferentiableCost> = (
    Derivatives<Scalar>, Derivatives<Scalar>, Derivatives<Scalar>
  )

  extension SolverErrors {
    /// The values of a batch as a differentiable function of an array.
    ///
    /// - Parameters:
    ///   - costs: What is differentiated by.
    ///   - count: How many values there are.
    ///   - solve: Runs the solver.
    /// - Returns: The values; NaN, with gradients 0, of a batch that is refused, whose error is kept.
    @differentiable(reverse,wrt: costs)
    func values<Scalar: DifferentiableCost>(
      of costs: [Scalar], count: Int,
      _ solve:
        @escaping ([Scalar]) throws(CombinatorialError) -> SolvedBatch<
          Scalar, Derivatives<Scalar>
        >
    ) -> [Scalar] {
      derivativeOfValues(of: costs, count: count, solve).value
    }

    @derivative(of: values(of:count:_:), wrt: costs)
    func derivativeOfValues<Scalar: DifferentiableCost>(
      of costs: [Scalar], count: Int,
      _ solve:
        @escaping ([Scalar]) throws(CombinatorialError) -> SolvedBatch<
          Scalar, Derivatives<Scalar>
        >
    ) -> (value: [Scalar], pullback: (Derivatives<Scalar>) -> Derivatives<Scalar>) {
      let size = costs.count
      return differentiate(count: count, zeros: { .zeros(size) }) { () throws(CombinatorialError) in
        try solve(costs)
      }
    }

    /// The values of a batch as a differentiable function of two arrays.
    @differentiable(reverse,wrt: (first, second))
    func values<Scalar: DifferentiableCost>(
      of first: [Scalar], _ second: [Scalar], count: Int,
      _ solve:
        @escaping ([Scalar], [Scalar]) throws(CombinatorialError) -> SolvedBatch<
          Scalar, (Derivatives<Scalar>, Derivatives<Scalar>)
        >
    ) -> [Scalar] {
      derivativeOfValues(of: first, second, count: count, solve).value
    }

    @derivative(of: values(of:_:count:_:), wrt: (first, second))
    func derivativeOfValues<Scalar: DifferentiableCost>(
      of first: [Scalar], _ second: [Scalar], count: Int,
      _ solve:
        @escaping ([Scalar], [Scalar]) throws(CombinatorialError) -> SolvedBatch<
          Scalar, (Derivatives<Scalar>, Derivatives<Scalar>)
        >
    ) -> (
      value: [Scalar],
      pullback: (Derivatives<Scalar>) -> (Derivatives<Scalar>, Derivatives<Scalar>)
    ) {
      let sizes = (first.count, second.count)
      return differentiate(
        count: count, zeros: { (.zeros(sizes.0), .zeros(sizes.1)) }
      ) { () throws(CombinatorialError) in try solve(first, second) }
    }

    /// The values of a batch as a differentiable function of three arrays.
    @differentiable(reverse,wrt: (first, second, third))
    func values<Scalar: DifferentiableCost>(
      of first: [Scalar], _ second: [Scalar], _ third: [Scalar], count: Int,
      _ solve:
        @escaping ([Scalar], [Scalar], [Scalar]) throws(CombinatorialError) -> SolvedBatch<
          Scalar, ThreeDerivatives<Scalar>
        >
    ) -> [Scalar] {
      derivativeOfValues(of: first, second, third, count: count, solve).value
    }

    @derivative(of: values(of:_:_:count:_:), wrt: (first, second, third))
    func derivativeOfValues<Scalar: DifferentiableCost>(
      of first: [Scalar], _ second: [Scalar], _ third: [Scalar], count: Int,
      _ solve:
        @escaping ([Scalar], [Scalar], [Scalar]) throws(CombinatorialError) -> SolvedBatch<
          Scalar, ThreeDerivatives<Scalar>
        >
    ) -> (value: [Scalar], pullback: (Derivatives<Scalar>) -> ThreeDerivatives<Scalar>) {
      let sizes = (first.count, second.count, third.count)
      return differentiate(
        count: count, zeros: { (.zeros(sizes.0), .zeros(sizes.1), .zeros(sizes.2)) }
      ) { () throws(CombinatorialError) in try solve(first, second, third) }
    }

    /// The values of a batch and their pullback, from one run of the solver: every derivative of this module.
    ///
    /// - Parameters:
    ///   - count: How many values there are, NaN if the batch is refused.
    ///   - zeros: Gradients that are 0, in full: the pullbacks of Swift's own functions of arrays take no others.
    ///   - solve: Runs the solver.
    func differentiate<Scalar, Gradients>(
      count: Int, zeros: @escaping () -> Gradients,
      _ solve: () throws(CombinatorialError) -> SolvedBatch<Scalar, Gradients>
    ) -> (value: [Scalar], pullback: (Derivatives<Scalar>) -> Gradients) {
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

  extension SolvedBatch where Gradients == Derivatives<Scalar> {
    /// - Parameter count: All costs of the batch.
    init(_ solutions: some SolutionBatch, count: Int) {
      self.init(values: solutions.values) { solutions.gradient($0, count: count) }
    }
  }

  extension CostProblem {
    /// The values of a batch as a differentiable function of the costs.
    @differentiable(reverse,wrt: costs)
    func differentiableValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], shape: BatchShape, errors: SolverErrors
    ) -> [Scalar] {
      errors.values(of: costs, count: shape.batch) { costs throws(CombinatorialError) in
        let solutions = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(costs, shape: shape)
        }
        return SolvedBatch(solutions, count: costs.count)
      }
    }
  }

  extension SolutionBatch {
    /// The gradient of a weighted sum of the values by all costs of the batch.
    func gradient<Scalar: DifferentiableCost>(
      _ weights: [Scalar], count: Int
    ) -> Derivatives<Scalar> {
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
        [Element](uninitializedCount: count) { buffer, initialized in
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
