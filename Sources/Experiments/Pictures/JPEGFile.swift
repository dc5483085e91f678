internal import CCombinatorialTurboJPEG

/// JPEG files, by TurboJPEG: 8 bits of gray or RGB, turned upright as EXIF says.
///
/// Of CMYK, the ink is taken from white, with Adobe's inversion where its marker is. A file that TurboJPEG
/// warns of, such as one that is cut off, is refused.
enum JPEGFile {
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// What the header of a file says.
  struct Header {
    /// As stored.
    let width: Int
    let height: Int
    /// 1 or 3.
    let channels: Int
    fileprivate let isCMYK: Bool
    fileprivate let markers: JPEGMarkers

    var orientation: Int { markers.orientation }
  }

  static func header(of bytes: [UInt8]) throws(PictureFileError) -> Header {
    let decompressor = try Turbo(tjInitDecompress())
    var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let status = tjDecompressHeader3(
      decompressor.handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &space)
    guard status == 0 else { throw decompressor.fault }
    return Header(
      width: Int(width), height: Int(height), channels: space == TJCS_GRAY.rawValue ? 1 : 3,
      isCMYK: [TJCS_CMYK, TJCS_YCCK].contains { space == $0.rawValue },
      markers: JPEGMarkers(bytes))
  }

  /// Decodes a file, of a size that has been checked, and turns it upright.
  ///
  /// - Parameters:
  ///   - header: That of the file.
  ///   - reduction: 1, 2, 4 or 8: how many pixels of the file, along each axis, become one. Reduced within the
  ///     transform, what is not needed is not decoded.
  ///   - isGray: Decodes the luma alone.
  static func decode(
    _ bytes: [UInt8], header: Header, reduction: Int, isGray: Bool
  ) throws(PictureFileError) -> Raster {
    let decompressor = try Turbo(tjInitDecompress())
    let width = header.width.dividedUp(by: reduction)
    let height = header.height.dividedUp(by: reduction)
    let isGray = header.channels == 1 || (isGray && !header.isCMYK)
    let format = header.isCMYK ? TJPF_CMYK : isGray ? TJPF_GRAY : TJPF_RGB
    let channels = header.isCMYK ? 4 : isGray ? 1 : 3
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    let status = tjDecompress2(
      decompressor.handle, bytes, UInt(bytes.count), &pixels, Int32(width), 0, Int32(height),
      Int32(format.rawValue), TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
    guard status == 0 else { throw decompressor.fault }
    if header.isCMYK { pixels = rgb(ofCMYK: pixels, isInverted: header.markers.isOfAdobe) }
    return Raster(width: width, height: height, channels: isGray ? 1 : 3, pixels: pixels)
      .upright(header.orientation)
  }

  /// The file of a picture, without subsampled colors.
  ///
  /// - Parameter quality: 1 to 100.
  static func encode(_ raster: Raster, quality: Int = 90) throws(PictureFileError) -> [UInt8] {
    let compressor = try Turbo(tjInitCompress())
    let isGray = raster.channels == 1
    let subsampling = isGray ? TJSAMP_GRAY : TJSAMP_444
    var bytes: UnsafeMutablePointer<UInt8>?
    var count: UInt = 0
    defer { tjFree(bytes) }
    let status = tjCompress2(
      compressor.handle, raster.pixels, Int32(raster.width), 0, Int32(raster.height),
      Int32((isGray ? TJPF_GRAY : TJPF_RGB).rawValue), &bytes, &count,
      Int32(subsampling.rawValue), Int32(quality), 0)
    guard status == 0 else { throw compressor.fault }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// Adobe stores how much of the white is left; others the ink.
  private static func rgb(ofCMYK pixels: [UInt8], isInverted: Bool) -> [UInt8] {
    var rgb: [UInt8] = []
    rgb.reserveCapacity(pixels.count / 4 * 3)
    for first in stride(from: 0, to: pixels.count, by: 4) {
      let left = pixels[first..<first + 4].map { Int(isInverted ? $0 : 255 - $0) }
      for channel in 0..<3 { rgb.append(UInt8((left[channel] * left[3] + 127) / 255)) }
    }
    return rgb
  }
}

/// A compressor or decompressor of TurboJPEG.
private final class Turbo {
  let handle: tjhandle

  init(_ handle: tjhandle?) throws(PictureFileError) {
    guard let handle else { throw .broken(format: "JPEG", reason: "TurboJPEG cannot start") }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  /// What TurboJPEG has to say.
  var fault: PictureFileError {
    .broken(format: "JPEG", reason: String(cString: tjGetErrorStr2(handle)))
  }
}

/// What the markers before the pixels of a JPEG file say beside their size.
private struct JPEGMarkers {
  /// EXIF's, 1 to 8; 1, upright, where there is none.
  private(set) var orientation = 1
  private(set) var isOfAdobe = false

  /// Markers that make no sense end the search: the decoder tells what is broken.
  init(_ bytes: [UInt8]) {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      // A fill byte; the start of the pixels.
      if marker == 0xFF {
        position += 1
        continue
      }
      if marker == 0xDA { return }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { return }
      let content = bytes[position + 4..<end]
      if marker == 0xE1, let found = Self.orientation(content) { orientation = found }
      if marker == 0xEE, content.starts(with: "Adobe".utf8) { isOfAdobe = true }
      position = end
    }
  }

  /// EXIF 2.3, 4.6: tag 0x112 of the first directory of a TIFF file.
  private static func orientation(_ content: ArraySlice<UInt8>) -> Int? {
    guard content.starts(with: Array("Exif\0\0".utf8)) else { return nil }
    let tiff = Array(content.dropFirst(6))
    let isLittle = tiff.starts(with: "II".utf8)
    func number(_ offset: Int, bytes: Int) -> Int? {
      guard offset >= 0, offset + bytes <= tiff.count else { return nil }
      let digits = tiff[offset..<offset + bytes]
      return (isLittle ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard isLittle || tiff.starts(with: "MM".utf8), number(2, bytes: 2) == 42,
      let directory = number(4, bytes: 4), let count = number(directory, bytes: 2)
    else { return nil }
    for entry in 0..<count {
      let offset = directory + 2 + 12 * entry
      guard let tag = number(offset, bytes: 2) else { return nil }
      if tag == 0x112 {
        return number(offset + 8, bytes: 2).flatMap { (1...8).contains($0) ? $0 : nil }
      }
    }
    return nil
  }
}
