internal import CCombinatorialPNG

/// PNG files, by libpng's simplified interface: every kind of file becomes 8 bits of sRGB.
///
/// Palettes become colors. 16 bits are taken for sRGB where no chunk says otherwise, and rounded to 8. What
/// is transparent lies on white. An orientation in an eXIf chunk is not followed. Libpng's warnings, such as of
/// a color profile, are passed over: it refuses what is cut off or damaged.
enum PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// What the header of a file says.
  static func size(of bytes: [UInt8]) throws(PictureFileError) -> (width: Int, height: Int) {
    try withReader(of: bytes) { (image) throws(PictureFileError) in
      (Int(image.width), Int(image.height))
    }
  }

  /// Decodes a file, of a size that has been checked, to gray or color as it has it.
  static func decode(_ bytes: [UInt8]) throws(PictureFileError) -> Raster {
    try withReader(of: bytes) { (image) throws(PictureFileError) in
      let isColor = image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
      image.format = isColor ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
      image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
      let channels = isColor ? 3 : 1
      let (width, height) = (Int(image.width), Int(image.height))
      var white = png_color(red: 255, green: 255, blue: 255)
      var pixels = [UInt8](repeating: 0, count: width * height * channels)
      guard png_image_finish_read(&image, &white, &pixels, 0, nil) != 0 else { throw image.fault }
      return Raster(width: width, height: height, channels: channels, pixels: pixels)
    }
  }

  /// The file of a picture.
  static func encode(_ raster: Raster) throws(PictureFileError) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    (image.width, image.height) = (png_uint_32(raster.width), png_uint_32(raster.height))
    image.format = raster.channels == 3 ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
    defer { png_image_free(&image) }
    // Deflate adds a few bytes to what it cannot reduce, and each row has one for its filter.
    var length = raster.pixels.count + raster.pixels.count / 1000 + raster.height + 4096
    var bytes = [UInt8](repeating: 0, count: length)
    guard png_image_write_to_memory(&image, &bytes, &length, 0, raster.pixels, 0, nil) != 0 else {
      throw image.fault
    }
    return Array(bytes[..<length])
  }

  /// Reads the header of a file, and frees what that took.
  private static func withReader<Result>(
    of bytes: [UInt8], _ body: (inout png_image) throws(PictureFileError) -> Result
  ) throws(PictureFileError) -> Result {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // The bytes are read until the image is freed.
    let opened: Swift.Result<Result, PictureFileError> = bytes.withUnsafeBytes { bytes in
      guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
        return .failure(image.fault)
      }
      return .init { () throws(PictureFileError) in try body(&image) }
    }
    return try opened.get()
  }
}

extension png_image {
  /// What libpng has to say.
  fileprivate var fault: PictureFileError {
    let text = withUnsafeBytes(of: message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return .broken(format: "PNG", reason: text)
  }
}
