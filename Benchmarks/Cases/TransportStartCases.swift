import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Transport that starts from the solutions of costs that were up to 1 % lower or higher, as those of the training step
/// before are, against a start from scratch. Same kernel, one thread.
enum TransportStartCases {
  static var all: [BenchmarkCase] {
    TransportFamily.allCases.flatMap { family in
      [100, 500, 2000].map { size in
        BenchmarkCase(
          name: "transport-start/\(family.rawValue)/\(size)x\(size)/double",
          isRepresentative: size < 2000
        ) { try contestants(family: family, size: size) }
      }
    }
  }

  private static let scratch = "from scratch"

  private static func contestants(family: TransportFamily, size: Int) throws -> [Contestant] {
    let before = family.problem(size: size)
    let known = try before.solve(from: nil)
    var generator = SeededGenerator(seed: 2)
    let problem = TransportProblem(
      costs: before.costs.map { $0 * Double.random(in: 0.99...1.01, using: &generator) },
      supply: before.supply, demand: before.demand)
    return [(scratch, nil), ("from known solutions", known)].map { name, known in
      let outcome = Outcome<TransportBatch>()
      return Contestant(
        name: name, instances: 1, references: known == nil ? [] : [scratch],
        run: { outcome.value = try problem.solve(from: known) },
        check: { try problem.checkOptimality(of: outcome.value?[0]) })
    }
  }
}

extension TransportProblem {
  fileprivate func solve(from known: TransportBatch?) throws -> TransportBatch {
    let masses = try TransportMasses(supply, demand, shape: shape)
    return try costs.withUnsafeBufferPointer {
      try Transport(maxThreads: 1).solveInPlace($0, masses: masses, shape: shape, known: known)
    }
  }
}
