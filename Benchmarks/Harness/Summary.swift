/// Median and quartiles of repeated measurements.
struct Summary: Codable, Equatable {
  let median, lowerQuartile, upperQuartile: Double
  /// How many measurements.
  let rounds: Int

  /// Quantiles interpolate linearly between order statistics (Hyndman and Fan's type 7,
  /// doi:10.2307/2684934). There must be at least one measurement.
  init(of measurements: [Double]) {
    let sorted = measurements.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    median = quantile(0.5)
    lowerQuartile = quantile(0.25)
    upperQuartile = quantile(0.75)
    rounds = sorted.count
  }

  /// The distance of the quartiles relative to the median.
  var spread: Double { (upperQuartile - lowerQuartile) / median }
}
