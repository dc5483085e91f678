extension PerturbedProblem {
  /// The expected solution, with its gradient by the score function.
  ///
  ///     u_sigma(c) = E u*(c + sigma Z)
  ///     dL/dc = E[ (g.u*(c + sigma Z)) Z ] / sigma,   g = dL/du
  ///
  /// The gradient comes from the same draws as the solution, each weighted by its g.u less the mean over
  /// the draws, and divided by samples - 1: this leaves the expectation as it is and takes most of the
  /// variance away. A single sample has no mean to subtract and is used as it stands. Forbidden costs,
  /// +infinity, get no gradient.
  ///
  /// - Parameter costs: The costs of one problem, or of a batch with the batch as the first axis.
  /// - Returns: The mean solution in the shape of the costs.
  /// - Throws: What the solver throws; ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``. The backward
  ///   pass throws `TensorError.pullbackFailed` for a NaN or infinite cotangent.
  /// - Complexity: ``samples`` runs of the solver for each problem forward, none backward. The backward
  ///   pass keeps the solutions, and draws the noise again.
  ///
  /// Q. Berthet et al., NeurIPS 2020, arXiv:2002.08676, proposition 3.1. The baseline: W. Kool,
  /// H. van Hoof, M. Welling, Buy 4 REINFORCE samples, get a baseline for free, ICLR 2019 workshop.
  public func solution(_ costs: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: base.costRank, name: "costs")
    var drawn: [PrimalSolution] = []
    let mean = try mean(over: items) { sample, item in
      drawn.append(sample.solutions[item])
      return 0
    }
    return Tensor.recorded(
      "perturbedSolution", inputs: [costs], output: mean.solution
    ) { [drawn] cotangent in
      try items.checkFinite(cotangent, "the cotangent")
      let weights = weights(of: drawn, items: items, cotangent: cotangent.scalars)
      return [try scoreGradient(items, weights: weights)]
    }
  }

  /// The factor of Z for each item of each sample, in the order of the solutions.
  private func weights(
    of drawn: [PrimalSolution], items: BatchedItems, cotangent: [Float]
  ) -> [Double] {
    let products = drawn.enumerated().map { position, solution in
      let start = items.range(of: position % items.count).lowerBound
      var product = 0.0
      solution.solution.forEachEntry { product += Double(cotangent[start + $0]) * Double($1) }
      return product
    }
    var baselines = [Double](repeating: 0, count: items.count)
    if samples > 1 {
      for (position, product) in products.enumerated() {
        baselines[position % items.count] += product / Double(samples)
      }
    }
    let scale = Double(max(1, samples - 1)) * Double(sigma)
    return products.enumerated().map { ($1 - baselines[$0 % items.count]) / scale }
  }

  /// The sum over the samples of weight times Z.
  private func scoreGradient(_ items: BatchedItems, weights: [Double]) throws -> Tensor {
    var gradient = [Double](repeating: 0, count: items.count * items.itemCount)
    var generator = SeededGenerator(seed: seed)
    for sample in 0..<samples {
      try noise(of: items, from: &generator).withUnsafeScalars { noise in
        for item in 0..<items.count {
          let weight = weights[sample * items.count + item]
          for index in items.range(of: item) { gradient[index] += weight * Double(noise[index]) }
        }
      }
    }
    try items.batched.withUnsafeScalars { costs in
      for index in gradient.indices where !costs[index].isFinite { gradient[index] = 0 }
    }
    return try Tensor(gradient.map { Float($0) }, shape: items.shape)
  }
}
