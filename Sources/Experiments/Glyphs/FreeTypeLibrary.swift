internal import CCombinatorialFreeType

/// FreeType, which draws glyphs. Not safe for use from several threads at a time.
final class FreeTypeLibrary {
  fileprivate let pointer: FT_Library

  init() throws(DataBuildError) {
    var pointer: FT_Library?
    let status = FT_Init_FreeType(&pointer)
    guard status == 0, let pointer else {
      throw .freeType(file: "FreeType", operation: "start", status: Int(status))
    }
    self.pointer = pointer
  }

  deinit { FT_Done_FreeType(pointer) }
}

/// One face of a font file, drawn at a fixed size.
final class FreeTypeFace {
  private let library: FreeTypeLibrary
  private let face: FT_Face
  private let file: String

  /// - Parameter pixelsPerEm: The size: the height of the font's em square.
  init(file: String, pixelsPerEm: Int, library: FreeTypeLibrary) throws(DataBuildError) {
    var face: FT_Face?
    let status = FT_New_Face(library.pointer, file, 0, &face)
    guard status == 0, let face else {
      throw .freeType(file: file, operation: "open it", status: Int(status))
    }
    (self.library, self.face, self.file) = (library, face, file)
    let sizeStatus = FT_Set_Pixel_Sizes(face, 0, FT_UInt(pixelsPerEm))
    guard sizeStatus == 0 else {
      throw .freeType(file: file, operation: "set the size", status: Int(sizeStatus))
    }
  }

  deinit { FT_Done_Face(face) }

  /// The name of the font's family, without its style; nil where the font does not say.
  var family: String? { face.pointee.family_name.map { String(cString: $0) } }

  /// Whether the font's Unicode character map has the character.
  func has(_ character: Unicode.Scalar) -> Bool {
    FT_Get_Char_Index(face, FT_ULong(character.value)) != 0
  }

  /// The coverage of each pixel by a character's outline.
  ///
  /// Outlines are not hinted: how hints are followed differs between versions and builds of
  /// FreeType, and at this size they move an edge by less than a pixel.
  func bitmap(of character: Unicode.Scalar) throws(DataBuildError) -> GlyphBitmap {
    let flags = FT_LOAD_RENDER | FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP
    let status = FT_Load_Char(face, FT_ULong(character.value), FT_Int32(flags))
    guard status == 0 else {
      throw .freeType(file: file, operation: "draw '\(character)'", status: Int(status))
    }
    let bitmap = face.pointee.glyph.pointee.bitmap
    guard bitmap.pixel_mode == UInt8(FT_PIXEL_MODE_GRAY.rawValue), bitmap.pitch >= 0 else {
      throw .freeType(file: file, operation: "draw '\(character)' in gray", status: 0)
    }
    let width = Int(bitmap.width)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * Int(bitmap.rows))
    for row in 0..<Int(bitmap.rows) {
      pixels += UnsafeBufferPointer(start: bitmap.buffer + row * Int(bitmap.pitch), count: width)
    }
    return GlyphBitmap(
      top: Int(face.pointee.glyph.pointee.bitmap_top), width: width, height: Int(bitmap.rows),
      pixels: pixels)
  }
}
