import ProblemFiles

/// The six files of the glyph data set: pictures and labels of each part, in the IDX format.
enum GlyphFiles {
  /// What the tool's user types to make them.
  static let remedy =
    "run `combinatorial-losses data glyphs`, which downloads 130 MB of Debian's font packages"

  static func pictures(_ part: GlyphPart, in folder: String) -> String {
    "\(folder)/glyphs-\(part.rawValue)-images-idx3-ubyte"
  }

  static func labels(_ part: GlyphPart, in folder: String) -> String {
    "\(folder)/glyphs-\(part.rawValue)-labels-idx1-ubyte"
  }

  static func areComplete(in folder: String) -> Bool {
    GlyphPart.allCases.allSatisfy {
      FileBytes.exists(pictures($0, in: folder)) && FileBytes.exists(labels($0, in: folder))
    }
  }

  static func write(_ split: GlyphSplit, to folder: String) throws(DataBuildError) {
    let side = GlyphPictures.side
    do {
      for part in GlyphPart.allCases {
        let (pixels, labels) = split.pictures(of: part)
        try FileBytes.write(
          IDXFile.encoded(pixels, shape: [labels.count, side, side]),
          to: pictures(part, in: folder))
        try FileBytes.write(
          IDXFile.encoded(labels, shape: [labels.count]), to: self.labels(part, in: folder))
      }
    } catch { throw .file(error) }
  }

  /// The part to learn from and the part to test on. The part `valid` is for choosing options.
  static func load(from folder: String) throws(DataFileError) -> ImageDataset {
    guard areComplete(in: folder) else {
      throw .missing(dataSet: "the glyph data set", searched: [folder], remedy: remedy)
    }
    return ImageDataset(
      training: try load(.train, from: folder), test: try load(.test, from: folder))
  }

  static func load(_ part: GlyphPart, from folder: String) throws(DataFileError) -> PictureSet {
    let file = labels(part, in: folder)
    let pictures = try IDXFile(file: pictures(part, in: folder), rank: 3)
    let labels = try IDXFile(file: file, rank: 1)
    return try PictureSet.orCorrupt(file: file, offset: 0) { () throws(PictureSetError) in
      try PictureSet(
        channels: 1, height: pictures.shape[1], width: pictures.shape[2],
        pixels: pictures.elements, labels: labels.elements.map(Int32.init),
        classNames: GlyphPictures.characters.map { String($0) })
    }
  }
}

extension IDXFile {
  /// Reads an IDX file that is not packed.
  init(file path: String, rank: Int) throws(DataFileError) {
    try self.init(FileBytes.read(path), rank: rank, file: path)
  }

  /// The bytes of an IDX file.
  ///
  /// - Parameter shape: At most 255 extents, whose product is the number of elements.
  static func encoded(_ elements: [UInt8], shape: [Int]) -> [UInt8] {
    let extents = shape.flatMap { extent in
      (0..<4).map { UInt8(truncatingIfNeeded: extent >> (8 * (3 - $0))) }
    }
    return [0, 0, unsignedByte, UInt8(shape.count)] + extents + elements
  }
}
