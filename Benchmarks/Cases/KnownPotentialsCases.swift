import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Assignments that start from the potentials of costs that were up to 1 % lower or higher, as those of
/// the training step before are, against a start from scratch. Same kernels, one thread.
enum KnownPotentialsCases {
  static var all: [BenchmarkCase] {
    CostFamily.allCases.flatMap { family in
      [(256, 32), (16, 256), (2, 1024)].map { batch, size in
        BenchmarkCase(
          name: "assignment-start/\(family.rawValue)/\(batch)x\(size)x\(size)/float",
          isRepresentative: family == .bag1 && size <= 256
        ) { try contestants(family: family, batch: batch, size: size) }
      }
    }
  }

  private static let scratch = "from scratch"

  private static func contestants(
    family: CostFamily, batch: Int, size: Int
  ) throws -> [Contestant] {
    let before = AssignmentProblems<Float>(
      family: family, batch: batch, rows: size, columns: size)
    let known = try before.solve(with: .scalar).columnPotentials
    var generator = SeededGenerator(seed: 2)
    let problems = AssignmentProblems(
      batch: batch, rows: size, columns: size,
      costs: before.costs.map { $0 * Float.random(in: 0.99...1.01, using: &generator) })
    return [(scratch, nil), ("from potentials", known)].map { name, potentials in
      let outcome = Outcome<AssignmentBatch>()
      return Contestant(
        name: name, instances: batch, references: potentials == nil ? [] : [scratch],
        run: { outcome.value = try problems.solve(from: potentials) },
        check: { if let output = outcome.value { try problems.checkOptimality(of: output) } })
    }
  }
}

extension AssignmentProblems {
  fileprivate func solve(from columnPotentials: [Double]?) throws -> AssignmentBatch {
    try costs.withUnsafeBufferPointer {
      try AssignmentBatch(
        solving: $0, shape: shape, columnPotentials: columnPotentials, maxThreads: 1)
    }
  }
}
