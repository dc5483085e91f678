internal import CCombinatorialKernels
internal import CombinatorialLibc

/// How many processors this process may use: those that are online, the affinity mask, and a container's
/// quota of their time.
///
/// More threads than that wait for each other: the system takes the processor from all of them until the
/// quota's next period.
package enum ProcessorCount {
  /// What this process may use now; at least 1.
  package static func ofThisProcess() -> Int {
    let permitted = affinityCount() ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return max(1, min(permitted, ControlGroupQuota.processors() ?? permitted))
  }

  /// The processors in the affinity mask of a process, or of a thread by its number; nil where there are
  /// no such masks.
  ///
  /// The system refuses a mask that has not room for all of the machine's processors: it grows until it has.
  package static func affinityCount(of identifier: Int32 = getpid()) -> Int? {
    affinityMask(of: identifier)?.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// The mask itself, a bit for each processor.
  package static func affinityMask(of identifier: Int32 = getpid()) -> [UInt64]? {
    var words = 16
    while words <= 1 << 16 {
      var mask = [UInt64](repeating: 0, count: words)
      let failure = cl_affinity_mask(identifier, words * MemoryLayout<UInt64>.size, &mask)
      if failure == 0 { return mask }
      guard failure == EINVAL else { return nil }
      words *= 2
    }
    return nil
  }
}
