import Testing

#if !MPI
  /// What mpirun starts several times must not do everything as often.
  @Suite struct RanksTests {
    @Test(arguments: ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"])
    func refusesRanksWithoutMPI(variable: String) throws {
      let outcome = try Tool.run(["bags", "demo"], environment: [variable: "4"])
      #expect(outcome.status == 69 && outcome.output.isEmpty)
      #expect(outcome.errorLines.count == 2, "\(outcome.errors)")
      #expect(outcome.errors.contains("expected one process without MPI, found 4"))
    }

    @Test func aSingleRankIsAProcess() throws {
      let outcome = try Tool.run(["--version"], environment: ["OMPI_COMM_WORLD_SIZE": "1"])
      #expect(outcome.status == 0 && !outcome.output.isEmpty)
    }
  }
#endif
