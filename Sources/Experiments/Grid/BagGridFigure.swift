import Foundation

/// The test error by bag size, a curve for each gradient and curriculum, and beside it what an epoch
/// takes.
public struct BagGridFigure: Sendable {
  let runs: [BagRun]
  let timings: [GradientTiming]

  /// A figure of what there is.
  ///
  /// - Parameters:
  ///   - runs: Runs of the same options but for gradient, bag size, curriculum and seed.
  ///   - timings: Of the same options.
  public init(runs: [BagRun], timings: [GradientTiming]) {
    (self.runs, self.timings) = (runs, timings)
  }

  /// Draws with gnuplot; the ending `.png` or `.svg` chooses the format.
  public func write(to path: String) throws(FigureError) {
    let curves = errorCurves
    var files: [String: Data] = [:]
    for (number, curve) in curves.enumerated() {
      files["error\(number)"] = Data(curve.table.utf8)
    }
    for gradient in timedGradients {
      files["time-\(gradient.rawValue)"] = Data(timeTable(gradient).utf8)
    }
    try Gnuplot.draw(script(curves), files: files, width: 1100, height: 460, to: path)
  }

  // MARK: Test error

  /// The points of a gradient and a curriculum.
  struct ErrorCurve {
    let title, color: String
    let isDashed: Bool
    /// By bag size.
    let points: [(bagSize: Int, errors: SeedStatistics)]
    /// Curves are drawn a little beside each other, so that their intervals can be told apart.
    let shift: Double

    /// Bag size, mean and the ends of the confidence interval, in %.
    var table: String {
      points.map { point in
        let (mean, half) = (100 * point.errors.mean, 100 * point.errors.halfWidth)
        return "\(Double(point.bagSize) + shift) \(mean) \(mean - half) \(mean + half)\n"
      }.joined()
    }
  }

  /// The mean error of supervised training.
  private var supervised: SeedStatistics? {
    let errors = runs.filter { $0.options.bagSize == 1 }.map(\.testError)
    return errors.isEmpty ? nil : SeedStatistics(errors)
  }

  var errorCurves: [ErrorCurve] {
    let bagRuns = runs.filter { $0.options.bagSize > 1 }
    let distinct: Set<[Int]> = Set(bagRuns.map(\.options.curriculum))
    let curricula =
      distinct
      .sorted { $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1) }
    return curricula.flatMap { curriculum in
      BagGradient.allCases.compactMap { gradient -> ErrorCurve? in
        let own = bagRuns.filter {
          $0.options.gradient == gradient && $0.options.curriculum == curriculum
        }
        guard !own.isEmpty else { return nil }
        return errorCurve(gradient, curriculum, own)
      }
    }
  }

  private func errorCurve(
    _ gradient: BagGradient, _ curriculum: [Int], _ runs: [BagRun]
  ) -> ErrorCurve {
    let byBagSize = Dictionary(grouping: runs, by: \.options.bagSize)
    var points = byBagSize.sorted { $0.key < $1.key }.map { bagSize, runs in
      (bagSize: bagSize, errors: SeedStatistics(runs.map(\.testError)))
    }
    if gradient == .value, curriculum.isEmpty, let supervised {
      points.insert((bagSize: 1, errors: supervised), at: 0)
    }
    let stages = curriculum.map(String.init).joined(separator: ", ")
    return ErrorCurve(
      title: gradient.title + (curriculum.isEmpty ? "" : " after bags of \(stages)"),
      color: curriculum.isEmpty ? gradient.color : "#aa3377", isDashed: !curriculum.isEmpty,
      points: points, shift: gradient.shift + (curriculum.isEmpty ? 0 : 0.25))
  }

  // MARK: Time

  private var timedGradients: [BagGradient] {
    BagGradient.allCases.filter { gradient in
      timings.contains { $0.options.gradient == gradient }
    }
  }

  /// Bag size, seconds of an epoch, seconds of its losses.
  private func timeTable(_ gradient: BagGradient) -> String {
    timings.filter { $0.options.gradient == gradient }
      .sorted { $0.options.bagSize < $1.options.bagSize }
      .map {
        "\($0.options.bagSize) \($0.extrapolatedEpochSeconds) \($0.extrapolatedLossSeconds)\n"
      }.joined()
  }

  // MARK: Script

  private func script(_ curves: [ErrorCurve]) -> String {
    """
    set multiplot layout 1,2
    set xlabel 'bag size'
    set xrange [0:33.5]
    set xtics (1, 4, 8, 12, 16, 24, 32)
    set grid ytics lc rgb '#dddddd' lt 1
    set border 3; set tics nomirror
    set key below horizontal reverse Left samplen 3; set bmargin 9
    \(errorPanel(curves))
    \(timePanel)
    unset multiplot
    """
  }

  private func errorPanel(_ curves: [ErrorCurve]) -> String {
    guard !curves.isEmpty else { return "" }
    let plots = curves.enumerated().flatMap { number, curve in
      let style = "lc rgb '\(curve.color)'"
      let dash = curve.isDashed ? " dt 2" : ""
      return [
        "'error\(number)' using 1:2 with linespoints pt 7 ps 0.7 lw 1.6\(dash) \(style) "
          + "title '\(curve.title)'",
        "'error\(number)' using 1:2:3:4 with yerrorbars pt 7 ps 0.7 lw 1.2 \(style) notitle",
      ]
    }
    let baseline =
      supervised.map { ["\(100 * $0.mean) with lines dt 3 lc rgb '#666666' title 'supervised'"] }
      ?? []
    return """
      set title \(errorTitle)
      set ylabel 'test error, %'
      set yrange [0:*]
      plot \((baseline + plots).joined(separator: ", "))
      """
  }

  /// Quoted for gnuplot: the data may be a folder of any name.
  private var errorTitle: String {
    let options = runs[0].options
    let seeds = Set(runs.map(\.options.seed)).count
    let text =
      "Test error of \(options.network.rawValue) on \(options.data)"
      + (seeds > 1 ? ", with 95 % confidence" : "")
    return "'\(text.replacing("'", with: "''"))'"
  }

  private var timePanel: String {
    guard !timings.isEmpty else { return "" }
    let plots = timedGradients.flatMap { gradient in
      let file = "'time-\(gradient.rawValue)'"
      let style = "pt 7 ps 0.7 lw 1.6 lc rgb '\(gradient.color)'"
      return [
        "\(file) using 1:2 with linespoints \(style) title '\(gradient.title)'",
        "\(file) using 1:3 with linespoints dt 2 \(style) notitle",
      ]
    }
    return """
      set title 'An epoch, extrapolated from \(timings[0].timedSteps) steps; dashed: losses alone'
      set ylabel 'seconds'
      set yrange [*:*]
      set logscale y
      set format y '%g'
      plot \(plots.joined(separator: ", "))
      """
  }
}

extension BagGradient {
  fileprivate var title: String {
    switch self {
    case .value: "optimal value"
    case .interpolated: "interpolated"
    case .lp: "smoothed linear program"
    }
  }

  fileprivate var color: String {
    switch self {
    case .value: "#4477aa"
    case .interpolated: "#ee6677"
    case .lp: "#228833"
    }
  }

  fileprivate var shift: Double {
    switch self {
    case .value: 0
    case .interpolated: 0.25
    case .lp: -0.25
    }
  }
}
