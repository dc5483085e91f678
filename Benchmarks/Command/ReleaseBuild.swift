import Foundation

/// Times of a debug build mean nothing: it hands over to the release build of itself.
enum ReleaseBuild {
  static var isThis: Bool {
    #if DEBUG
      false
    #else
      true
    #endif
  }

  /// Builds and runs the release build with the same arguments, and returns its exit status.
  static func run(arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["swift", "run", "-c", "release"] + packageOption
      + ["Benchmarks"] + arguments
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The package that holds this executable (in its build folder) as options of `swift run`.
  private static var packageOption: [String] {
    guard let executable = Bundle.main.executableURL else { return [] }
    var folder = executable.resolvingSymlinksInPath().deletingLastPathComponent()
    while folder.path != "/" {
      let manifest = folder.appendingPathComponent("Package.swift").path
      if FileManager.default.fileExists(atPath: manifest) {
        return ["--package-path", folder.path]
      }
      folder.deleteLastPathComponent()
    }
    return []
  }
}
