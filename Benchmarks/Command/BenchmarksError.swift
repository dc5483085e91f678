import ProblemFiles

/// Why a benchmark could not be run.
enum BenchmarksError: Error, Equatable, CustomStringConvertible {
  /// A timed solution is not what was asked for.
  case wrongResult(String)
  case noCase
  case unavailableInstructionSet(requested: String, available: [String])
  case file(String, reason: String)
  case badInstance(file: String, reason: String)
  /// A file of the user's; the message names it.
  case unreadable(String)
  case thresholds(file: String, reason: String)
  case badRequest(String)

  /// EX_DATAERR of sysexits.h.
  static let badDataStatus: Int32 = 65

  /// Whether the user's data are to blame.
  var isBadData: Bool {
    switch self {
    case .badInstance, .unreadable: true
    default: false
    }
  }

  var description: String {
    switch self {
    case .wrongResult(let reason): "wrong result: \(reason)"
    case .noCase: "no case is selected; --list prints their names"
    case .unavailableInstructionSet(let requested, let available):
      "CL_INSTRUCTION_SET asks for \"\(requested)\"; "
        + "expected one of \(available.joined(separator: ", ")), which this processor can run"
    case .file(let file, let reason), .badInstance(let file, let reason),
      .thresholds(let file, let reason):
      "\(file): \(reason)"
    case .badRequest(let reason), .unreadable(let reason): reason
    }
  }
}

extension BenchmarksError {
  /// A request whose arrays are not the expected ones.
  static func expected(_ arrays: String, found: [NumPyArray]) -> BenchmarksError {
    .badRequest(
      "expected \(arrays), found " + found.map { "\($0.shape)" }.joined(separator: " and "))
  }
}
