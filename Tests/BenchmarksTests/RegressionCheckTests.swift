import Testing

@testable import CombinatorialBenchmarks

@Suite struct RegressionCheckTests {
  private static let threshold = Thresholds.Row(
    case: "a", contestant: "current", reference: "scalar", recorded: 4, least: 3)

  /// Runs a check whose attempts find the given ratios; returns what failed and how often it measured.
  private func check(
    ratios: [Double?], rows: [Thresholds.Row] = [threshold]
  ) -> (regressions: [RegressionCheck.Regression], attempts: Int, retries: Int) {
    var (attempts, retries) = (0, 0)
    let regressions = RegressionCheck(rows: rows).regressions(
      measure: { name, attempt in
        attempts += 1
        return ratios[attempt].map { [row(name, ratio: $0)] }
      },
      report: { if case .retrying = $0 { retries += 1 } })
    return (regressions, attempts, retries)
  }

  @Test func ratiosAboveTheirThresholdPass() {
    #expect(check(ratios: [3]) == ([], 1, 0))
  }

  @Test func oneBadMeasurementIsNoRegression() {
    #expect(check(ratios: [1, 3.5]) == ([], 2, 1))
    #expect(check(ratios: [1, 2, 3.5]) == ([], 3, 2))
  }

  /// The planted slowdown: the scalar kernels run in the vector kernels' place.
  @Test func aRatioOfOneStaysARegression() throws {
    let result = check(ratios: [1, 1.02, 0.99])
    #expect(result.attempts == 3)
    #expect(result.regressions == [.init(row: Self.threshold, found: 1.02)])
    let message = try #require(result.regressions.first).description
    for part in ["a: current against scalar", "1.02 x", "3.00 x", "74%", "4.00 x"] {
      #expect(message.contains(part), "\(message)")
    }
  }

  @Test func notANumberIsARegression() {
    #expect(check(ratios: [.nan, .nan, .nan]).regressions.count == 1)
  }

  @Test func vanishedCasesAreReportedWithoutRetrying() throws {
    let result = check(ratios: [nil])
    #expect(result.attempts == 1)
    #expect(try #require(result.regressions.first).description.contains("no longer measured"))
  }

  @Test func rowsOfOneCaseAreMeasuredTogether() {
    let other = Thresholds.Row(
      case: "a", contestant: "current", reference: "gone", recorded: 2, least: 1)
    let result = check(ratios: [5], rows: [Self.threshold, other])
    #expect(result.attempts == 1)
    #expect(result.regressions == [.init(row: other, found: nil)])
  }
}
