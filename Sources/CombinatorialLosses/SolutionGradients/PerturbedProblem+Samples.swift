extension PerturbedProblem {
  /// One draw of the noise for the whole batch, with what the solver made of it.
  struct Sample {
    /// c + sigma Z, the batch's costs in a row.
    let costs: UnsafeBufferPointer<Float>
    /// One solution for each item.
    let solutions: [PrimalSolution]
  }

  /// Scalars of perturbed costs that are held at a time: enough samples to keep all threads busy, and a
  /// bound on the memory.
  private var chunkCount: Int { 1 << 20 }

  /// Z of the next sample, in the shape of the costs.
  func noise(of items: BatchedItems, from generator: inout SeededGenerator) throws -> Tensor {
    try Tensor.random(normal: items.shape, using: &generator)
  }

  /// Solves the batch for each sample, several samples in one call of the solver.
  func forEachSample(of items: BatchedItems, _ body: (Sample) throws -> Void) throws {
    let size = items.count * items.itemCount
    let chunk = max(1, min(samples, chunkCount / max(1, size)))
    var generator = SeededGenerator(seed: seed)
    for start in stride(from: 0, to: samples, by: chunk) {
      let range = start..<min(samples, start + chunk)
      let stacked = try stackedCosts(of: items, samples: range.count, from: &generator)
      let stackedItems = try BatchedItems(stacked, itemRank: base.costRank, name: "costs")
      let solutions = try base.checkedSolutions(of: stackedItems)
      try stacked.withUnsafeScalars { stacked in
        for sample in 0..<range.count {
          let costs = stacked[sample * size..<(sample + 1) * size]
          let slice = solutions[sample * items.count..<(sample + 1) * items.count]
          try body(Sample(costs: .init(rebasing: costs), solutions: Array(slice)))
        }
      }
    }
  }

  /// c + sigma Z of several samples, one batch after the other.
  private func stackedCosts(
    of items: BatchedItems, samples: Int, from generator: inout SeededGenerator
  ) throws -> Tensor {
    let size = items.count * items.itemCount
    let costs = try items.batched
    return try Tensor(shape: [samples * items.count] + items.itemShape) { stacked in
      try costs.withUnsafeScalars { costs in
        for sample in 0..<samples {
          try noise(of: items, from: &generator).withUnsafeScalars { noise in
            for index in 0..<size {
              stacked[sample * size + index] = costs[index] + sigma * noise[index]
            }
          }
        }
      }
    }
  }

  /// Means over the samples: of a scalar of each item, and of the solution in the shape of the costs.
  func mean(
    over items: BatchedItems, _ scalar: (_ sample: Sample, _ item: Int) -> Double
  ) throws -> (scalars: [Double], solution: Tensor) {
    var scalars = [Double](repeating: 0, count: items.count)
    var entries = [Double](repeating: 0, count: items.count * items.itemCount)
    try forEachSample(of: items) { sample in
      for item in 0..<items.count {
        scalars[item] += scalar(sample, item)
        let start = items.range(of: item).lowerBound
        sample.solutions[item].solution.forEachEntry { entries[start + $0] += Double($1) }
      }
    }
    let count = Double(samples)
    let solution = try Tensor(entries.map { Float($0 / count) }, shape: items.shape)
    return (scalars.map { $0 / count }, solution)
  }
}
