import DifferentiableTensor
import Testing

@testable import CombinatorialExperiments

@Suite struct AugmentationTests {
  /// One gray picture of 3 x 4 with distinct pixels.
  private static func pictures() throws -> PictureSet {
    try PictureSet(
      channels: 1, height: 3, width: 4, pixels: Array(1...12), labels: [0], classNames: ["a"])
  }

  /// Levels that stay what they are.
  private static func identity(of pictures: PictureSet) throws -> PictureNormalization {
    let black = try PictureSet(
      channels: pictures.channels, height: 1, width: 1,
      pixels: [UInt8](repeating: 0, count: pictures.channels), labels: [0], classNames: ["a"])
    return PictureNormalization(of: black.stack)
  }

  @Test func withoutAugmentationPixelsStay() throws {
    let pictures = try Self.pictures()
    let batcher = PictureBatcher(pictures.stack, normalization: try Self.identity(of: pictures))
    let batch = try batcher.batch(0..<1)
    #expect(batch.shape == [1, 1, 3, 4])
    #expect(batch.scalars == (1...12).map { Float($0) })
  }

  /// Each picture must be the original mirrored or not, moved by a shift in range, black around it;
  /// and every such picture must come up.
  @Test func shiftsAndFlipsAreThoseOfTheDefinition() throws {
    let pictures = try Self.pictures()
    let batcher = PictureBatcher(pictures.stack, normalization: try Self.identity(of: pictures))
    var expected: Set<[Float]> = []
    for mirrored in [false, true] {
      for down in -1...1 {
        for right in -1...1 {
          var moved = [Float](repeating: 0, count: 12)
          for row in 0..<3 {
            for column in 0..<4 {
              let (targetRow, shifted) = (row + down, column + right)
              guard (0..<3).contains(targetRow), (0..<4).contains(shifted) else { continue }
              moved[targetRow * 4 + (mirrored ? 3 - shifted : shifted)] = Float(
                row * 4 + column + 1)
            }
          }
          expected.insert(moved)
        }
      }
    }
    #expect(expected.count == 18)
    var generator = SeededGenerator(seed: 9)
    let batch = try batcher.batch(
      [Int](repeating: 0, count: 600), augmentation: Augmentation(maximumShift: 1, flips: true),
      using: &generator)
    let scalars = batch.scalars
    let seen = Set((0..<600).map { Array(scalars[12 * $0..<12 * ($0 + 1)]) })
    #expect(seen == expected, "seed 9")
  }

  @Test func mirrorsNoDigits() {
    #expect(!Augmentation.light(for: .digits).flips)
    #expect(Augmentation.light(for: .fashionMNIST) == Augmentation(maximumShift: 0, flips: true))
    #expect(
      Augmentation.light(for: .cifar100(folder: "")) == Augmentation(maximumShift: 4, flips: true))
  }

  @Test func normalizesEachChannelToMeanZeroAndDeviationOne() throws {
    var generator = SeededGenerator(seed: 4)
    let pixels = (0..<10 * 2 * 6).map { index in
      UInt8.random(in: index / 6 % 2 == 0 ? 0...50 : 100...255, using: &generator)
    }
    let pictures = try PictureSet(
      channels: 2, height: 2, width: 3, pixels: pixels,
      labels: [Int32](repeating: 0, count: 10), classNames: ["a"])
    let scalars = try PictureBatcher(
      pictures.stack, normalization: PictureNormalization(of: pictures.stack)
    )
    .batch(0..<10).scalars
    for channel in 0..<2 {
      let values = scalars.indices.filter { $0 / 6 % 2 == channel }.map { scalars[$0] }
      let mean = values.reduce(0, +) / Float(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
      #expect(abs(mean) < 1e-5, "seed 4")
      #expect(abs(variance - 1) < 1e-4, "seed 4")
    }
  }

  @Test func picturesWithoutContrastAreOnlyShifted() throws {
    let pictures = try PictureSet(
      channels: 1, height: 1, width: 2, pixels: [7, 7], labels: [0], classNames: ["a"])
    let scalars = try PictureBatcher(
      pictures.stack, normalization: PictureNormalization(of: pictures.stack)
    )
    .batch(0..<1).scalars
    #expect(scalars == [0, 0])
  }
}

@Suite struct PictureSetTests {
  @Test func refusesWhatDoesNotHoldTogether() {
    #expect(throws: PictureSetError.pixelCount(expected: 12, found: 11)) {
      try PictureSet(
        channels: 1, height: 2, width: 3, pixels: [UInt8](repeating: 0, count: 11), labels: [0, 0],
        classNames: ["a"])
    }
    #expect(throws: PictureSetError.label(picture: 1, label: 1, classes: 1)) {
      try PictureSet(
        channels: 1, height: 1, width: 1, pixels: [0, 0], labels: [0, 1], classNames: ["a"])
    }
    #expect(throws: PictureSetError.emptyPicture(channels: 0, height: 1, width: 1)) {
      try PictureSet(channels: 0, height: 1, width: 1, pixels: [], labels: [], classNames: [])
    }
    #expect(throws: PictureSetError.self) {
      try PictureSet(
        channels: .max, height: 2, width: 2, pixels: [0], labels: [0], classNames: ["a"])
    }
  }

  @Test func cutsToThePicturesThatThereAre() throws {
    let set = try PictureSet(
      channels: 1, height: 1, width: 2, pixels: [1, 2, 3, 4, 5, 6], labels: [0, 1, 2],
      classNames: ["a", "b", "c"])
    #expect(set.prefix(2).pixels == [1, 2, 3, 4])
    #expect(set.prefix(9) == set)
    #expect(set.prefix(nil) == set)
    #expect(set[1..<3].labels == [1, 2])
    #expect(set[5..<9].count == 0)
  }
}
