import Foundation
import ProblemFiles

/// Where pictures come from: `digits`, `fashion-mnist`, `glyphs` or `cifar100:DIR`.
public enum DataSource: NamedSource {
  /// 1,797 handwritten digits of 8 x 8 pixels, which come with the package.
  case digits
  /// Fashion-MNIST, from Debian's package dataset-fashion-mnist.
  case fashionMNIST
  /// The digits and letters of Debian's fonts, made by `data glyphs`.
  case glyphs
  /// CIFAR-100 in a folder with its binary files.
  case cifar100(folder: String)

  /// Those with a name alone.
  public static let named: [Self] = [.digits, .fashionMNIST, .glyphs]
  /// What goes before a folder.
  public static let folderPrefix = "cifar100:"
  /// CIFAR-100 in a folder.
  public static func within(_ folder: String) -> Self { .cifar100(folder: folder) }

  /// The text that parses to this source.
  public var description: String {
    switch self {
    case .digits: "digits"
    case .fashionMNIST: "fashion-mnist"
    case .glyphs: "glyphs"
    case .cifar100(let folder): Self.folderPrefix + folder
    }
  }

  /// Reads and checks both parts of the data set.
  ///
  /// - Parameter folders: Where data is looked for that names no folder itself.
  public func load(from folders: DataFolders = DataFolders()) throws(DataFileError) -> ImageDataset
  {
    switch self {
    case .digits: return try DigitsData.load()
    case .fashionMNIST:
      let candidates = folders.candidates(
        system: FashionMNISTData.systemFolder, name: "fashion-mnist")
      guard let folder = candidates.first(where: FashionMNISTData.isComplete) else {
        throw .missing(
          dataSet: "Fashion-MNIST", searched: candidates,
          remedy: "apt-get install dataset-fashion-mnist, or put its four -ubyte.gz files there")
      }
      return try FashionMNISTData.load(from: folder)
    case .glyphs: return try GlyphFiles.load(from: GlyphFolders(cache: folders.cache).data)
    case .cifar100(let folder): return try CIFAR100Data.load(from: folder)
    }
  }
}

/// The folders in which data sets are looked for.
public struct DataFolders: Sendable {
  /// The cache folder: one folder for each data set.
  public let cache: String
  private let cacheIsChosen: Bool

  /// - Parameters:
  ///   - cache: The cache folder, which is then looked into first. Default: `combinatorial-losses`
  ///     in `XDG_CACHE_HOME` or in `~/.cache`.
  ///   - environment: The variables to read, the process's own by default.
  public init(
    cache: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    cacheIsChosen = cache != nil
    self.cache = cache ?? Self.defaultCache(environment)
  }

  /// The folders that may hold a data set, in the order in which they are tried.
  func candidates(system: String, name: String) -> [String] {
    let cached = "\(cache)/\(name)"
    return cacheIsChosen ? [cached, cache, system] : [system, cached]
  }

  /// The XDG base directory specification has relative paths ignored.
  private static func defaultCache(_ environment: [String: String]) -> String {
    if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") {
      return "\(base)/combinatorial-losses"
    }
    let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
    return "\(home)/.cache/combinatorial-losses"
  }
}
