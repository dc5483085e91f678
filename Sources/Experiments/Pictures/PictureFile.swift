import CombinatorialFiles

/// A PNG or JPEG file whose header has been read.
struct PictureFile {
  /// Of the upright picture.
  let width: Int
  let height: Int
  private let bytes: [UInt8]
  /// Nil: PNG.
  private let jpeg: JPEGFile.Header?

  /// 67 million: what a camera makes, and 200 MB to decode.
  static let mostPixels = 1 << 26

  init(contentsOf path: String) throws(PictureFileError) {
    let bytes: [UInt8]
    do { bytes = try FileContents.read(path) } catch { throw .unreadable(reason: error.reason) }
    try self.init(bytes)
  }

  init(_ bytes: [UInt8]) throws(PictureFileError) {
    self.bytes = bytes
    if bytes.starts(with: PNGFile.signature) {
      jpeg = nil
      (width, height) = try PNGFile.size(of: bytes)
    } else if bytes.starts(with: JPEGFile.signature) {
      let header = try JPEGFile.header(of: bytes)
      jpeg = header
      (width, height) =
        header.orientation >= 5 ? (header.height, header.width) : (header.width, header.height)
    } else {
      throw .unknownFormat(
        found: bytes.isEmpty ? "an empty file" : "'\(PrintableText.excerpt(bytes.prefix(8)))'")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= Self.mostPixels else {
      throw .tooLarge(width: width, height: height, mostPixels: Self.mostPixels)
    }
  }

  /// The whole picture as a box.
  var whole: PictureBox {
    PictureBox(x: 0, y: 0, width: Double(width), height: Double(height))
  }

  /// Parts of the picture in the format of a network: of each box the largest part in the middle that has the
  /// format's proportions, resized.
  ///
  /// - Parameter boxes: nil: the whole picture.
  /// - Returns: [boxes, channels, height, width]; the fault of a box that is not within the picture.
  func parts(
    _ boxes: [PictureBox?], format: PictureFormat
  ) throws(PictureFileError) -> [Result<[UInt8], PictureFileError>] {
    let boxes: [Result<PictureBox, PictureFileError>] = boxes.map { box in
      guard let box else { return .success(whole.cropped(to: format)) }
      return box.isWithin(width: width, height: height)
        ? .success(box.cropped(to: format))
        : .failure(.box(box, width: width, height: height))
    }
    let found = boxes.compactMap { try? $0.get() }
    guard !found.isEmpty else { return boxes.map { $0.map { _ in [] } } }
    let raster = try decoded(
      reduction: reduction(for: found, format: format), channels: format.channels)
    return boxes.map { $0.map { raster.part($0, of: self, format: format) } }
  }

  /// The whole picture in color, stretched to a size.
  func resized(width: Int, height: Int) throws(PictureFileError) -> Raster {
    let format = PictureFormat(channels: 3, height: height, width: width)
    let raster = try decoded(reduction: reduction(for: [whole], format: format), channels: 3)
    let planes = raster.part(whole, of: self, format: format)
    return Raster(planes: planes, channels: 3, width: width, height: height)
  }

  /// How much smaller a JPEG picture may be decoded, without being smaller than it is to become.
  private func reduction(for boxes: [PictureBox], format: PictureFormat) -> Int {
    [8, 4, 2].first { reduction in
      boxes.allSatisfy {
        $0.width >= Double(format.width * reduction)
          && $0.height >= Double(format.height * reduction)
      }
    } ?? 1
  }

  /// The picture, upright, in gray or color.
  ///
  /// - Parameter reduction: 1, 2, 4 or 8: how much smaller a JPEG picture may be decoded.
  func decoded(reduction: Int = 1, channels: Int) throws(PictureFileError) -> Raster {
    let raster =
      if let jpeg {
        try JPEGFile.decode(bytes, header: jpeg, reduction: reduction, isGray: channels == 1)
      } else {
        try PNGFile.decode(bytes)
      }
    return channels == 1 ? raster.gray : raster.colored
  }
}

extension Raster {
  /// Reads a picture file as gray.
  init(grayPictureAt path: String) throws(DataFileError) {
    let bytes = try FileBytes.read(path)
    do { self = try PictureFile(bytes).decoded(channels: 1) } catch {
      throw .unreadable(file: path, reason: error.description)
    }
  }

  func writePNG(to path: String) throws(DataFileError) {
    let bytes: [UInt8]
    do { bytes = try PNGFile.encode(self) } catch {
      throw .unwritable(file: path, reason: error.description)
    }
    try FileBytes.write(bytes, to: path)
  }

  /// The picture in three channels.
  var colored: Raster {
    guard channels == 1 else { return self }
    return Raster(
      width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
  }

  /// - Parameter box: In pixels of the file, of which this picture may be a reduction.
  fileprivate func part(
    _ box: PictureBox, of file: PictureFile, format: PictureFormat
  ) -> [UInt8] {
    let across = Double(width) / Double(file.width)
    let down = Double(height) / Double(file.height)
    let scaled = PictureBox(
      x: box.x * across, y: box.y * down, width: box.width * across, height: box.height * down)
    let count = format.channels * format.height * format.width
    return [UInt8](unsafeUninitializedCapacity: count) { planes, initialized in
      resampled(scaled, to: format, into: planes)
      initialized = count
    }
  }
}
