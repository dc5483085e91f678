import ProblemFiles

/// Fashion-MNIST: 60,000 + 10,000 gray pictures of clothes, 28 x 28, in gzip-packed IDX files.
///
/// Xiao, Rasul, Vollgraf: Fashion-MNIST, a novel image dataset for benchmarking machine learning
/// algorithms, arXiv:1708.07747.
enum FashionMNISTData {
  /// Where Debian's package dataset-fashion-mnist puts the files.
  static let systemFolder = "/usr/share/datasets/fashion-mnist"

  static let classNames = [
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot",
  ]

  private static let parts = (training: "train", test: "t10k")

  static func isComplete(_ folder: String) -> Bool {
    [parts.training, parts.test].allSatisfy {
      FileBytes.exists(picturesFile(folder, $0)) && FileBytes.exists(labelsFile(folder, $0))
    }
  }

  static func load(from folder: String) throws(DataFileError) -> ImageDataset {
    ImageDataset(
      training: try part(parts.training, in: folder), test: try part(parts.test, in: folder))
  }

  private static func part(
    _ part: String, in folder: String
  ) throws(DataFileError) -> PictureSet {
    let file = labelsFile(folder, part)
    let pictures = try IDXFile(gzipFile: picturesFile(folder, part), rank: 3)
    let labels = try IDXFile(gzipFile: file, rank: 1)
    return try PictureSet.orCorrupt(file: file, offset: 0) { () throws(PictureSetError) in
      try PictureSet(
        channels: 1, height: pictures.shape[1], width: pictures.shape[2],
        pixels: pictures.elements, labels: labels.elements.map(Int32.init), classNames: classNames)
    }
  }

  private static func picturesFile(_ folder: String, _ part: String) -> String {
    "\(folder)/\(part)-images-idx3-ubyte.gz"
  }

  private static func labelsFile(_ folder: String, _ part: String) -> String {
    "\(folder)/\(part)-labels-idx1-ubyte.gz"
  }
}
