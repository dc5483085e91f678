import Foundation

/// What the system has counted of this process.
struct ProcessUsage {
  /// The most memory that was resident at a time.
  let peakMegabytes: Double
  /// Pages that were given on their first touch.
  let pageFaults: Int

  static var current: ProcessUsage {
    var usage = rusage()
    // 0 is RUSAGE_SELF, whose type differs between systems.
    getrusage(0, &usage)
    // Linux counts kilobytes, macOS bytes.
    #if os(Linux)
      let megabytes = Double(usage.ru_maxrss) / 1000
    #else
      let megabytes = Double(usage.ru_maxrss) / 1_000_000
    #endif
    return ProcessUsage(peakMegabytes: megabytes, pageFaults: Int(usage.ru_minflt))
  }
}
