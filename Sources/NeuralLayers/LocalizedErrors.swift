#if canImport(FoundationEssentials)
  public import protocol FoundationEssentials.LocalizedError
#else
  public import protocol Foundation.LocalizedError
#endif

// What Foundation says of an error as `localizedDescription`.

extension CheckpointError: LocalizedError {
  /// What was expected and what came.
  public var errorDescription: String? { description }
}

extension LayerError: LocalizedError {
  /// What was expected and what came.
  public var errorDescription: String? { description }
}

extension SafetensorsError: LocalizedError {
  /// What was expected and what came.
  public var errorDescription: String? { description }
}
