internal import CombinatorialKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The potentials of one entropic problem of total 1, updated in turn.
struct SinkhornIteration<Scalar: KernelScalar> {
  private let kernel: SinkhornKernel<Scalar>
  private let costs: UnsafePointer<Scalar>
  private let rowStride: Int
  private let transposed: [Scalar]
  private let supply: [Double]
  private let demand: [Double]
  private var rowPotentials: [Double]
  /// Those that the row potentials were made from.
  private var columnPotentials: [Double]
  /// Those that follow from the row potentials.
  private var nextColumnPotentials: [Double]
  private var sums: (rows: [Double], columns: [Double])

  init(
    kernel: SinkhornKernel<Scalar>, costs: UnsafePointer<Scalar>, rowStride: Int,
    supply: [Double], demand: [Double]
  ) {
    self.kernel = kernel
    self.costs = costs
    self.rowStride = rowStride
    self.supply = supply
    self.demand = demand
    let (rows, columns) = (supply.count, demand.count)
    transposed = .init(unsafeUninitializedCapacity: rows * columns) { buffer, count in
      for column in 0..<columns {
        for row in 0..<rows { buffer[column * rows + row] = costs[row * rowStride + column] }
      }
      count = rows * columns
    }
    rowPotentials = .init(repeating: 0, count: rows)
    columnPotentials = .init(repeating: 0, count: columns)
    nextColumnPotentials = columnPotentials
    sums = (rowPotentials, columnPotentials)
  }

  /// Temperatures from the range of the costs down, above `last`: potentials of one are a good start for
  /// the next, where the last alone would take many more iterations.
  func temperatures(downTo last: Double) -> [Double] {
    let finite = transposed.lazy.filter { $0 < .infinity }
    guard let least = finite.min(), let greatest = finite.max() else { return [] }
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
  ///   if forbidden pairs leave a row or a column with mass no partner.
  mutating func update(_ temperature: Double) -> Double? {
    columnPotentials = nextColumnPotentials
    let shifts = zip(columnPotentials, demand).map { $0 + temperature * log($1) }
    kernel.logSums(
      costs, count: supply.count, rowStride: rowStride, shifts: shifts, scale: 1 / temperature,
      into: &sums.rows)
    for (row, sum) in sums.rows.enumerated() {
      if sum == -.infinity && supply[row] > 0 { return nil }
      rowPotentials[row] = sum == -.infinity ? 0 : -temperature * sum
    }
    let rowShifts = zip(rowPotentials, supply).map { $0 + temperature * log($1) }
    transposed.withUnsafeBufferPointer { transposed in
      guard let base = transposed.baseAddress else { return }
      kernel.logSums(
        base, count: demand.count, rowStride: supply.count, shifts: rowShifts,
        scale: 1 / temperature, into: &sums.columns)
    }
    var error = 0.0
    for (column, sum) in sums.columns.enumerated() {
      if sum == -.infinity && demand[column] > 0 { return nil }
      nextColumnPotentials[column] = sum == -.infinity ? 0 : -temperature * sum
      let ratio = exp((columnPotentials[column] - nextColumnPotentials[column]) / temperature)
      if demand[column] > 0 { error += demand[column] * abs(ratio - 1) }
    }
    return error
  }

  /// The solution at the present potentials, for masses of a total.
  func solution(
    _ temperature: Double, total: Double, iterations: Int, error: Double
  ) -> SinkhornSolution {
    let shifts = zip(columnPotentials, demand).map { $0 + temperature * log($1) }
    var (plan, cost) = ([Double](), 0.0)
    plan.reserveCapacity(supply.count * demand.count)
    for row in supply.indices {
      let shift = rowPotentials[row] + temperature * log(supply[row])
      let at = costs + row * rowStride
      let masses = kernel.masses(at, shifts: shifts, shift: shift, scale: 1 / temperature)
      for (column, mass) in masses.enumerated() {
        if mass > 0 { cost += mass * Double(at[column]) }
        plan.append(mass * total)
      }
    }
    let ofRows = zip(supply, rowPotentials).reduce(0) { $0 + $1.0 * $1.1 }
    let ofColumns = zip(demand, columnPotentials).reduce(0) { $0 + $1.0 * $1.1 }
    let gauge = (ofColumns - ofRows) / 2
    return SinkhornSolution(
      value: (ofRows + ofColumns) * total, transportCost: cost * total, plan: plan,
      rowPotentials: rowPotentials.map { $0 + gauge },
      columnPotentials: columnPotentials.map { $0 - gauge }, iterations: iterations,
      marginalError: error)
  }
}
