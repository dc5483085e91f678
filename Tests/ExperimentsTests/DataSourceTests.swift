import Foundation
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct DataSourceTests {
  @Test(arguments: ["digits", "fashion-mnist", "glyphs", "cifar100:/some/folder", "cifar100:a b"])
  func parsesWhatItPrints(text: String) {
    #expect(DataSource(text)?.description == text)
  }

  @Test(arguments: ["", "mnist", "Digits", "cifar100", "cifar100:", "digits:x"])
  func refusesOtherNames(text: String) {
    #expect(DataSource(text) == nil)
  }

  @Test func looksIntoTheCacheFolderOfTheEnvironment() {
    let xdg = DataFolders(environment: ["XDG_CACHE_HOME": "/x", "HOME": "/h"])
    #expect(xdg.cache == "/x/combinatorial-losses")
    let relative = DataFolders(environment: ["XDG_CACHE_HOME": "x", "HOME": "/h"])
    #expect(relative.cache == "/h/.cache/combinatorial-losses")
    #expect(relative.candidates(system: "/s", name: "n") == ["/s", relative.cache + "/n"])
  }

  @Test func looksIntoAChosenFolderFirst() {
    let chosen = DataFolders(cache: "/c", environment: [:])
    #expect(chosen.candidates(system: "/s", name: "n") == ["/c/n", "/c", "/s"])
  }

  @Test func saysHowToGetMissingData() {
    #expect {
      try DataSource.cifar100(folder: "/nowhere").load()
    } throws: { "\($0)".contains("train.bin") && "\($0)".contains("/nowhere") }
  }
}

@Suite struct DigitsDataTests {
  @Test func hasEveryDigitInBothParts() throws {
    let data = try DataSource.digits.load()
    #expect(data.training.count == 1437)
    #expect(data.test.count == 360)
    #expect(data.training.pictureShape == [1, 8, 8])
    for part in [data.training, data.test] {
      let counts = Dictionary(grouping: part.labels, by: { $0 }).mapValues(\.count)
      #expect(counts.count == 10)
      #expect(counts.values.allSatisfy { $0 >= part.count / 12 && $0 <= part.count / 8 })
      #expect(part.pixels.max() == 255)
    }
    // The first line of the file: a zero, with 5 of 16 in its third pixel.
    #expect(data.training.labels[0] == 0)
    #expect(Array(data.training.picture(0)[0..<4]) == [0, 0, 79, 207])
  }

  @Test func namesTheLineThatIsNoPicture() {
    let line = Array(
      ([Int](repeating: 7, count: 64) + [3]).map(String.init).joined(separator: ",").utf8)
    let newline = UInt8(ascii: "\n")
    #expect(throws: Never.self) { try DigitsData.parse(line + [newline] + line, file: "f") }
    for bad in ["", "1,2,3", String(repeating: "17,", count: 64) + "3"] {
      #expect {
        try DigitsData.parse(line + [newline] + Array(bad.utf8) + [newline], file: "f")
      } throws: { error in
        guard case DataFileError.corrupt("f", line.count + 1, _, _) = error else { return false }
        return true
      }
    }
  }
}

@Suite struct CIFAR100DataTests {
  /// A picture whose pixels are its index and then count up.
  private static func record(coarse: UInt8, fine: UInt8, seed: UInt8) -> [UInt8] {
    [coarse, fine] + (0..<3072).map { UInt8(truncatingIfNeeded: $0) &+ seed }
  }

  @Test func readsFineLabelsAndPixels() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Self.record(coarse: 1, fine: 99, seed: 0) + Self.record(coarse: 2, fine: 5, seed: 7),
      as: "train.bin")
    try folder.write(Self.record(coarse: 3, fine: 0, seed: 9), as: "test.bin")
    let data = try DataSource.cifar100(folder: folder.path).load()
    #expect(data.training.labels == [99, 5])
    #expect(data.test.labels == [0])
    #expect(data.training.pictureShape == [3, 32, 32])
    #expect(
      Array(data.training.picture(1)) == (0..<3072).map { UInt8(truncatingIfNeeded: $0) &+ 7 })
    #expect(data.training.classNames.count == 100)
  }

  @Test func takesClassNamesFromTheArchive() throws {
    let folder = try TemporaryFolder()
    for name in ["train.bin", "test.bin"] {
      try folder.write(Self.record(coarse: 0, fine: 0, seed: 0), as: name)
    }
    try folder.write(
      Array((0..<100).map { "name\($0)" }.joined(separator: "\n").utf8), as: "fine_label_names.txt")
    let data = try DataSource.cifar100(folder: folder.path).load()
    #expect(data.test.classNames[42] == "name42")
  }

  @Test(arguments: [0, 1, 3073, 3075, 6147])
  func refusesWhatIsNotWholeRecords(length: Int) {
    #expect {
      try CIFAR100Data.parse([UInt8](repeating: 0, count: length), classNames: [], file: "f")
    } throws: { error in
      guard case DataFileError.corrupt("f", length / 3074 * 3074, _, _) = error else {
        return false
      }
      return true
    }
  }

  @Test func namesThePlaceOfALabelOutOfRange() {
    let names = (0..<100).map(String.init)
    let bytes =
      Self.record(coarse: 0, fine: 1, seed: 0) + Self.record(coarse: 0, fine: 100, seed: 0)
    #expect(
      throws: DataFileError.corrupt(
        file: "f", offset: 3075, expected: "a fine label in 0..<100", found: "100")
    ) { try CIFAR100Data.parse(bytes, classNames: names, file: "f") }
  }
}

@Suite struct FashionMNISTDataTests {
  /// Packs bytes as gzip does, without compression (RFC 1951, stored blocks).
  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    let length = UInt32(bytes.count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + littleEndian(length, 2)
      + littleEndian(~length, 2) + bytes + littleEndian(~crc, 4) + littleEndian(length, 4)
  }

  private static func write(
    to folder: TemporaryFolder, part: String, labels: [UInt8], pictures: Int
  ) throws {
    let count = UInt8(pictures)
    try folder.write(
      gzip([0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 2] + (0..<4 * count)),
      as: "fashion-mnist/\(part)-images-idx3-ubyte.gz")
    try folder.write(
      gzip([0, 0, 8, 1, 0, 0, 0, UInt8(labels.count)] + labels),
      as: "fashion-mnist/\(part)-labels-idx1-ubyte.gz")
  }

  @Test func readsTheFourFiles() throws {
    let folder = try TemporaryFolder()
    try Self.write(to: folder, part: "train", labels: [9, 0, 3], pictures: 3)
    try Self.write(to: folder, part: "t10k", labels: [1], pictures: 1)
    let data = try DataSource.fashionMNIST.load(from: DataFolders(cache: folder.path))
    #expect(data.training.labels == [9, 0, 3])
    #expect(Array(data.training.picture(2)) == [8, 9, 10, 11])
    #expect(data.test.count == 1)
    #expect(data.test.classNames.count == 10)
  }

  @Test func refusesLabelsThatDoNotFitThePictures() throws {
    for labels in [[9, 0], [9, 0, 10]] as [[UInt8]] {
      let folder = try TemporaryFolder()
      try Self.write(to: folder, part: "train", labels: labels, pictures: 3)
      try Self.write(to: folder, part: "t10k", labels: [1], pictures: 1)
      #expect {
        try DataSource.fashionMNIST.load(from: DataFolders(cache: folder.path))
      } throws: { "\($0)".contains("train-labels-idx1-ubyte.gz") }
    }
  }
}
