import CombinatorialKernels
import CombinatorialSolvers
import Foundation
import Testing

/// What every problem promises alike, whatever it solves.
struct ProblemContract<Problem: CostProblem> {
  let problem: Problem
  /// Of one problem.
  let shape: BatchShape
  /// The costs of each problem, multiples of 1/8, so that floats hold them and sums are exact.
  let items: [[Double]]
  /// Solves a batch from an array.
  let solveArray: ([Double], BatchShape) throws(CombinatorialError) -> Problem.Solutions

  func solve(_ items: [[Double]], threads: Int? = nil) throws -> Problem.Solutions {
    try solve(items.flatMap { $0 }, count: items.count, threads: threads)
  }

  private func solve<Scalar: CostScalar>(
    _ costs: [Scalar], count: Int, threads: Int? = nil
  ) throws -> Problem.Solutions {
    var (problem, batch) = (problem, shape)
    (problem.maxThreads, batch.batch) = (threads, count)
    return try costs.withUnsafeBufferPointer { try problem.solve($0, shape: batch) }
  }

  func check() throws {
    let solutions = try solve(items)
    try expectBatchesAreLoops(solutions)
    try expectMemoryIsTheCallers(solutions)
    try expectGradients(solutions)
    try expectErrorsNameTheItem()
    expectStops()
    for solution in solutions {
      #expect(solution.dualityGap <= 1e-12 * max(1, abs(solution.value)))
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(solution))
      #expect((json as? [String: Any])?["value"] as? Double == solution.value)
    }
  }

  /// Slices of several threads, floats and doubles, and problems alone: the same solutions.
  private func expectBatchesAreLoops(_ solutions: Problem.Solutions) throws {
    let alone = try items.map { try solve([$0])[0] }
    #expect(Array(solutions) == alone)
    #expect(solutions.values == alone.map(\.value))
    #expect(Array(try solve(items.flatMap { $0.map { Float($0) } }, count: items.count)) == alone)
    #expect(try solve([[Double]]()).isEmpty)
    let repeats = 1 + 40_000 / max(1, items.count * shape.itemCount)
    let many = (0..<repeats).flatMap { _ in items }
    for threads in [1, 2, 3] {
      let again = try solve(many, threads: threads)
      for (item, solution) in again.enumerated() where solution != alone[item % alone.count] {
        Issue.record("item \(item) differs with \(threads) threads")
        break
      }
    }
    let others = try items.map { try solve([$0.map { $0 + 0.5 }])[0] }
    #expect(zip(alone, others).allSatisfy { $0 != $1 })
  }

  /// A call that is to end has no answer.
  private func expectStops() {
    let stop = StopFlag()
    stop.set()
    StopFlag.$current.withValue(stop) {
      _ = #expect(throws: CombinatorialError(.cancelled)) { try solve(items) }
    }
  }

  private func expectMemoryIsTheCallers(_ solutions: Problem.Solutions) throws {
    var (costs, batch) = (items.flatMap { $0 }, shape)
    batch.batch = items.count
    let address = costs.withUnsafeBufferPointer(\.baseAddress)
    let kept = try solveArray(costs, batch)
    costs[0] += 1
    #expect(costs.withUnsafeBufferPointer(\.baseAddress) == address)
    #expect(Array(kept) == Array(solutions))
    costs[0] -= 1
    let inPlace = try costs.withUnsafeBufferPointer { try problem.solveInPlace($0, shape: batch) }
    #expect(inPlace.values == kept.values)
    #expect(inPlace.allSatisfy { $0.dualityGap == .infinity })
    let shared = try problem.solve(sharing: costs, shape: batch)
    let sharedFloats = try problem.solve(sharing: costs.map { Float($0) }, shape: batch)
    costs[0] += 1
    #expect(Array(shared) == Array(solutions) && Array(sharedFloats) == Array(solutions))
    #expect(shared.map(\.dualityGap) == solutions.map(\.dualityGap))
  }

  /// The value is concave in the costs, and the slope on each side of them is that of a solution there.
  private func expectGradients(_ solutions: Problem.Solutions) throws {
    var batch = shape
    batch.batch = items.count
    let weights = items.indices.map { Double($0 + 1) }
    var gradient = [Double](repeating: .nan, count: items.count * shape.itemCount)
    let values = try items.flatMap { $0 }.withUnsafeBufferPointer { costs in
      try gradient.withUnsafeMutableBufferPointer {
        try problem.valuesAndGradient(costs, shape: batch, weights: weights, into: $0)
      }
    }
    #expect(values == solutions.values)
    #expect(
      gradient
        == zip(solutions, weights).flatMap { one, weight in one.gradient.map { weight * $0 } })
    var smooth = 0
    for (costs, solution) in zip(items.prefix(3), solutions) {
      for (position, entry) in solution.gradient.enumerated() {
        let sides = try [-0x1p-5, 0x1p-5].map { step in
          var moved = costs
          moved[position] += step
          return (try solve([moved])[0].value - solution.value) / step
        }
        #expect(sides[1] <= entry + 1e-9 && entry <= sides[0] + 1e-9, "position \(position)")
        if sides[0] - sides[1] < 1e-9 { smooth += 1 }
      }
    }
    #expect(smooth > 0)
  }

  private func expectErrorsNameTheItem() throws {
    var spoiled = items
    spoiled[items.count - 1][0] = .nan
    for threads in [1, 2] {
      let error = #expect(throws: CombinatorialError.self) {
        try solve(spoiled, threads: threads)
      }
      #expect(error?.item == items.count - 1)
    }
  }
}

