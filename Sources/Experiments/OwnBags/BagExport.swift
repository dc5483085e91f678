import DifferentiableTensor
import Foundation
import ProblemFiles

/// Writes the pictures of a data set to files, and manifests of bags and of test pictures beside them.
///
/// The folder then has `bags.jsonl`, as ``BagCollection`` reads it, `test.jsonl`, as ``PictureList`` does,
/// and the files that they name. Which picture has which label of its bag is lost.
public struct BagExport: Sendable {
  /// The formats of picture files.
  public enum FileFormat: String, Sendable, CaseIterable {
    /// Without loss.
    case png
    /// Of quality 90.
    case jpeg
  }

  /// How the labels of a bag are written.
  public enum LabelForm: String, Sendable, CaseIterable {
    /// A list; 75% of the labels of a bag differ, as in training on the data set itself.
    case lists
    /// How many there are of each class; pictures are put into bags as they come.
    case counts
  }

  /// Pictures in a bag.
  public var bagSize = 8
  /// How many pictures of the training part are used; nil: all.
  public var pictures: Int?
  /// How often all pictures are shuffled and cut into bags, so that each is in about as many of them.
  public var passes = 1
  /// How labels are written.
  public var labelForm = LabelForm.lists
  /// Of the pictures.
  public var fileFormat = FileFormat.png
  /// Determines the bags.
  public var seed: UInt64 = 1

  /// What was written.
  public struct Summary: Sendable, Codable, Equatable {
    /// The manifest of bags.
    public let bagManifest: String
    /// The manifest of test pictures.
    public let testManifest: String
    /// Bags in the first.
    public let bags: Int
    /// Picture files for training.
    public let pictures: Int
    /// Picture files for the test.
    public let testPictures: Int
  }

  /// Bags of 8 PNG pictures with lists of labels.
  public init() {}

  /// Writes a data set to a folder, which is made if need be.
  ///
  /// - Throws: ``BagSamplerError`` where no such bags can be drawn, ``/NumPyFiles/DataFileError`` where a file cannot be
  ///   written.
  public func run(_ dataset: ImageDataset, to folder: String) throws -> Summary {
    let set = dataset.training.prefix(pictures)
    let bags = try drawBags(labels: set.labels)
    try write(set, to: "\(folder)/training")
    try write(dataset.test, to: "\(folder)/test")
    let summary = Summary(
      bagManifest: "\(folder)/bags.jsonl", testManifest: "\(folder)/test.jsonl", bags: bags.count,
      pictures: set.count, testPictures: dataset.test.count)
    let lines = bags.map { bag in
      BagLine(
        pictures: bag.pictures.map { PictureReference(file: "training/\(name($0))") },
        names: bag.labels.map { set.classNames[Int($0)] }, form: labelForm)
    }
    try JSONLines(path: summary.bagManifest).replace(with: lines)
    let tests = dataset.test.labels.enumerated().map { index, label in
      PictureLine(
        picture: PictureReference(file: "test/\(name(index))"),
        label: dataset.test.classNames[Int(label)])
    }
    try JSONLines(path: summary.testManifest).replace(with: tests)
    return summary
  }

  private func name(_ index: Int) -> String {
    String(format: "%06d", index) + (fileFormat == .png ? ".png" : ".jpg")
  }

  private func drawBags(
    labels: [Int32]
  ) throws(BagSamplerError) -> [(pictures: [Int], labels: [Int32])] {
    guard bagSize >= 1, bagSize <= labels.count else {
      throw .bagSizeOutOfRange(bagSize: bagSize, pictures: labels.count)
    }
    var bags: [(pictures: [Int], labels: [Int32])] = []
    switch labelForm {
    case .lists:
      let drawn = try BagSampler(labels: labels, bagSize: bagSize, seed: seed)
        .epoch(0, pictures: labels.count * passes)
      for first in stride(from: 0, to: drawn.pictures.count, by: bagSize) {
        let range = first..<first + bagSize
        bags.append((Array(drawn.pictures[range]), Array(drawn.labels[range])))
      }
    case .counts:
      for pass in 0..<passes {
        var generator = RandomStream.bags.generator(seed: seed, at: pass)
        let order = Array(labels.indices).shuffled(using: &generator)
        for first in stride(from: 0, through: order.count - bagSize, by: bagSize) {
          let bag = Array(order[first..<first + bagSize])
          bags.append((bag, bag.map { labels[$0] }))
        }
      }
    }
    return bags
  }

  private func write(_ set: PictureSet, to folder: String) throws {
    try Folder.make(folder)
    for index in 0..<set.count {
      let path = "\(folder)/\(name(index))"
      let raster = Raster(
        planes: Array(set.picture(index)), channels: set.channels, width: set.width,
        height: set.height)
      let bytes: [UInt8]
      do {
        bytes = try fileFormat == .png ? PNGFile.encode(raster) : JPEGFile.encode(raster)
      } catch { throw DataFileError.unwritable(file: path, reason: error.description) }
      try FileBytes.writeScratch(bytes, to: path)
    }
  }
}

extension BagLine {
  fileprivate init(pictures: [PictureReference], names: [String], form: BagExport.LabelForm) {
    let counts = names.reduce(into: [:]) { $0[$1, default: 0.0] += 1 }
    self.init(
      pictures: pictures, labels: form == .lists ? names : nil,
      counts: form == .counts ? counts : nil)
  }
}

extension Raster {
  /// A picture whose channels lie one behind the other.
  init(planes: [UInt8], channels: Int, width: Int, height: Int) {
    let area = width * height
    func colors(_ pixel: Int) -> [UInt8] {
      [planes[pixel], planes[area + pixel], planes[2 * area + pixel]]
    }
    self.init(
      width: width, height: height, channels: channels,
      pixels: channels == 1 ? planes : (0..<area).flatMap(colors))
  }
}
