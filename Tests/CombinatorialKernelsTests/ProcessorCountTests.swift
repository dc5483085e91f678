import CombinatorialKernels
import Foundation
import Testing

struct ProcessorCountTests {
  @Test(
    arguments: [
      ("max 100000\n", nil), ("100000 100000\n", 1), ("150000 100000\n", 2), ("10000 100000\n", 1),
      ("800000 100000\n", 8), ("250000\n", 3), ("0 100000", nil), ("100000 0", nil), ("", nil),
      ("9223372036854775807 1", Int.max), ("many 100000", nil),
    ] as [(String, Int?)])
  func quotasOfTheSecondVersionAreRoundedUp(text: String, processors: Int?) {
    #expect(ControlGroupQuota.quota(maximum: text) == processors)
  }

  @Test(
    arguments: [
      ("-1\n", "100000\n", nil), ("50000\n", "100000\n", 1), ("400001\n", "100000\n", 5),
      ("0\n", "100000\n", nil), ("100000\n", nil, nil), (nil, "100000\n", nil), ("", "", nil),
    ] as [(String?, String?, Int?)])
  func quotasOfTheFirstVersionAreRoundedUp(time: String?, period: String?, processors: Int?) {
    #expect(ControlGroupQuota.quota(time, period: period) == processors)
  }

  @Test func groupsAreFoundByVersion() {
    let groups = "9:name=systemd:/s\n4:cpu,cpuacct:/a:b\n3:cpuset:/c\n0::/d/e\n"
    #expect(ControlGroupQuota.path(in: groups, of: .one) == "/a:b")
    #expect(ControlGroupQuota.path(in: groups, of: .two) == "/d/e")
    #expect(ControlGroupQuota.path(in: "3:cpuset:/c\nnonsense\n", of: .one) == nil)
  }

  @Test func mountsAreReadWithTheirEscapes() {
    let line =
      #"35 26 0:30 /docker/1 /sys/fs/a\040b\134c rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct"#
    let mount = ControlGroupQuota.Mount(line: Substring(line))
    #expect(mount?.folder == #"/sys/fs/a b\c"#)
    #expect(mount?.root == "/docker/1")
    for other in [
      "35 26 0:30 / /sys rw - sysfs sysfs rw", "35 26 0:30 / /c rw - cgroup cgroup rw,cpuset", "-",
      "",
      "35 26 0:30 / /c rw - cgroup2",
    ] {
      #expect(ControlGroupQuota.Mount(line: Substring(other)) == nil)
    }
  }

  @Test(arguments: [
    ("/", "/x/y", ["/g", "/g/x", "/g/x/y"]), ("/x", "/x/y", ["/g", "/g/y"]), ("/x", "/x", ["/g"]),
    ("/x", "/xy", ["/g"]), ("/", "/../other", ["/g"]), ("/", "/", ["/g"]),
  ])
  func groupsAreSoughtWhereTheyAreMounted(root: String, path: String, folders: [String]) {
    let line = "1 2 0:3 \(root) /g rw - cgroup2 cgroup2 rw"
    let mount = ControlGroupQuota.Mount(line: Substring(line))
    #expect(mount?.folders(of: path) == folders)
  }

  /// A folder in which `proc` and the groups lie as in a container's.
  private func quota(group: String, mount: String, files: [String: String]) throws -> Int? {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let all = files.merging(["proc/self/cgroup": group, "proc/self/mountinfo": mount]) { $1 }
    for (name, text) in all {
      let file = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return ControlGroupQuota.processors(root: root.path)
  }

  @Test func theLeastQuotaOfTheHierarchyHolds() throws {
    let mount = "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
    let folder = "sys/fs/cgroup"
    #expect(
      try quota(
        group: "0::/pod/job\n", mount: mount,
        files: [
          "\(folder)/pod/cpu.max": "150000 100000\n", "\(folder)/pod/job/cpu.max": "max 100000\n",
          "\(folder)/other/cpu.max": "100000 100000\n",
        ]) == 2)
    #expect(
      try quota(group: "0::/\n", mount: mount, files: ["\(folder)/cpu.max": "max 100000\n"]) == nil)
    #expect(
      try quota(group: "0::/\n", mount: mount, files: ["\(folder)/cpu.max": "300000 100000\n"]) == 3
    )
    #expect(try quota(group: "0::/\n", mount: mount, files: [:]) == nil)
    #expect(ControlGroupQuota.processors(root: "/nowhere") == nil)
  }

  @Test func bothVersionsCount() throws {
    let mounts = """
      31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
      32 31 0:29 /docker/1 /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
      33 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
      """
    let files = [
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "250000\n",
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/unified/cpu.max": "400000 100000\n",
    ]
    #expect(try quota(group: "4:cpu,cpuacct:/docker/1\n0::/\n", mount: mounts, files: files) == 3)
  }

  #if os(Linux)
    @Test func affinityMasksAreCounted() throws {
      let permitted = try #require(ProcessorCount.affinityCount())
      #expect((1...Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))).contains(permitted))
      #expect((1...permitted).contains(ProcessorCount.ofThisProcess()))
      #expect(Parallel.coreCount == ProcessorCount.ofThisProcess())
      #expect(ProcessorCount.affinityCount(of: -1) == nil)
    }

    /// `taskset -c 0` narrows its own mask, says so, and becomes the program.
    @Test func aNarrowedMaskCounts() throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["taskset", "-c", "0", "sh", "-c", "echo; exec sleep 60"]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      defer { process.terminate() }
      try #require(output.fileHandleForReading.readData(ofLength: 1).count == 1)
      #expect(ProcessorCount.affinityCount(of: process.processIdentifier) == 1)
    }
  #endif
}
