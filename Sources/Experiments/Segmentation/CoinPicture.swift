import ProblemFiles

/// A photograph of 24 Greek coins on a dark cloth that is unevenly lit (Brooklyn Museum, from Pompeii), inside
/// PyPI's package scikit-image, and which pixels are coins.
///
/// The picture has no truth of its own. The one here is an ellipse around each coin, from a watershed of
/// the picture's edges, and looked at.
struct CoinPicture {
  let picture: Raster

  private static let package = PythonPackage(name: "scikit-image")
  private static let member = "skimage/data/coins.png"
  private static let digest = "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba"

  /// Rows of the upper part, between the second and the third row of coins.
  static let rowsAbove = 151

  /// Center row and column, and half the height and width, of each coin.
  private static let ellipses: [(Double, Double, Double, Double)] = [
    (54, 44, 19.5, 22.5), (56, 100, 17.5, 19.5), (50.5, 155, 23, 23.5), (51, 215.5, 21.5, 24),
    (52.5, 275.5, 19, 21), (43.5, 334.5, 28, 30), (124, 45.5, 20.5, 21), (126, 102.5, 18.5, 19),
    (127, 153, 17.5, 19.5), (124, 205.5, 19.5, 20), (119, 270, 24.5, 25.5), (125, 336, 19.5, 19.5),
    (197.5, 44, 19, 18.5), (195.5, 101.5, 21, 22), (197.5, 154, 19, 19.5), (193, 212.5, 23.5, 24),
    (194, 273.5, 22.5, 23), (186.5, 347, 31, 32.5), (260, 46, 27.5, 28.5), (265.5, 114, 21, 21.5),
    (261.5, 172, 26, 28.5), (263.5, 244, 24, 24.5), (263.5, 300.5, 25, 25), (268, 358.5, 20.5, 23),
  ]

  /// Reads the picture from the cache folder; downloads it where it is not there yet.
  ///
  /// - Throws: ``DataBuildError``; a picture that is not byte for byte the expected one is refused.
  init(cache: String, progress: (String) -> Void) throws(DataBuildError) {
    let file = "\(cache)/coins.png"
    do {
      if !FileBytes.exists(file) {
        progress("downloading the package \(Self.package.name)")
        let bytes = try Self.package.file(Self.member, folder: "\(cache)/coins.download")
        try FileBytes.write(bytes, to: file)
      }
      let digest = SHA256.digest(of: try FileBytes.read(file))
      guard digest == Self.digest else {
        throw DataFileError.corrupt(
          file: file, offset: 0, expected: "SHA-256 \(Self.digest)", found: digest)
      }
      picture = try Raster(grayPictureAt: file)
    } catch let error as DataBuildError {
      throw error
    } catch let error as DataFileError {
      throw .file(error)
    } catch {
      throw .programFailed(program: "pip", status: -1, reason: "\(error)")
    }
  }

  /// `[height, width]`: 1 on a coin.
  var mask: [Float] {
    (0..<picture.pixels.count).map { pixel in
      let (row, column) = (Double(pixel / picture.width), Double(pixel % picture.width))
      let isCoin = Self.ellipses.contains { y, x, height, width in
        let (dy, dx) = ((row - y) / height, (column - x) / width)
        return dy * dy + dx * dx <= 1
      }
      return isCoin ? 1 : 0
    }
  }
}
