internal import CombinatorialLibc

/// How much memory this process may come to use.
package enum MemoryLimit {
  /// What the machine has, less where the process's container or its limits on addresses allow less.
  package static var bytes: Int {
    ([machine, addresses] + containers).compactMap { $0 }.min() ?? .max
  }

  private static var machine: Int? {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: size)
    return pages > 0 && size > 0 && !overflow ? bytes : nil
  }

  /// What `ulimit -v` leaves beside the addresses in use.
  private static var addresses: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let status = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let status = getrlimit(RLIMIT_AS, &limit)
    #endif
    guard status == 0, limit.rlim_cur < UInt64(Int.max) else { return nil }
    let pages = number(in: "/proc/self/statm") ?? 0
    return max(0, Int(limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Control groups of version 2 and 1, as they are mounted inside of a container.
  private static var containers: [Int?] {
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].map(number)
  }

  /// The number that a file of the system begins with.
  private static func number(in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [UInt8](repeating: 0, count: 64)
    let count = fread(&line, 1, line.count, file)
    let digits = line[..<count].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
