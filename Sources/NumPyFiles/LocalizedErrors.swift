#if canImport(FoundationEssentials)
  public import protocol FoundationEssentials.LocalizedError
#else
  public import protocol Foundation.LocalizedError
#endif

// What Foundation says of an error as `localizedDescription`.

extension NumPyElementError: LocalizedError {
  /// What was expected and what came.
  public var errorDescription: String? { description }
}

extension NumPyFileError: LocalizedError {
  /// What was expected and what came.
  public var errorDescription: String? { description }
}

extension NumPyShapeError: LocalizedError {
  /// What was expected and what came.
  public var errorDescription: String? { description }
}
