import CombinatorialFiles
import ProblemFiles

/// A photograph and which of its pixels are objects, in an upper part to learn on and a lower one to test on.
struct LabeledPicture {
  /// Of one channel.
  let picture: Raster
  /// `[height, width]`: 1 on an object.
  let mask: [Float]
  let rowsAbove: Int

  init(_ coins: CoinPicture) {
    (picture, mask, rowsAbove) = (coins.picture, coins.mask, CoinPicture.rowsAbove)
  }

  /// Reads both from picture files, as gray; white is an object. The parts are halves.
  ///
  /// - Throws: ``DataFileError``.
  init(photograph: String, truth: String) throws(DataFileError) {
    picture = try Raster(grayPictureAt: photograph)
    let other = try Raster(grayPictureAt: truth)
    guard other.width == picture.width, other.height == picture.height, picture.height > 1 else {
      throw .unreadable(
        file: truth,
        reason: "expected \(picture.width) x \(picture.height) pixels, as "
          + "\(PrintableText.escaped(photograph)) has, in 2 rows or more, found \(other.width) x \(other.height)"
      )
    }
    mask = other.pixels.map { $0 >= 128 ? 1 : 0 }
    rowsAbove = picture.height / 2
  }

  var halves: (upper: PictureHalf, lower: PictureHalf) {
    get throws {
      (
        try PictureHalf(self, rows: 0..<rowsAbove),
        try PictureHalf(self, rows: rowsAbove..<picture.height)
      )
    }
  }
}
