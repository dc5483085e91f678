// `Float16` does not exist on every platform.

extension Float {
  /// The value of a number in IEEE 754 binary16, which every `Float` can hold.
  package init(halfPrecision bits: UInt16) {
    let sign = UInt32(bits >> 15) << 31
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits) & 0x3FF
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      self = Float(bitPattern: sign | magnitude.bitPattern)
    case 31: self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

extension Double {
  /// The bits of the nearest number in IEEE 754 binary16, of two equally near ones the even one: infinite from
  /// 65,520 on.
  package var halfPrecision: UInt16 {
    let sign: UInt16 = self.sign == .minus ? 0x8000 : 0
    guard !isNaN else { return sign | 0x7E00 }
    guard magnitude < 65520 else { return sign | 0x7C00 }
    guard magnitude >= 0x1p-14 else {
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    // From 1,024 to 2,048, which carries into the exponent.
    let fraction = UInt16((magnitude.significand * 1024).rounded(.toNearestOrEven)) - 1024
    return sign | (UInt16(magnitude.exponent + 15) << 10) + fraction
  }
}