/// Checks what every problem over a list promises.
func expectContract<Problem: ListProblem>(_ problem: Problem, _ items: [[Double]]) throws {
  let shape = BatchShape(rows: 1, columns: items[0].count)
  let contract = ProblemContract(problem: problem, shape: shape, items: items) {
    costs, shape throws(CombinatorialError) in try problem.solve(costs, batch: shape.batch)
  }
  try contract.check()
  let alone = try problem.solve(items[0])
  let (value, gradient) = try problem.valueAndGradient(items[0])
  #expect(value == alone.value && gradient == alone.gradient)
  let all = items.flatMap { $0 }
  let (values, gradients) = try problem.valuesAndGradient(all, batch: items.count)
  let solutions = try problem.solve(all, batch: items.count)
  #expect(values == solutions.values && gradients == solutions.flatMap(\.gradient))
  #if compiler(>=6.2)
    let first = items[0]
    let spanned = try problem.solve(first.span)
    #expect(spanned == alone)
  #endif
  let count = items[0].count
  #expect(throws: CombinatorialError.self) { try problem.solve(items[0] + [1]) }
  #expect(throws: CombinatorialError.self) { try problem.solve(all + [1], batch: items.count) }
  var ragged = BatchShape(rows: 1, columns: count)
  ragged.columnCounts = [count]
  #expect(throws: CombinatorialError.self) {
    try items[0].withUnsafeBufferPointer { try problem.solve($0, shape: ragged) }
  }
}

/// Checks what every problem over a matrix promises; costs are greater than 0.
func expectContract<Problem: MatrixProblem>(
  _ problem: Problem, _ items: [[Double]], rows: Int, columns: Int
) throws {
  let shape = BatchShape(channels: problem.channels, rows: rows, columns: columns)
  let contract = ProblemContract(problem: problem, shape: shape, items: items) {
    costs, shape throws(CombinatorialError) in
    try problem.solve(costs, batch: shape.batch, rows: rows, columns: columns)
  }
  try contract.check()
  let alone = try problem.solve(items[0], rows: rows, columns: columns)
  let (value, gradient) = try problem.valueAndGradient(items[0], rows: rows, columns: columns)
  #expect(value == alone.value && gradient == alone.gradient)
  #if compiler(>=6.2)
    let first = items[0]
    let spanned = try problem.solve(first.span, rows: rows, columns: columns)
    #expect(spanned == alone)
  #endif
  // Parts of all sizes, in padding that nobody reads.
  let sizes = items.indices.map { (rows: $0 % (rows + 1), columns: $0 * 3 % (columns + 1)) }
  var (padded, parts) = ([Double](), [[Double]]())
  for (costs, size) in zip(items, sizes) {
    let isUsed = costs.indices.map { place in
      place / columns % rows < size.rows && place % columns < size.columns
    }
    padded += zip(costs, isUsed).map { $1 ? $0 : .nan }
    parts.append(zip(costs, isUsed).filter(\.1).map(\.0))
  }
  let (rowCounts, columnCounts) = (sizes.map(\.rows), sizes.map(\.columns))
  let ragged = try problem.solve(
    padded, batch: items.count, rows: rows, columns: columns, rowCounts: rowCounts,
    columnCounts: columnCounts)
  for (item, part) in parts.enumerated() {
    let cropped = try problem.solve(part, rows: sizes[item].rows, columns: sizes[item].columns)
    #expect(ragged[item] == cropped, "item \(item) of \(sizes[item])")
  }
  let (values, gradients) = try problem.valuesAndGradient(
    padded, batch: items.count, rows: rows, columns: columns, rowCounts: rowCounts,
    columnCounts: columnCounts)
  #expect(values == ragged.values)
  #expect(
    gradients.filter { $0 != 0 }.count == ragged.reduce(0) { $0 + $1.gradient.count { $0 != 0 } })
  #expect(zip(gradients, padded).allSatisfy { $0 == 0 || !$1.isNaN })
  #expect(throws: CombinatorialError(.lengthOutOfRange(length: rows + 1, limit: rows), item: 1)) {
    try problem.solve(
      padded, batch: items.count, rows: rows, columns: columns,
      rowCounts: items.indices.map { $0 == 1 ? rows + 1 : rows })
  }
}
