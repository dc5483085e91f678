import Foundation
import ProblemFiles

/// Where pictures come from: `digits`, `fashion-mnist`, `glyphs`, `cifar100:DIR` or `bags:MANIFEST.jsonl`.
public enum DataSource: NamedSource {
  /// 1,797 handwritten digits of 8 x 8 pixels, which come with the package.
  case digits
  /// Fashion-MNIST, from Debian's package dataset-fashion-mnist.
  case fashionMNIST
  /// The digits and letters of Debian's fonts, made by `data glyphs`.
  case glyphs
  /// CIFAR-100 in a folder with its binary files.
  case cifar100(folder: String)
  /// Bags of the user's own: see ``BagCollection``.
  case bags(manifest: String)

  /// Those with a name alone.
  public static let named: [Self] = [.digits, .fashionMNIST, .glyphs]
  private static let cifar100Prefix = "cifar100:"
  private static let bagsPrefix = "bags:"
  /// CIFAR-100 in a folder, and bags of a manifest.
  public static let located = [
    LocatedForm(prefix: cifar100Prefix, place: "DIR") { Self.cifar100(folder: $0) },
    LocatedForm(prefix: bagsPrefix, place: "MANIFEST.jsonl") { Self.bags(manifest: $0) },
  ]

  /// Those that have a label for each picture, from which bags are drawn.
  public static let labeledForms = forms.filter { !$0.hasPrefix(bagsPrefix) }

  /// The manifest of bags of the user's own; nil for pictures of which each has its label.
  public var manifest: String? {
    if case .bags(let manifest) = self { manifest } else { nil }
  }

  /// The text that parses to this source.
  public var description: String {
    switch self {
    case .digits: "digits"
    case .fashionMNIST: "fashion-mnist"
    case .glyphs: "glyphs"
    case .cifar100(let folder): Self.cifar100Prefix + folder
    case .bags(let manifest): Self.bagsPrefix + manifest
    }
  }

  /// Reads and checks both parts of the data set.
  ///
  /// - Parameter folders: Where data is looked for that names no folder itself.
  /// - Throws: ``/NumPyFiles/DataFileError``; also for ``bags(manifest:)``, whose pictures have no labels of their own.
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
    case .bags(let manifest):
      throw .unreadable(
        file: manifest,
        reason: "expected pictures with a label each "
          + "(\(Self.labeledForms.joined(separator: ", "))), found bags")
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
