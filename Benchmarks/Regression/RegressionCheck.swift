/// Compares ratios with their thresholds, and measures again before it calls a row failed.
struct RegressionCheck {
  let rows: [Thresholds.Row]
  /// How often a case with a failing row is measured again.
  var retries = 2

  /// A ratio that stayed below its threshold in every attempt.
  struct Regression: Equatable, CustomStringConvertible {
    let row: Thresholds.Row
    /// The best ratio of all attempts; nil: the case no longer has such a contestant.
    let found: Double?

    var description: String {
      let name = "\(row.case): \(row.contestant) against \(row.reference)"
      guard let found else {
        return "\(name): no longer measured; --record renews the thresholds"
      }
      let lost = 1 - found / row.recorded
      return "\(name): \(Format.significant(found)) x, expected at least "
        + "\(Format.significant(row.least)) x; \(Format.percent(lost)) below the recorded "
        + "\(Format.significant(row.recorded)) x"
    }
  }

  /// Measures each case, up to `1 + retries` times while it fails.
  ///
  /// - Parameters:
  ///   - measure: the rows of a case by name, in a given attempt (0, 1 …); nil: there is no such case.
  ///   - report: is told of every measured row, and of each attempt that has to be repeated.
  func regressions(
    measure: (_ case: String, _ attempt: Int) throws -> [BenchmarkRow]?,
    report: (Event) -> Void
  ) rethrows -> [Regression] {
    var names: [String] = []
    for row in rows where !names.contains(row.case) { names.append(row.case) }
    return try names.flatMap { name in
      let expected = rows.filter { $0.case == name }
      var best: [RowKey: Double] = [:]
      var failing: [Regression] = []
      for attempt in 0...retries {
        let measured = try measure(name, attempt) ?? []
        report(.measured(measured))
        for (key, ratio) in measured.flatMap(\.gatedRatios) {
          best[key] = max(ratio, best[key] ?? -.infinity)
        }
        failing = expected.filter { !((best[$0.key] ?? -.infinity) >= $0.least) }
          .map { Regression(row: $0, found: best[$0.key]) }
        guard failing.contains(where: { $0.found != nil }) else { break }
        if attempt < retries { report(.retrying(failing)) }
      }
      return failing
    }
  }

  /// What happens during a check.
  enum Event {
    case measured([BenchmarkRow])
    case retrying([Regression])
  }
}
