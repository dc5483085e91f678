import Foundation

/// Memory that malloc keeps once it has it.
///
/// By default glibc gives pages at the top of its heap back, so that whether a solver touches new ones in
/// every run depends on what happens to lie above its own: small linear programs took 10 or 100
/// microseconds by that alone.
enum KeptPages {
  /// From now on, for the whole process and every contestant in it. Only glibc has what this asks for.
  static func enable() {
    guard let symbol = dlsym(nil, "mallopt") else { return }
    let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
    _ = mallopt(Parameter.trimThreshold, -1)
    _ = mallopt(Parameter.mostMappings, 0)
  }

  /// As in malloc.h, which Swift's Glibc module lacks.
  private enum Parameter {
    static let trimThreshold: Int32 = -1
    static let mostMappings: Int32 = -4
  }
}
