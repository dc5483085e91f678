/// A problem whose costs are perturbed by Gaussian noise: its expected optimum is smooth in the costs.
///
///     z_sigma(c) = E min over u of (c + sigma Z).u      u_sigma(c) = E u*(c + sigma Z) = dz_sigma/dc
///
/// with Z of independent standard normal entries, estimated by the mean over ``samples`` draws. The
/// expected solution ``solution(_:)`` lies inside the feasible polytope and has a gradient that is
/// nowhere 0 by accident; ``fenchelYoungLoss(_:target:)`` compares the costs with a target solution and
/// needs no gradient of a solution at all, so it is the better choice where a target is known.
///
/// The draws follow from ``seed``, the shape of the costs and nothing else, whatever the threads do. Two
/// calls with one seed see the same noise: change the seed in each step of a training run.
///
/// Sigma is in the unit of the costs. The gradient of the Fenchel-Young loss is unbiased and bounded with
/// a single sample; that of the solution is noisy, the more so the smaller sigma, and wants many.
///
/// Q. Berthet, M. Blondel, O. Teboul, M. Cuturi, J.-P. Vert, F. Bach, Learning with differentiable
/// perturbed optimizers, NeurIPS 2020, arXiv:2002.08676. There solutions maximize theta.u: theta = -c.
public struct PerturbedProblem<Base: PrimalProblem>: Sendable {
  /// The problem that is solved for each draw.
  public let base: Base
  /// Draws, and so runs of the solver, for each problem and call.
  public let samples: Int
  /// Standard deviation of the noise, in the unit of the costs.
  public let sigma: Float
  /// Determines the noise.
  public var seed: UInt64

  /// A problem with perturbed costs.
  ///
  /// - Parameters:
  ///   - base: The problem to perturb; it must be solvable at any costs, negative ones included.
  ///   - samples: At least 1.
  ///   - sigma: Greater than 0.
  ///   - seed: Determines the noise.
  /// - Throws: ``SolutionGradientError/tooFewSamples(_:)``, ``SolutionGradientError/notPositive(parameter:value:)``.
  public init(
    _ base: Base, samples: Int, sigma: Float, seed: UInt64
  ) throws(SolutionGradientError) {
    guard samples >= 1 else { throw .tooFewSamples(samples) }
    (self.base, self.samples) = (base, samples)
    self.sigma = try SolutionGradientError.check(positive: sigma, "sigma")
    self.seed = seed
  }
}

extension PrimalProblem {
  /// This problem with costs perturbed by Gaussian noise; see ``PerturbedProblem``.
  ///
  /// - Parameters:
  ///   - samples: Draws, and so runs of the solver, for each problem and call; at least 1.
  ///   - sigma: Standard deviation of the noise, in the unit of the costs; greater than 0.
  ///   - seed: Determines the noise.
  /// - Throws: ``SolutionGradientError/tooFewSamples(_:)``, ``SolutionGradientError/notPositive(parameter:value:)``.
  public func perturbed(
    samples: Int, sigma: Float, seed: UInt64
  ) throws(SolutionGradientError) -> PerturbedProblem<Self> {
    try PerturbedProblem(self, samples: samples, sigma: sigma, seed: seed)
  }
}

extension PerturbedProblem {
  /// The expected optimal value, with the expected solution as its gradient.
  ///
  ///     z_sigma(c) = E min over u of (c + sigma Z).u        dz_sigma/dc = u_sigma(c)
  ///
  /// Concave in the costs. For fixed draws the gradient is that of the estimate, exactly.
  ///
  /// - Parameter costs: The costs of one problem, or of a batch with the batch as the first axis.
  /// - Returns: `[]` or `[batch]`.
  /// - Throws: What the solver throws; ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``.
  /// - Complexity: ``samples`` runs of the solver for each problem forward, none backward.
  public func optimalValue(_ costs: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: base.costRank, name: "costs")
    let (means, solution) = try mean(over: items) { sample, item in
      sample.solutions[item].value
    }
    let values = try Tensor(means.map { Float($0) }, shape: items.batchShape)
    return Tensor.recorded("perturbedValue", inputs: [costs], output: values) { cotangent in
      [try items.scaled(solution, by: cotangent)]
    }
  }
}
