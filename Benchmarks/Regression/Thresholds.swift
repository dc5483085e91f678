import Foundation

/// The least ratios that the kernels must reach, by the fastest instruction set of a machine.
///
/// Only ratios of times measured side by side: they hold on any machine with those instructions.
struct Thresholds: Codable, Equatable {
  /// The share of a recorded ratio that may be lost before it counts as a regression.
  var margin: Double
  var instructionSets: [String: Machine]

  /// What was recorded on a machine.
  struct Machine: Codable, Equatable {
    var processor: String
    var rows: [Row]
  }

  /// One contestant must be at least this many times faster than another.
  struct Row: Codable, Equatable {
    let `case`: String
    let contestant, reference: String
    let recorded, least: Double
  }

  static let defaultMargin = 0.25

  init(margin: Double = defaultMargin, instructionSets: [String: Machine] = [:]) {
    (self.margin, self.instructionSets) = (margin, instructionSets)
  }

  init(contentsOf file: String) throws {
    do {
      self = try JSONDecoder().decode(
        Self.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    } catch let error as DecodingError {
      throw BenchmarksError.thresholds(file: file, reason: "no thresholds: \(error)")
    } catch {
      throw BenchmarksError.file(file, reason: error.localizedDescription)
    }
  }

  func write(to file: String) throws {
    try JSONFile.write(self, to: file)
  }

  /// Replaces what was recorded of the measured cases, and keeps the rest.
  ///
  /// Of several measurements of a row the smallest counts.
  mutating func record(
    _ measured: [BenchmarkRow], instructionSet: String, processor: String
  ) {
    var smallest: [RowKey: Double] = [:]
    for (key, ratio) in measured.flatMap(\.gatedRatios) {
      smallest[key] = min(ratio, smallest[key] ?? .infinity)
    }
    let renewed = smallest.map { key, ratio in
      Row(
        case: key.case, contestant: key.contestant, reference: key.reference,
        recorded: Self.rounded(ratio), least: Self.rounded(ratio * (1 - margin)))
    }
    let cases = Set(measured.map(\.case))
    let kept = (instructionSets[instructionSet]?.rows ?? []).filter { !cases.contains($0.case) }
    instructionSets[instructionSet] = Machine(
      processor: processor,
      rows: (kept + renewed).sorted {
        ($0.case, $0.contestant, $0.reference) < ($1.case, $1.contestant, $1.reference)
      })
  }

  private static func rounded(_ ratio: Double) -> Double { (ratio * 1000).rounded() / 1000 }
}

/// What names a ratio.
struct RowKey: Hashable {
  let `case`: String
  let contestant, reference: String
}

extension BenchmarkRow {
  /// The ratios that the regression check holds: those on one thread, since the gain from others
  /// depends on the machine's cores and on what else runs there.
  var gatedRatios: [(RowKey, Double)] {
    guard threads == 1 else { return [] }
    return ratios.map {
      (RowKey(case: self.case, contestant: contestant, reference: $0.reference), $0.ratio.median)
    }
  }
}

extension Thresholds.Row {
  var key: RowKey { RowKey(case: self.case, contestant: contestant, reference: reference) }
}
