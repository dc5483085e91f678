import Foundation

/// What the system has counted of this process.
struct ProcessUsage {
  /// The most memory that was resident at a time.
  let peakMegabytes: Double
  /// Pages that were given on their first touch.
  let pageFaults: Int
  /// Time on processors, of all threads, the system's work for them included.
  let processorSeconds: Double

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
    let seconds = Double(usage.ru_utime.tv_sec) + Double(usage.ru_stime.tv_sec)
    let microseconds = Double(usage.ru_utime.tv_usec) + Double(usage.ru_stime.tv_usec)
    return ProcessUsage(
      peakMegabytes: megabytes, pageFaults: Int(usage.ru_minflt),
      processorSeconds: seconds + microseconds / 1_000_000)
  }
}
