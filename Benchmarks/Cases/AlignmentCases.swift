import CombinatorialKernels

/// The alignment kernels, value and gradient: batches as training has them, and single large problems.
enum AlignmentCases {
  static var all: [BenchmarkCase] {
    [16, 32, 64, 128].map { benchmarkCase(batch: 128, size: $0, isRepresentative: $0 == 64) }
      + [512, 2048].map { benchmarkCase(batch: 1, size: $0, isRepresentative: $0 == 512) }
  }

  private static func benchmarkCase(
    batch: Int, size: Int, isRepresentative: Bool
  ) -> BenchmarkCase {
    BenchmarkCase(
      name: "alignment/exponential/\(batch)x\(size)x\(size)/float",
      isRepresentative: isRepresentative
    ) {
      contestants(for: try AlignmentProblems(batch: batch, rows: size, columns: size))
    }
  }

  /// A single problem has no work for a second thread.
  private static func contestants(for problems: AlignmentProblems) -> [Contestant] {
    KernelChoice.contestants(
      instances: problems.shape.batch,
      run: { try problems.solve($0.instructionSet, threads: $0.threads) },
      check: problems.checkOptimality)
  }
}
