internal import CombinatorialLibc

/// The processor time that Linux's control groups leave to a process, in processors.
///
/// A group's quota holds for all groups below it, so the least of the group's and its parents' counts.
/// Sources: "Control Group v2", interface file cpu.max, and "CFS Bandwidth Control" (version 1) of the
/// kernel's documentation; proc_pid_mountinfo(5); cgroups(7).
package enum ControlGroupQuota {
  /// How many processors the quota amounts to, rounded up; nil if there is none.
  ///
  /// - Parameter root: The folder in which `proc` and the mounted groups are looked for.
  package static func processors(root: String = "") -> Int? {
    guard let groups = text(root + "/proc/self/cgroup"),
      let mounts = text(root + "/proc/self/mountinfo")
    else { return nil }
    let quotas = mounts.split(separator: "\n").compactMap(Mount.init(line:)).flatMap { mount in
      mount.folders(of: path(in: groups, of: mount.version)).compactMap { folder in
        switch mount.version {
        case .one:
          quota(
            text("\(root)\(folder)/cpu.cfs_quota_us"),
            period: text("\(root)\(folder)/cpu.cfs_period_us"))
        case .two: text("\(root)\(folder)/cpu.max").flatMap(quota(maximum:))
        }
      }
    }
    return quotas.min()
  }

  /// The quota in the text of a `cpu.max`: microseconds or `max`, and the period.
  package static func quota(maximum text: String) -> Int? {
    let fields = text.split { $0 == " " || $0 == "\n" }
    guard let time = fields.first.flatMap({ Int($0) }) else { return nil }
    return processors(time: time, period: fields.count > 1 ? Int(fields[1]) : 100_000)
  }

  /// The quota in the texts of `cpu.cfs_quota_us`, -1 for none, and of `cpu.cfs_period_us`.
  package static func quota(_ time: String?, period: String?) -> Int? {
    func number(_ text: String?) -> Int? { text?.split(separator: "\n").first.flatMap { Int($0) } }
    return number(time).flatMap { processors(time: $0, period: number(period)) }
  }

  private static func processors(time: Int, period: Int?) -> Int? {
    guard let period, time > 0, period > 0 else { return nil }
    return max(1, time / period + (time % period == 0 ? 0 : 1))
  }

  package enum Version { case one, two }

  /// The path of this process's group, from lines such as `0::/a` or `4:cpu,cpuacct:/a`.
  package static func path(in groups: String, of version: Version) -> String? {
    for line in groups.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let matches =
        switch version {
        case .one: fields[1].split(separator: ",").contains("cpu")
        case .two: fields[0] == "0" && fields[1].isEmpty
        }
      if matches { return String(fields[2]) }
    }
    return nil
  }

  /// A mounted hierarchy of groups that has processor time.
  package struct Mount: Equatable {
    package let version: Version
    /// The group that is seen at `folder`.
    package let root: String
    package let folder: String

    /// Reads a line of `mountinfo`; nil for another file system.
    package init?(line: Substring) {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false)
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 4 else {
        return nil
      }
      switch fields[dash + 1] {
      case "cgroup2": version = .two
      case "cgroup" where fields[dash + 3].split(separator: ",").contains("cpu"): version = .one
      default: return nil
      }
      root = Self.unescaped(fields[3])
      folder = Self.unescaped(fields[4])
    }

    /// The folders of a group and of its parents, as far up as they are mounted. A group elsewhere, as a
    /// container may see its own, is taken to be the mounted one.
    package func folders(of path: String?) -> [String] {
      let parents = root.split(separator: "/")
      let parts = (path ?? "/").split(separator: "/")
      var below = parts.starts(with: parents) ? parts.dropFirst(parents.count) : []
      if below.contains("..") { below = [] }
      return (0...below.count).map { depth in
        ([folder == "/" ? "" : folder] + below.prefix(depth).map(String.init)).joined(
          separator: "/")
      }
    }

    /// Blanks, line breaks and backslashes are written as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
      var bytes: [UInt8] = []
      var rest = field.utf8[...]
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\\"), let code = UInt8(Substring(rest.prefix(3)), radix: 8) {
          bytes.append(code)
          rest = rest.dropFirst(3)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// A file of the system, which tells its length only when it is read; nil if it cannot be.
  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }
}
