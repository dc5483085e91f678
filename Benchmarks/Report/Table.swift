import Foundation

/// A table of aligned columns that is printed line by line.
struct Table {
  /// A column's heading and how wide its widest cell is; numbers stand at the right.
  struct Column {
    let title: String
    let width: Int
    var isNumber = true
  }

  let columns: [Column]

  var heading: String { line(columns.map(\.title)) }

  func line(_ cells: [String]) -> String {
    let padded = zip(columns, cells).map { column, cell in
      let padding = String(repeating: " ", count: max(0, column.width - cell.count))
      return column.isNumber ? padding + cell : cell + padding
    }
    var line = padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Numbers as a table shows them.
enum Format {
  /// A time with a unit that keeps the number between 1 and 1000: `3.41 us`.
  static func seconds(_ seconds: Double) -> String {
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "us")]
    let (scale, unit) = units.first { seconds >= $0.0 } ?? (1e-9, "ns")
    return "\(significant(seconds / scale)) \(unit)"
  }

  /// A rate with its magnitude: `294 k/s`.
  static func rate(_ perSecond: Double) -> String {
    let units = [(1e9, " G/s"), (1e6, " M/s"), (1e3, " k/s")]
    let (scale, unit) = units.first { perSecond >= $0.0 } ?? (1, " /s")
    return significant(perSecond / scale) + unit
  }

  /// Three significant digits, without an exponent.
  static func significant(_ number: Double) -> String {
    let decimals = abs(number) >= 100 ? 0 : abs(number) >= 10 ? 1 : 2
    return String(format: "%.\(decimals)f", number)
  }

  static func percent(_ share: Double) -> String { String(format: "%.0f%%", 100 * share) }
}

/// The table of benchmark rows.
struct BenchmarkTable {
  private let table: Table

  init(caseNames: [String]) {
    let longest = caseNames.map(\.count).max() ?? 0
    table = Table(columns: [
      .init(title: "case", width: longest, isNumber: false),
      .init(title: "contestant", width: 27, isNumber: false),
      .init(title: "an instance", width: 11),
      .init(title: "spread", width: 6),
      .init(title: "instances", width: 9),
      .init(title: "of copy", width: 7),
      .init(title: "times faster than", width: 0, isNumber: false),
    ])
  }

  var heading: String { table.heading }

  func line(_ row: BenchmarkRow) -> String {
    let isNamedAfterItsSet = row.contestant == row.instructionSet
    return table.line([
      row.case,
      isNamedAfterItsSet ? row.contestant : "\(row.contestant) (\(row.instructionSet))",
      Format.seconds(row.secondsPerInstance.median),
      Format.percent(row.secondsPerInstance.spread),
      Format.rate(row.instancesPerSecond),
      row.bandwidthShare.map(Format.percent) ?? "",
      row.ratios.map { comparison($0, isPart: row.isPartOfReferences) }.joined(separator: ", "),
    ])
  }

  private func comparison(_ ratio: BenchmarkRow.Ratio, isPart: Bool) -> String {
    isPart
      ? "\(String(format: "%.2g", 100 / ratio.ratio.median))% of \(ratio.reference)"
      : "\(Format.significant(ratio.ratio.median)) x \(ratio.reference)"
  }
}
