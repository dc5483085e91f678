import CombinatorialFiles
import ProblemFiles

/// CIFAR-100, binary version: 50,000 + 10,000 color pictures, 32 x 32, with fine labels.
///
/// A record is a coarse label, a fine label, then 1,024 red, green and blue values each. Krizhevsky:
/// Learning multiple layers of features from tiny images, 2009.
enum CIFAR100Data {
  static let side = 32
  static let channels = 3
  static let classes = 100
  static let recordSize = 2 + channels * side * side
  static let trainingFile = "train.bin"
  static let testFile = "test.bin"
  /// The archive's list of class names; used where it is there.
  static let namesFile = "fine_label_names.txt"

  static func load(from folder: String) throws(DataFileError) -> ImageDataset {
    let names = classNames(in: folder)
    let training = "\(folder)/\(trainingFile)"
    let test = "\(folder)/\(testFile)"
    guard FileBytes.exists(training), FileBytes.exists(test) else {
      throw .missing(
        dataSet: "CIFAR-100", searched: [folder],
        remedy: "put \(trainingFile) and \(testFile) of the archive cifar-100-binary.tar.gz there")
    }
    return ImageDataset(
      training: try parse(FileBytes.read(training), classNames: names, file: training),
      test: try parse(FileBytes.read(test), classNames: names, file: test))
  }

  static func parse(
    _ bytes: [UInt8], classNames: [String], file: String
  ) throws(DataFileError) -> PictureSet {
    let whole = bytes.count / recordSize * recordSize
    guard !bytes.isEmpty, whole == bytes.count else {
      throw .corrupt(
        file: file, offset: whole, expected: "a record of \(recordSize) bytes",
        found: "\(bytes.count - whole) bytes")
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(bytes.count)
    var labels: [Int32] = []
    for start in stride(from: 0, to: bytes.count, by: recordSize) {
      let fine = bytes[start + 1]
      guard fine < classes else {
        throw .corrupt(
          file: file, offset: start + 1, expected: "a fine label in 0..<\(classes)",
          found: "\(fine)")
      }
      labels.append(Int32(fine))
      pixels += bytes[start + 2..<start + recordSize]
    }
    return try PictureSet.orCorrupt(file: file, offset: 0) { () throws(PictureSetError) in
      try PictureSet(
        channels: channels, height: side, width: side, pixels: pixels, labels: labels,
        classNames: classNames)
    }
  }

  private static func classNames(in folder: String) -> [String] {
    let listed =
      (try? FileBytes.read("\(folder)/\(namesFile)"))
      .map { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace) } ?? []
    return listed.count == classes
      ? listed.map { PrintableText.excerpt($0) } : (0..<classes).map { "class \($0)" }
  }
}
