/// Brings pixels to mean 0 and standard deviation 1 in each channel.
public struct PictureNormalization: Sendable, Equatable, Codable {
  /// By channel, on the scale 0...255.
  public let mean: [Float]
  /// By channel, on the same scale; 1 where a channel has no contrast.
  public let standardDeviation: [Float]

  /// The statistics of a picture set; a channel without contrast is only shifted.
  public init(of pictures: PictureSet) {
    let area = pictures.height * pictures.width
    var sums = [Int](repeating: 0, count: pictures.channels)
    var squares = sums
    for plane in 0..<pictures.count * pictures.channels {
      for pixel in pictures.pixels[plane * area..<(plane + 1) * area] {
        sums[plane % pictures.channels] += Int(pixel)
        squares[plane % pictures.channels] += Int(pixel) * Int(pixel)
      }
    }
    let count = Double(max(1, pictures.count * area))
    let means = sums.map { Double($0) / count }
    mean = means.map(Float.init)
    standardDeviation = zip(squares, means).map { square, mean in
      let variance = Double(square) / count - mean * mean
      return variance > 0 ? Float(variance.squareRoot()) : 1
    }
  }

  /// The normalized value of each of the 256 levels in a channel.
  func levels(channel: Int) -> [Float] {
    (0...255).map { (Float($0) - mean[channel]) / standardDeviation[channel] }
  }
}
