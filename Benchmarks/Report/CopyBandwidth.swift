import CombinatorialKernels
import Foundation

/// Bytes a second that memcpy moves between arrays far larger than the caches: those it reads plus
/// those it writes. What is memory-bound is measured against it.
struct CopyBandwidth: Codable {
  let oneThread, allThreads: Summary
  let bytesPerArray: Int

  /// Copies `bytesPerArray` in each of several rounds, with one thread and with all in turn.
  static func measure(bytesPerArray: Int = 256 << 20, rounds: Int = 9) throws -> CopyBandwidth {
    let arrays = CopyArrays(byteCount: bytesPerArray)
    func copy(_ name: String, threads: Int) -> Contestant {
      Contestant(
        name: name, threads: threads, instances: 1, run: { arrays.copy(threads: threads) },
        check: {})
    }
    var timing = AlternatedTiming(fewestRounds: rounds)
    timing.mostRounds = rounds
    let seconds = try timing.measure([
      copy("one thread", threads: 1), copy("all threads", threads: Parallel.coreCount),
    ])
    let bandwidths = seconds.map { Summary(of: $0.map { 2 * Double(bytesPerArray) / $0 }) }
    return CopyBandwidth(
      oneThread: bandwidths[0], allThreads: bandwidths[1], bytesPerArray: bytesPerArray)
  }
}

/// Two arrays whose pages have been touched. The slices of a copy are disjoint.
private final class CopyArrays: @unchecked Sendable {
  private let source, target: UnsafeMutableRawPointer
  private let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    source = .allocate(byteCount: byteCount, alignment: 64)
    target = .allocate(byteCount: byteCount, alignment: 64)
    memset(source, 1, byteCount)
    memset(target, 2, byteCount)
  }

  deinit {
    source.deallocate()
    target.deallocate()
  }

  func copy(threads: Int) {
    Parallel.forEachSlice(of: byteCount, maxThreads: threads) { slice in
      memcpy(target + slice.lowerBound, source + slice.lowerBound, slice.count)
    }
  }
}
