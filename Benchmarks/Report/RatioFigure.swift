import CombinatorialExperiments
import Foundation

/// A chart of how many times faster each contestant is than its references.
struct RatioFigure {
  let rows: [BenchmarkRow]

  /// Draws to an .svg or .png file.
  func draw(to path: String) throws {
    let bars = rows.flatMap { row in row.ratios.map { (row, $0) } }
    guard !bars.isEmpty else {
      throw BenchmarksError.file(path, reason: "there are no ratios to draw")
    }
    try Gnuplot.draw(
      script(barCount: bars.count), files: ["ratios": Data(table(bars).utf8)],
      width: 560 + 7 * (bars.map { Self.label($0.0, $0.1).count }.max() ?? 0),
      height: 90 + 18 * bars.count, to: path)
  }

  /// Place, median, lower and upper quartile, label: the first bar at the top.
  private func table(_ bars: [(BenchmarkRow, BenchmarkRow.Ratio)]) -> String {
    bars.enumerated().map { place, bar in
      let (row, ratio) = bar
      return "\(bars.count - place) \(ratio.ratio.median) \(ratio.ratio.lowerQuartile) "
        + "\(ratio.ratio.upperQuartile) \"\(Self.label(row, ratio))\""
    }.joined(separator: "\n")
  }

  private static func label(_ row: BenchmarkRow, _ ratio: BenchmarkRow.Ratio) -> String {
    "\(row.case): \(row.contestant) against \(ratio.reference)"
  }

  private func script(barCount: Int) -> String {
    """
    set xlabel 'times faster (median and quartiles of alternated rounds)'
    set offsets graph 0, graph 0.15, 0, 0
    set logscale x
    set grid x
    set yrange [0.2:\(Double(barCount) + 0.8)]
    set style fill solid 0.5 noborder
    unset key
    set arrow from 1, graph 0 to 1, graph 1 nohead lw 2 lc rgb 'gray30' front
    plot 'ratios' using 2:1:(1):2:($1-0.3):($1+0.3):ytic(5) with boxxyerror lc rgb '#4477aa', \\
         'ratios' using 2:1:3:4 with xerrorbars pt 7 ps 0.4 lc rgb 'black', \\
         'ratios' using 4:1:(sprintf('  %.3g', $2)) with labels left
    """
  }
}
