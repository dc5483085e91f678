import ArgumentParser
import CombinatorialExperiments

/// Refuses options that are no counts.
func expectAtLeastOne(_ options: KeyValuePairs<String, Int?>) throws {
  for case (let name, let value?) in options where value < 1 {
    throw ValidationError("--\(name): expected at least 1, found \(value)")
  }
}

extension RunOptions {
  /// Refuses options that are out of their range.
  func validate() throws {
    if let fault { throw ValidationError(Self.byOption(fault)) }
  }

  /// "batch size: …" as "--batch-size: …".
  private static func byOption(_ fault: String) -> String {
    guard !fault.hasPrefix("--"), let colon = fault.firstIndex(of: ":") else { return fault }
    return "--" + fault[..<colon].map { $0 == " " ? "-" : $0 } + fault[colon...]
  }
}
