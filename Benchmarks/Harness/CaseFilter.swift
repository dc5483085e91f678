/// Selects names by a regular expression or, where it is none or finds nothing, by a part of the name.
struct CaseFilter {
  private let pattern: String
  private let expression: Regex<AnyRegexOutput>?

  init(_ pattern: String) {
    self.pattern = pattern
    expression = try? Regex(pattern)
  }

  func matches(_ name: String) -> Bool {
    if name.contains(pattern) { return true }
    return expression.map { name.firstMatch(of: $0) != nil } ?? false
  }
}
