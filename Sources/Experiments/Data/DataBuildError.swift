import ProblemFiles

/// Why a data set could not be made.
public enum DataBuildError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A program that this needs is not installed.
  case programMissing(program: String, remedy: String)
  /// A program ended with another status than 0; `reason` is what it said.
  case programFailed(program: String, status: Int32, reason: String)
  /// The package archive of this machine's distribution does not have these packages of fonts.
  case packagesUnknown([String])
  /// FreeType refused; `status` is one of the numbers in its header fterrdef.h.
  case freeType(file: String, operation: String, status: Int)
  /// The fonts are not those that the recorded counts were taken from.
  case fontsChanged(expected: String, found: String)
  /// A file could not be read or written.
  case file(DataFileError)

  /// One line with the reason and what can be done.
  public var description: String {
    switch self {
    case .programMissing(let program, let remedy): "\(program) is not installed: \(remedy)"
    case .programFailed(let program, let status, let reason):
      "\(program) ended with status \(status): \(reason)"
    case .packagesUnknown(let packages):
      "the package archive has no \(packages.joined(separator: ", ")); "
        + "\(Self.acceptance) goes on without"
    case .freeType(let file, let operation, let status):
      "\(file): FreeType cannot \(operation) (error \(status))"
    case .fontsChanged(let expected, let found):
      "glyphs: expected \(expected), found \(found): the fonts have changed; "
        + "\(Self.acceptance) uses them all the same"
    case .file(let error): error.description
    }
  }

  /// The option that lets changed fonts pass.
  public static let acceptance = "--accept-changed-fonts"
}
