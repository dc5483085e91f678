import Foundation

/// Makes the data set of Debian's package descriptions: articles with their titles.
public struct SynopsisBuilder: Sendable {
  private static let remedy =
    "the descriptions are those of Debian's packages: use Debian or a system made from it"

  private let cache: String

  /// - Parameter folders: The cache folder gets a folder `debian-synopses`.
  public init(folders: DataFolders = DataFolders()) { cache = folders.cache }

  /// Makes the data set where it is not there yet.
  ///
  /// - Parameter progress: Is told what is being done.
  /// - Throws: ``DataBuildError``.
  public func run(progress: (String) -> Void = { _ in }) throws(DataBuildError) -> TextSummary {
    let folder = "\(cache)/\(TextSource.debianSynopses)"
    return try TextBuilder(folder: folder, expected: Self.expected).run {
      () throws(DataBuildError) in
      progress("reading the package lists")
      let (packages, translations) = try lists()
      progress("making pairs")
      return SynopsisRecipe().parts(
        of: PackageDescription.all(packages: packages, translations: translations))
    }
  }

  /// The archive's lists, read apart from the system's: those may be old, or lack descriptions.
  private func lists() throws(DataBuildError) -> (packages: String, translations: String) {
    let folder = "\(cache)/\(TextSource.debianSynopses).lists"
    try GlyphFolders.make("\(folder)/partial")
    try SystemCommand(
      program: "apt-get",
      arguments: [
        "update", "-qq", "-o", "Dir::State::lists=\(folder)", "-o", "Acquire::Languages=en", "-o",
        "Dir::Cache=\(folder)", "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=",
        "-o", "APT::Sandbox::User=",
      ], remedy: Self.remedy
    ).output()
    let lists = (
      packages: try text(of: "_main_binary-", "_Packages", in: folder),
      translations: try text(of: "_main_i18n_", "_Translation-en", in: folder)
    )
    try GlyphFolders.remove(folder)
    return lists
  }

  /// All lists of a kind one after the other, in the order of their names.
  private func text(
    of kind: String, _ ending: String, in folder: String
  ) throws(DataBuildError) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.filter { $0.contains(kind) && $0.contains(ending) }.sorted()
    guard !files.isEmpty else {
      throw .programFailed(
        program: "apt-get", status: 0, reason: "no list \(kind)…\(ending) in \(folder)")
    }
    return try SystemCommand(
      program: "/usr/lib/apt/apt-helper", arguments: ["cat-file"] + files.map { "\(folder)/\($0)" },
      remedy: Self.remedy
    ).output()
  }

  /// Debian 12 with the updates of 24 November 2026.
  public static let expected = TextRecord(parts: [
    .train: .init(
      pairs: 26_333,
      sha256: "820152eea391edf59cfd0958615c42ac9457dedc6f86ab25013d85046f213235"),
    .valid: .init(
      pairs: 1_454,
      sha256: "978c568f318c8e32e1d4010199b3ae9183336a213aa9ad2962d172d4fc714d5d"),
    .test: .init(
      pairs: 1_704,
      sha256: "df21ca4aa351aa332c8b8388a0846fa3eaf26babdbcb0a95ee05659fcfe243fd"),
  ])
}
