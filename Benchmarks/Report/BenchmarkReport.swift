/// What a run of the benchmarks found, as `--json` writes it.
struct BenchmarkReport: Codable {
  let machine: Machine
  /// Measured only if a case is limited by memory.
  var copyBandwidth: CopyBandwidth?
  var rows: [BenchmarkRow]
}

/// One contestant of a case.
struct BenchmarkRow: Codable, Equatable {
  let `case`: String
  let contestant, instructionSet: String
  let threads: Int
  /// Instances of one timed run.
  let instances: Int
  let secondsPerInstance: Summary
  let instancesPerSecond: Double
  /// How many times faster it is than each reference.
  let ratios: [Ratio]
  /// Whether the contestant's work is a part of its references': their times' quotient is its share.
  let isPartOfReferences: Bool
  /// The fewest bytes its work must move, a second, relative to what memcpy moves on as many threads.
  var bandwidthShare: Double?

  /// How many times faster a contestant is than another: the quotients of their times, round by round.
  struct Ratio: Codable, Equatable {
    let reference: String
    let ratio: Summary
  }
}

extension BenchmarkCase {
  /// Makes the inputs, times the contestants and checks their results.
  func measure(with timing: AlternatedTiming) throws -> [BenchmarkRow] {
    let contestants = try contestants()
    let samples = try timing.measure(contestants)
    let perInstance = zip(contestants, samples).map { contestant, samples in
      samples.map { $0 / Double(contestant.instances) }
    }
    return contestants.indices.map { index in
      let contestant = contestants[index]
      let seconds = Summary(of: perInstance[index])
      return BenchmarkRow(
        case: name, contestant: contestant.name,
        instructionSet: contestant.instructionSet.rawValue, threads: contestant.threads,
        instances: contestant.instances, secondsPerInstance: seconds,
        instancesPerSecond: 1 / seconds.median,
        ratios: contestants.indices.compactMap { other in
          guard contestant.references.contains(contestants[other].name) else { return nil }
          let quotients = zip(perInstance[other], perInstance[index]).map { $0 / $1 }
          return BenchmarkRow.Ratio(
            reference: contestants[other].name, ratio: Summary(of: quotients))
        },
        isPartOfReferences: contestant.isPartOfReferences)
    }
  }
}

extension BenchmarkRow {
  /// Adds the share of the copy bandwidth.
  func relating(bytesPerInstance: Int?, to copy: CopyBandwidth?) -> BenchmarkRow {
    guard let bytesPerInstance, let copy else { return self }
    var row = self
    let bytesPerSecond = Double(bytesPerInstance) * instancesPerSecond
    let available = threads == 1 ? copy.oneThread : copy.allThreads
    row.bandwidthShare = bytesPerSecond / available.median
    return row
  }
}
