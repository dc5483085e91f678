import CombinatorialFiles
import Foundation
import ProblemFiles

/// UCI handwritten digits, 8 x 8, shipped with the package (CC BY 4.0, see Resources).
enum DigitsData {
  static let side = 8
  static let largestLevel = 16
  /// The first pictures train, the last 360 test. The file keeps the hands of its writers together,
  /// so the split is not shuffled: the test pictures come mostly from other hands.
  static let testCount = 360

  static func load() throws(DataFileError) -> ImageDataset {
    guard
      let path = Bundle.module.path(
        forResource: "digits.csv", ofType: "gz", inDirectory: "Resources")
    else {
      throw .missing(
        dataSet: "digits", searched: [Bundle.module.bundlePath], remedy: "build the package again")
    }
    let all = try parse(Gzip.unpack(FileBytes.read(path), file: path), file: "\(path), unpacked")
    let cut = max(0, all.count - testCount)
    return ImageDataset(training: all[0..<cut], test: all[cut..<all.count])
  }

  /// Lines of 64 levels in 0...16 and a digit, separated by commas.
  static func parse(_ bytes: [UInt8], file: String) throws(DataFileError) -> PictureSet {
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    var offset = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      defer { offset += line.count + 1 }
      if line.isEmpty && offset == bytes.count { break }
      let values = numbers(line)
      let levels = values.dropLast()
      guard levels.count == side * side, levels.allSatisfy({ (0...largestLevel).contains($0) }),
        let label = values.last, (0..<10).contains(label)
      else {
        throw .corrupt(
          file: file, offset: offset, expected: "64 levels in 0...16 and a digit",
          found: "'\(PrintableText.excerpt(line))' (\(values.count) values)")
      }
      pixels += levels.map { UInt8($0 * 255 / largestLevel) }
      labels.append(Int32(label))
    }
    return try PictureSet.orCorrupt(file: file, offset: 0) { () throws(PictureSetError) in
      try PictureSet(
        channels: 1, height: side, width: side, pixels: pixels, labels: labels,
        classNames: (0...9).map(String.init))
    }
  }
}

extension DigitsData {
  /// What stands between commas; -1 where that is not a number of one or two digits.
  private static func numbers(_ line: ArraySlice<UInt8>) -> [Int] {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    var (numbers, length) = ([0], 0)
    for byte in line {
      let last = numbers.count - 1
      if byte == UInt8(ascii: ",") {
        if length == 0 { numbers[last] = -1 }
        numbers.append(0)
        length = 0
        continue
      }
      length += 1
      let isNumber = digits.contains(byte) && length <= 2 && numbers[last] >= 0
      numbers[last] = isNumber ? 10 * numbers[last] + Int(byte - digits.lowerBound) : -1
    }
    if length == 0 { numbers[numbers.count - 1] = -1 }
    return numbers
  }
}

extension PictureSet {
  /// Turns a set that does not hold together into an error that names its file.
  static func orCorrupt(
    file: String, offset: Int, _ make: () throws(PictureSetError) -> PictureSet
  ) throws(DataFileError) -> PictureSet {
    do {
      return try make()
    } catch {
      throw .corrupt(
        file: file, offset: offset, expected: "pictures and labels that agree",
        found: error.description)
    }
  }
}
