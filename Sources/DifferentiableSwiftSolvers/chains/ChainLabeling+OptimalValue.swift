#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension ChainLabeling {
    /// The cost of the cheapest labeling as a differentiable function of the costs of labels and steps.
    ///
    ///     dz*/dunary[t][k] = 1 where t has the label k       dz*/dsteps = 1 at each step that is taken
    ///
    /// A matrix that all steps share gets the number of times that each step is taken.
    ///
    /// - Parameters:
    ///   - unary: `[positions, labels]`: what each label costs at each position.
    ///   - steps: `[labels, labels]`: from the label of a position (row) to that of the next (column), or
    ///     `[positions - 1, labels, labels]`, a matrix for each step.
    ///   - labels: The number of labels, at least 1.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (unary, steps))
    public func optimalValue<Scalar: DifferentiableCost>(
      unary: [Scalar], steps: [Scalar], labels: Int, errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        unary: unary, steps: steps, batch: 1,
        positions: withoutDerivative(at: labels > 0 ? unary.count / labels : 0), labels: labels,
        errors: errors)[0]
    }

    /// The costs of the cheapest labelings of a batch as a differentiable function of the costs of labels and steps.
    ///
    /// - Parameters:
    ///   - unary: `[batch, positions, labels]`.
    ///   - steps: `[labels, labels]`; `[positions - 1, labels, labels]`, a matrix for each step; or `[batch]` of these.
    ///   - batch: The number of problems.
    ///   - positions: Positions of every problem, padding included.
    ///   - labels: The number of labels, at least 1.
    ///   - lengths: Positions in use, for each problem; the others are padding: never read, gradient 0. nil: all.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (unary, steps))
    public func optimalValues<Scalar: DifferentiableCost>(
      unary: [Scalar], steps: [Scalar], batch: Int, positions: Int, labels: Int,
      lengths: [Int]? = nil, errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(batch: batch, rows: positions, columns: labels, rowCounts: lengths)
      return errors.values(of: [unary, steps], count: batch) { inputs throws(CombinatorialError) in
        let solutions = try inputs[0].withUnsafeBufferPointer { unary throws(CombinatorialError) in
          try inputs[1].withUnsafeBufferPointer { steps throws(CombinatorialError) in
            try solveInPlace(unary: unary, steps: steps, shape: shape)
          }
        }
        return SolvedBatch(values: solutions.values) { weights in
          [
            solutions.gradient(weights, count: inputs[0].count),
            .filled(inputs[1].count) { gradient in
              weights.withUnsafeBufferPointer {
                solutions.stepGradient(weights: $0, into: gradient)
              }
            },
          ]
        }
      }
    }
  }
#endif
