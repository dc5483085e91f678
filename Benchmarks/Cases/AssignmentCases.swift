import CombinatorialKernels
import CombinatorialSolvers

/// The assignment kernels: families of costs by shape, batched and single, float and double.
enum AssignmentCases {
  /// Square batches from the size of a bag up, rectangles of the proportions that SciPy's
  /// `optimize_lap` benchmark has, and single large problems.
  static var all: [BenchmarkCase] {
    CostFamily.allCases.flatMap { family in
      shapes.flatMap { shape in
        [
          benchmarkCase(of: Float.self, family: family, shape: shape),
          benchmarkCase(of: Double.self, family: family, shape: shape),
        ]
      }
    }
  }

  private struct Shape {
    let batch, rows, columns: Int
    var isRepresentative = false
  }

  private static let shapes: [Shape] = {
    let square = [4, 8, 12, 16, 24, 32, 64, 128].map {
      Shape(batch: batch($0), rows: $0, columns: $0, isRepresentative: $0 == 8 || $0 == 32)
    }
    let rectangles = [16, 64].flatMap { size in
      [
        Shape(batch: batch(size), rows: size, columns: 2 * size),
        Shape(batch: batch(size), rows: 2 * size, columns: size),
      ]
    }
    let single = [256, 512, 1024].map {
      Shape(batch: 1, rows: $0, columns: $0, isRepresentative: $0 == 256)
    }
    return square + rectangles + single
  }()

  private static func batch(_ size: Int) -> Int { size <= 32 ? 1024 : 256 }

  private static func benchmarkCase<Scalar: CostScalar>(
    of type: Scalar.Type, family: CostFamily, shape: Shape
  ) -> BenchmarkCase {
    let size = "\(shape.batch)x\(shape.rows)x\(shape.columns)"
    return BenchmarkCase(
      name: "assignment/\(family.rawValue)/\(size)/\(type == Float.self ? "float" : "double")",
      isRepresentative: shape.isRepresentative || isBagLoss(family, shape, type)
    ) {
      try contestants(
        for: AssignmentProblems<Scalar>(
          family: family, batch: shape.batch, rows: shape.rows, columns: shape.columns))
    }
  }

  /// Whether these are problems that a bag loss solves, which are held at powers of two up to 128.
  private static func isBagLoss<Scalar>(
    _ family: CostFamily, _ shape: Shape, _ type: Scalar.Type
  ) -> Bool {
    family == .bag1 && type == Float.self && shape.batch > 1 && shape.rows == shape.columns
      && shape.rows.nonzeroBitCount == 1
  }

  /// Every way to solve a batch. A single problem has no work for a second thread. Linear programs stand
  /// beside square batches of floats, which is what losses solve.
  static func contestants<Scalar>(
    for problems: AssignmentProblems<Scalar>
  ) throws -> [Contestant] {
    let shape = problems.shape
    let hasProgram = Scalar.self == Float.self && shape.batch > 1 && shape.rows == shape.columns
    let kernels = contestants(for: problems, comparedWithProgram: hasProgram)
    guard hasProgram else { return kernels }
    return kernels + [try ReferencePrograms(fastestFor: problems).contestant]
  }

  static func contestants<Scalar>(
    for problems: AssignmentProblems<Scalar>, comparedWithProgram: Bool
  ) -> [Contestant] {
    let choices =
      problems.shape.batch > 1 ? KernelChoice.all() : KernelChoice.all(threads: 1)
    return choices.map { choice in
      let outcome = Outcome<AssignmentBatch>()
      let isCompared = comparedWithProgram && choice.name == "current"
      return Contestant(
        name: choice.name, instructionSet: choice.instructionSet, threads: choice.threads,
        instances: problems.shape.batch,
        references: choice.references + (isCompared ? [ReferencePrograms.name] : []),
        run: { outcome.value = try problems.solve(with: choice) },
        check: { if let output = outcome.value { try problems.checkOptimality(of: output) } })
    }
  }
}
