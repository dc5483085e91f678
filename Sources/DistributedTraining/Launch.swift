internal import CombinatorialKernels
internal import CombinatorialLibc

/// How this process was started.
public enum Launch {
  /// How many processes `mpirun` says that it started, of Open MPI or another implementation; nil: it started none.
  ///
  /// A program without `MPICommunicator` that it started several times would do everything as often: it has
  /// to refuse.
  public static var ranks: Int? {
    let found = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].compactMap { (name: String) in
      getenv(name).flatMap { Int(String(cString: $0)) }
    }
    // Other starters tell the rank alone.
    return found.first ?? (getenv("PMIX_RANK") != nil ? 1 : nil)
  }
}

extension DataParallel {
  /// This rank's share of the cores that it may run on, at least 1.
  ///
  /// Ranks on one machine that are bound to the same cores, or to none, divide them; one that has cores of its own,
  /// as `mpirun --bind-to core` gives, has them all.
  public func shareOfCores() throws(CommunicatorError) -> Int {
    guard size > 1 else { return Parallel.threadCount() }
    var place = Fingerprint()
    place.add(Self.hostName)
    place.add(ProcessorCount.affinityMask() ?? [])
    let own = Double(place.value)
    let sharers = try gather([own]).count { $0[0] == own }
    return max(1, Parallel.threadCount() / sharers)
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
