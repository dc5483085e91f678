/// The methods that Clp has for the assignment polytope against each other, so that the reference that the
/// kernels are held against is the fastest of them. An instance is a program.
enum LinearProgramCases {
  static var all: [BenchmarkCase] {
    [4, 8, 16, 32, 64, 128].flatMap { size in
      CostFamily.allCases.map { benchmarkCase($0, size: size) }
    }
  }

  private static func benchmarkCase(_ family: CostFamily, size: Int) -> BenchmarkCase {
    let count = ReferencePrograms.count(ofSize: size)
    return BenchmarkCase(name: "lp-methods/\(family.rawValue)/\(count)x\(size)x\(size)/double") {
      let problems = AssignmentProblems<Double>(
        family: family, batch: count, rows: size, columns: size)
      let methods = AssignmentPolytope.Method.allCases.filter { $0 != .barrier || size <= 32 }
      return methods.map { method in
        let programs = ReferencePrograms(problems, most: count, method: method)
        return Contestant(
          name: method.rawValue, instances: programs.count,
          references: method == .dual ? [] : [AssignmentPolytope.Method.dual.rawValue],
          run: programs.run, check: programs.check)
      }
    }
  }
}
