import CombinatorialKernels
import Foundation

/// What the numbers were measured on.
struct Machine: Codable, Equatable {
  let processor: String
  let cores: Int
  let operatingSystem: String
  let instructionSets: [String]
  /// The set that the kernels use: the fastest, unless `CL_INSTRUCTION_SET` forces another.
  let currentInstructionSet: String

  static var this: Machine {
    Machine(
      processor: processorName, cores: Parallel.coreCount,
      operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString,
      instructionSets: InstructionSet.available.map(\.rawValue),
      currentInstructionSet: InstructionSet.current.rawValue)
  }

  #if os(Linux)
    private static var processorName: String {
      let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      return processorName(inProcessorFile: text) ?? "unknown processor"
    }
  #else
    private static var processorName: String {
      var length = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &length, nil, 0) == 0 else {
        return "unknown processor"
      }
      var bytes = [UInt8](repeating: 0, count: length)
      sysctlbyname("machdep.cpu.brand_string", &bytes, &length, nil, 0)
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  #endif

  /// The name that Linux gives the first processor in /proc/cpuinfo.
  static func processorName(inProcessorFile text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let (key, value) = (parts[0].trimmed, parts[1].trimmed)
      if key == "model name" || key == "Processor" { return value }
    }
    return nil
  }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
