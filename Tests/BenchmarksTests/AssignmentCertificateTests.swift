import Testing

@testable import CombinatorialBenchmarks

@Suite struct AssignmentCertificateTests {
  /// Costs 4 1 3 / 2 0 5 / 3 2 2: the optimum matches 1, 0, 2 at 1 + 2 + 2.
  private func fault(
    value: Double = 5, columns: [Int32] = [1, 0, 2], rowPotentials: [Double] = [1, 0, 2],
    columnPotentials: [Double] = [2, 0, 0]
  ) -> String? {
    AssignmentCertificate(
      costs: [4, 1, 3, 2, 0, 5, 3, 2, 2], columns: 3, value: value, columnOfRow: columns,
      rowPotentials: rowPotentials, columnPotentials: columnPotentials
    ).fault
  }

  @Test func wrongAnswersAreFound() {
    #expect(fault(rowPotentials: [1, 0, 1], columnPotentials: [2, 0, 1]) == nil)
    #expect(fault()?.contains("reduced cost") == true)
    #expect(fault(columns: [1, 1, 2])?.contains("twice") == true)
    #expect(fault(columns: [1, -1, 2])?.contains("2 pairs instead of 3") == true)
    #expect(fault(value: 4)?.contains("matched costs add up to 5") == true)
    #expect(fault(value: .nan)?.contains("matched costs") == true)
    #expect(fault(value: 6, columns: [0, 1, 2])?.contains("potentials add up to 5") == true)
  }

  /// The second column would do better than the matched one: only its positive potential hides that.
  @Test func sparePotentialsMustNotBePositive() {
    let certificate = AssignmentCertificate(
      costs: [5, 1], columns: 2, value: 5, columnOfRow: [0], rowPotentials: [1],
      columnPotentials: [4, 0])
    #expect(certificate.fault?.contains("positive") == true)
  }

  @Test(arguments: CostFamily.allCases, [(7, 7), (5, 9), (9, 5)])
  func everyKernelPasses(_ family: CostFamily, _ shape: (rows: Int, columns: Int)) throws {
    let problems = AssignmentProblems<Float>(
      family: family, batch: 3, rows: shape.rows, columns: shape.columns)
    for contestant in try AssignmentCases.contestants(for: problems) {
      try contestant.run()
      try contestant.check()
    }
  }
}
