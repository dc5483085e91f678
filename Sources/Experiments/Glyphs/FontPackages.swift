import Foundation
import ProblemFiles

/// Debian packages of fonts: downloaded and unpacked, not installed.
struct FontPackages {
  let folders: GlyphFolders
  /// Whether packages that the archive no longer has are left out.
  let skipsUnknown: Bool

  /// The packages that the data set is made of, one a line.
  static func list() throws(DataBuildError) -> [String] {
    let name = "font-packages"
    guard
      let path = Bundle.module.path(forResource: name, ofType: "txt", inDirectory: "Resources")
    else {
      throw .file(
        .missing(
          dataSet: "\(name).txt", searched: [Bundle.module.bundlePath],
          remedy: "build the package again"))
    }
    do {
      return String(decoding: try FileBytes.read(path), as: UTF8.self)
        .split(whereSeparator: \.isWhitespace).map(String.init)
    } catch { throw .file(error) }
  }

  /// Downloads what is not there yet, and unpacks everything below ``GlyphFolders/unpacked``.
  ///
  /// apt-get goes on with files that were cut off and checks the digest of each.
  func unpack(_ packages: [String], progress: (String) -> Void) throws(DataBuildError) {
    try GlyphFolders.make("\(folders.lists)/partial")
    progress("reading the package lists")
    try apt("update", ["-qq", "-o", "Acquire::Languages=none"], in: folders.lists)
    let (known, files) = try knownPackages(of: packages, progress: progress)
    progress("downloading \(known.count) packages of fonts into \(folders.packages)")
    try apt("download", ["-qq"] + known, in: folders.packages)

    progress("unpacking \(files.count) packages")
    try GlyphFolders.remove(folders.unpacked)
    try GlyphFolders.make(folders.unpacked)
    for file in files {
      try SystemCommand(
        program: "dpkg-deb", arguments: ["--extract", file, folders.unpacked],
        remedy: Self.remedy, folder: folders.packages
      ).output()
    }
  }

  private static let remedy = "the fonts are Debian packages: use Debian or a system made from it"

  @discardableResult
  private func apt(
    _ command: String, _ arguments: [String], in folder: String
  ) throws(DataBuildError) -> String {
    // The last option keeps apt-get from handing the download to a user who cannot write here.
    let options = [
      "Dir::State::lists=\(folders.lists)", "Dir::Cache=\(folders.lists)",
      "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=", "APT::Sandbox::User=",
    ]
    return try SystemCommand(
      program: "apt-get", arguments: [command] + options.flatMap { ["-o", $0] } + arguments,
      remedy: Self.remedy, folder: folder
    ).output()
  }

  /// The packages that the archive has, and the names of their files.
  ///
  /// apt-get lists only files that are not in its working folder yet, so it is asked elsewhere.
  private func knownPackages(
    of packages: [String], progress: (String) -> Void
  ) throws(DataBuildError) -> (packages: [String], files: [String]) {
    do {
      let addresses = try apt("download", ["--print-uris"] + packages, in: folders.lists)
      return (packages, Self.fileNames(addresses))
    } catch .programFailed(let program, let status, let reason) {
      let unknown = Self.unknownPackages(packages, complaint: reason)
      guard !unknown.isEmpty else {
        throw .programFailed(program: program, status: status, reason: reason)
      }
      guard skipsUnknown else { throw .packagesUnknown(unknown) }
      progress("the package archive has no \(unknown.joined(separator: ", "))")
      return try knownPackages(of: packages.filter { !unknown.contains($0) }, progress: progress)
    }
  }

  /// The packages that apt-get names in messages such as `E: Unable to locate package fonts-x` and
  /// `E: Package 'fonts-x' has no installation candidate`.
  static func unknownPackages(_ packages: [String], complaint: String) -> [String] {
    let words = Set(complaint.split { $0.isWhitespace || $0 == "'" }.map(String.init))
    return packages.filter(words.contains)
  }

  /// The file names in lines such as `'http://host/fonts-x.deb' fonts-x_1%3a2_all.deb 3 SHA256:4`.
  static func fileNames(_ addresses: String) -> [String] {
    addresses.split(separator: "\n").filter { $0.hasPrefix("'") }
      .compactMap { line in
        line.split(separator: " ").dropFirst().first.map(String.init)
      }
  }

  /// The fonts below a folder, by path from there, in the order of the paths. Links are left out.
  static func fonts(below folder: String) -> [String] {
    let extensions: Set = ["ttf", "otf"]
    var fonts: [String] = []
    guard let tree = FileManager.default.enumerator(atPath: folder) else { return [] }
    while let path = tree.nextObject() as? String {
      let type = tree.fileAttributes?[.type] as? FileAttributeType
      let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
      if type == .typeRegular, extensions.contains(suffix) { fonts.append(path) }
    }
    return fonts.sorted()
  }
}
