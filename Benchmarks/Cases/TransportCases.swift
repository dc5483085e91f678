import CombinatorialKernels
import CombinatorialSolvers

/// Exact transport by the network simplex, and the entropic one.
enum TransportCases {
  /// Square problems; the largest is not a quick one.
  static var all: [BenchmarkCase] {
    TransportFamily.allCases.flatMap { family in
      [100, 500, 2000].map { exact(family, size: $0) }
        + [100, 500].map { entropic(family, size: $0) }
    }
  }

  private static func exact(_ family: TransportFamily, size: Int) -> BenchmarkCase {
    BenchmarkCase(
      name: "transport/\(family.rawValue)/\(size)x\(size)/double", isRepresentative: size < 2000
    ) {
      let problem = family.problem(size: size)
      return KernelChoice.all(threads: 1).map { choice in
        let outcome = Outcome<TransportBatch>()
        return Contestant(
          name: choice.name, instructionSet: choice.instructionSet, instances: 1,
          references: choice.references,
          run: { outcome.value = try problem.solve(with: choice) },
          check: { try problem.checkOptimality(of: outcome.value?[0]) })
      }
    }
  }

  /// The entropic value is compared with the exact one: it costs no less, and not much more.
  private static func entropic(_ family: TransportFamily, size: Int) -> BenchmarkCase {
    BenchmarkCase(
      name: "sinkhorn/\(family.rawValue)/\(size)x\(size)/double", isRepresentative: size == 100
    ) {
      let problem = family.problem(size: size)
      let solver = Sinkhorn(temperature: 0.05, tolerance: 1e-6)
      let exact = try problem.solve(with: .scalar).values[0]
      return KernelChoice.all(threads: 1).map { choice in
        let outcome = Outcome<SinkhornSolution>()
        return Contestant(
          name: choice.name, instructionSet: choice.instructionSet, instances: 1,
          references: choice.references,
          run: { outcome.value = try problem.smooth(solver, with: choice) },
          check: {
            guard let value = outcome.value?.value else { return }
            guard value >= exact - 1e-5, value <= exact + 0.05 * 16 else {
              throw BenchmarksError.wrongResult("entropic value \(value), exact \(exact)")
            }
          })
      }
    }
  }
}
