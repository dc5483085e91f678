internal import CombinatorialKernels
internal import CombinatorialLibc

/// The potentials of one entropic problem of total 1, updated in turn.
struct SinkhornIteration<Scalar: CostScalar> {
  let kernel: SinkhornKernel<Scalar>
  private let costs: UnsafePointer<Scalar>
  private let rowStride: Int
  private let transposed: [Scalar]
  let supply, demand: [Double]
  private let isHot: Bool
  private(set) var rowPotentials: [Double]
  /// Those that the row potentials were made from.
  private(set) var columnPotentials: [Double]
  /// Those that follow from the row potentials, or that the next row potentials are to be made from.
  var nextColumnPotentials: [Double]
  private var sums: (rows: [Double], columns: [Double])

  init(
    kernel: SinkhornKernel<Scalar>, costs: UnsafePointer<Scalar>, rowStride: Int,
    supply: [Double], demand: [Double], isHot: Bool
  ) {
    (self.kernel, self.costs, self.rowStride) = (kernel, costs, rowStride)
    (self.supply, self.demand, self.isHot) = (supply, demand, isHot)
    let (rows, columns) = (supply.count, demand.count)
    transposed = .init(uninitializedCount: rows * columns) { buffer, count in
      // Of a call that is to end nobody reads the rest.
      for column in 0..<columns where !kernel.isStopped {
        for row in 0..<rows { buffer[column * rows + row] = costs[row * rowStride + column] }
        count += rows
      }
    }
    rowPotentials = .init(repeating: 0, count: rows)
    columnPotentials = .init(repeating: 0, count: columns)
    nextColumnPotentials = columnPotentials
    sums = (rowPotentials, columnPotentials)
  }

  /// Temperatures from the range of the costs down, above `last`: potentials of one are a good start for
  /// the next, where the last alone would take many more iterations.
  func temperatures(downTo last: Double) -> [Double] {
    var (least, greatest) = (Scalar.infinity, -Scalar.infinity)
    for column in demand.indices where !kernel.isStopped {
      for cost in transposed[column * supply.count..<(column + 1) * supply.count]
      where cost < .infinity {
        (least, greatest) = (min(least, cost), max(greatest, cost))
      }
    }
    guard least <= greatest, !kernel.isStopped else { return [] }
    var stages: [Double] = []
    var stage = Double(greatest) - Double(least)
    while stage > 2 * last {
      stages.append(stage)
      stage /= 2
    }
    return stages
  }

  /// New row potentials, and the column potentials that follow from them.
  ///
  /// - Returns: How far the columns of the plan of the new row and the old column potentials are off; nil
  ///   if forbidden pairs leave a row or a column with mass no partner, or if the call is to end.
  mutating func update(_ temperature: Double) -> Double? {
    columnPotentials = nextColumnPotentials
    if isHot {
      sums.rows = logMeans(costs, rowStride, columnPotentials, demand, temperature, supply.count)
    } else {
      let shifts = columnShifts(temperature)
      kernel.logSums(
        costs, count: supply.count, rowStride: rowStride, shifts: shifts, scale: 1 / temperature,
        into: &sums.rows)
    }
    guard !kernel.isStopped else { return nil }
    for (row, sum) in sums.rows.enumerated() {
      if sum == -.infinity && supply[row] > 0 { return nil }
      rowPotentials[row] = sum == -.infinity ? 0 : -temperature * sum
    }
    transposed.withUnsafeBufferPointer { transposed in
      guard let base = transposed.baseAddress else { return }
      if isHot {
        sums.columns = logMeans(
          base, supply.count, rowPotentials, supply, temperature, demand.count)
        return
      }
      let rowShifts = zip(rowPotentials, supply).map { $0 + temperature * log($1) }
      kernel.logSums(
        base, count: demand.count, rowStride: supply.count, shifts: rowShifts,
        scale: 1 / temperature, into: &sums.columns)
    }
    guard !kernel.isStopped else { return nil }
    var error = 0.0
    for (column, sum) in sums.columns.enumerated() {
      if sum == -.infinity && demand[column] > 0 { return nil }
      nextColumnPotentials[column] = sum == -.infinity ? 0 : -temperature * sum
      let ratio = exp((columnPotentials[column] - nextColumnPotentials[column]) / temperature)
      if demand[column] > 0 { error += demand[column] * abs(ratio - 1) }
    }
    return error
  }

  /// log sum_j weights[j] exp((potentials[j] - costs[i][j]) / t) of each row, for weights of sum 1 and a
  /// temperature so far above all costs that the rounding of a sum of exponentials near 1 would be greater.
  private func logMeans(
    _ costs: UnsafePointer<Scalar>, _ stride: Int, _ potentials: [Double], _ weights: [Double],
    _ temperature: Double, _ count: Int
  ) -> [Double] {
    (0..<count).map { row in
      guard !kernel.isStopped else { return 0 }
      var sum = 0.0
      for at in weights.indices {
        let cost = Double(costs[row * stride + at])
        sum += weights[at] * expm1((potentials[at] - cost) / temperature)
      }
      return log1p(sum)
    }
  }

  /// The column potentials with the logarithms of the demand, as masses need them.
  func columnShifts(_ temperature: Double) -> [Double] {
    zip(columnPotentials, demand).map { $0 + temperature * log($1) }
  }

  /// The masses of a row of the plan.
  func masses(_ row: Int, shifts: [Double], _ temperature: Double) -> [Double] {
    kernel.masses(
      costs + row * rowStride, shifts: shifts,
      shift: rowPotentials[row] + temperature * log(supply[row]), scale: 1 / temperature)
  }

  /// The solution at the present potentials: the plan for masses of a total, its value and cost for a total of
  /// 1. Its error is that of the plan itself.
  func solution(_ temperature: Double, total: Double, iterations: Int) -> SinkhornSolution {
    var (plan, cost, error) = ([Double](), 0.0, 0.0)
    var columnSums = [Double](repeating: 0, count: demand.count)
    plan.reserveCapacity(supply.count * demand.count)
    let shifts = columnShifts(temperature)
    for row in supply.indices where !kernel.isStopped {
      var rowSum = 0.0
      for (column, mass) in masses(row, shifts: shifts, temperature).enumerated() {
        if mass > 0 { cost += mass * Double(costs[row * rowStride + column]) }
        plan.append(mass * total)
        columnSums[column] += mass
        rowSum += mass
      }
      error += abs(rowSum - supply[row])
    }
    error = zip(columnSums, demand).reduce(error) { $0 + abs($1.0 - $1.1) }
    let ofRows = zip(supply, rowPotentials).reduce(0) { $0 + $1.0 * $1.1 }
    let ofColumns = zip(demand, columnPotentials).reduce(0) { $0 + $1.0 * $1.1 }
    let gauge = (ofColumns - ofRows) / 2
    return SinkhornSolution(
      value: ofRows + ofColumns, transportCost: cost, plan: plan,
      rowPotentials: rowPotentials.map { $0 + gauge },
      columnPotentials: columnPotentials.map { $0 - gauge }, iterations: iterations,
      marginalError: error)
  }
}
