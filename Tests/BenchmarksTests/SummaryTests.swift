import Testing

@testable import CombinatorialBenchmarks

/// Expected values: numpy.quantile, whose default is type 7 too.
@Test(arguments: [
  ([3.0], 3.0, 3.0, 3.0), ([4, 1], 1.75, 2.5, 3.25), ([5, 1, 4, 2, 3], 2, 3, 4),
  ([7, 1, 9, 3], 2.5, 5, 7.5),
])
func quartilesInterpolate(_ samples: [Double], lower: Double, median: Double, upper: Double) {
  let summary = Summary(of: samples)
  #expect(summary.lowerQuartile == lower)
  #expect(summary.median == median)
  #expect(summary.upperQuartile == upper)
  #expect(summary.rounds == samples.count)
  #expect(summary.spread == (upper - lower) / median)
}
