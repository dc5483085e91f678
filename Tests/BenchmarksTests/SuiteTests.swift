import CombinatorialKernels
import Testing

@testable import CombinatorialBenchmarks

@Suite struct SuiteTests {
  @Test func namesAreUnique() {
    let names = Suite.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Suite.all.contains { $0.isRepresentative })
  }

  @Test func choicesReferToEachOther() {
    for threads in [1, 2] {
      let choices = KernelChoice.all(threads: threads)
      #expect(Set(choices.map(\.name)).count == choices.count)
      #expect(choices.prefix(2).map(\.name) == ["scalar", "current"])
      #expect(choices[1].instructionSet == .current)
      #expect(choices.contains { $0.threads > 1 } == (threads > 1))
      for choice in choices {
        #expect(Set(choice.references).isSubset(of: choices.map(\.name)))
      }
    }
  }

  /// The smallest case of each kernel: contestants are right and compared with something.
  @Test(arguments: [
    "log-sum-exp/normal/4096x100/double", "softmax/normal/4096x100/float",
    "cross-entropy/normal/4096x100/float", "bag-costs/normal/256x16x100/float",
    "log-sum-exp/normal/4096x100/float", "bag-loss/normal/64x4x100/float",
    "assignment/few-valued/1024x4x4/float", "lp-methods/bag-1/64x4x4/double",
    "alignment/exponential/128x16x16/float", "letter-alignment/residues/1x512x512/float",
    "grid-path/uniform-8/64x12x12/float",
    "spanning-tree/uniform/128x128/double", "semi-assignment/few-valued/32x4/double",
    "priced-matching/uniform/32x32/double", "bottleneck-assignment/uniform/128x128/double",
    "best-assignments/geometric/10-of-32x32/double", "sparse-assignment/few-valued/1024x16/double",
    "chain/uniform/64x64x16/float", "assignment-start/few-valued/256x32x32/float",
    "knapsack/uniform/64x32x255/float", "differentiable-swift/assignment/64x32x32/float",
    "differentiable-swift/bag-loss/64x32x100/float", "uses/set-prediction/16x100x7/float",
    "uses/odd-bags/1024x7x7/float", "uses/integers-99/1x700x700/double",
    "uses/tracks/1x300x310/double",
  ])
  func contestantsAreRight(_ name: String) throws {
    let benchmark = try #require(Suite.all.first { $0.name == name })
    let contestants = try benchmark.contestants()
    for contestant in contestants where contestant.threads == 1 {
      try contestant.run()
    }
    for contestant in contestants where contestant.threads == 1 {
      try contestant.check()
    }
    #expect(contestants.contains { !$0.references.isEmpty })
  }

  @Test(arguments: AssignmentPolytope.Method.allCases)
  func linearProgramsGiveTheKernelsValues(_ method: AssignmentPolytope.Method) throws {
    let problems = AssignmentProblems<Double>(family: .bag1, batch: 5, rows: 6, columns: 6)
    let programs = ReferencePrograms(problems, most: 5, method: method)
    #expect(throws: BenchmarksError.self) { try programs.check() }
    try programs.run()
    try programs.check()
    let values = try problems.solve(with: .scalar).values
    #expect(zip(programs.values, values).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func wrongLogitResultsAreFound() throws {
    let problems = LogitProblems<Float>(rows: 3, classes: 5)
    problems.with(.scalar) { $0.softmax($1, into: problems.output) }
    try problems.checkOutput("softmax") { problems.scaledProbabilities($0) }
    problems.output[7] += 1e-3
    #expect(throws: BenchmarksError.self) {
      try problems.checkOutput("softmax") { problems.scaledProbabilities($0) }
    }
  }
}
