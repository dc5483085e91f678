internal import CombinatorialKernels

/// Newton's method on the column potentials, for temperatures at which updates in turn hardly move: where
/// masses along the cheapest pairs leave parts that only pairs of mass exp(-slack / t) join, the error falls
/// by about that share an update.
///
/// With the row potentials u(v) that follow from v, supply . u(v) + demand . v is concave; its gradient is
/// what the columns of the plan P lack, its Hessian -(diag(column sums) - P^T diag(1 / supply) P) / t. From
/// a temperature to the next v is extrapolated, so that a few steps suffice.
///
/// C. Brauer, C. Clason, D. Lorenz, B. Wirth, arXiv:1710.06635.
extension SinkhornIteration {
  /// Lowers the temperature to `last` from the range of the costs.
  ///
  /// - Parameter budget: The most updates; what is left of it when it returns.
  /// - Returns: The error at the last temperature; nil as ``update(_:)``.
  mutating func followPath(downTo last: Double, tolerance: Double, budget: inout Int) -> Double? {
    nextColumnPotentials = .init(repeating: 0, count: demand.count)
    var stages: [(temperature: Double, potentials: [Double])] = []
    var error = Double.infinity
    for temperature in temperatures(downTo: last) + [last] {
      if let a = stages.dropLast().last, let b = stages.last {
        let ratio = (b.temperature - temperature) / (a.temperature - b.temperature)
        nextColumnPotentials = zip(b.potentials, a.potentials).map { $0 + ($0 - $1) * ratio }
      }
      let goal = temperature == last ? tolerance : 1e-2
      guard let reached = converge(temperature, to: goal, budget: &budget) else { return nil }
      error = reached
      guard budget > 0, error <= goal else { return error }
      stages.append((temperature, columnPotentials))
    }
    return error
  }

  /// Two updates, then Newton's steps until the error is at most the goal.
  private mutating func converge(
    _ temperature: Double, to goal: Double, budget: inout Int
  ) -> Double? {
    var error = Double.infinity
    for count in 1... where budget > 0 {
      if count <= 2 {
        guard let next = update(temperature) else { return nil }
        (error, budget) = (next, budget - 1)
      } else {
        guard let next = step(temperature, error: error, budget: &budget) else { return nil }
        error = next
      }
      if error <= goal || !error.isFinite { break }
      if budget <= 0 { break }
    }
    return error
  }

  /// One step of Newton's method, shortened until the dual objective grows; else an update.
  private mutating func step(
    _ temperature: Double, error: Double, budget: inout Int
  ) -> Double? {
    let (origin, plain, value) = (columnPotentials, nextColumnPotentials, dualValue)
    let (direction, slope) = newtonDirection(temperature)
    var length = 1.0
    while budget > 0, length > 1e-9 {
      nextColumnPotentials = zip(origin, direction).map { $0 + length * $1 }
      guard let next = update(temperature) else { return nil }
      budget -= 1
      if next <= error / 2 || dualValue >= value + 1e-4 * length * slope { return next }
      length /= 2
    }
    nextColumnPotentials = plain
    budget -= 1
    return update(temperature)
  }

  private var dualValue: Double {
    zip(supply, rowPotentials).reduce(0) { $0 + $1.0 * $1.1 }
      + zip(demand, columnPotentials).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The solution of Newton's equations, and its product with the gradient.
  private func newtonDirection(_ temperature: Double) -> (direction: [Double], slope: Double) {
    let count = demand.count
    var (hessian, sums) = ([Double](repeating: 0, count: count * count), demand.map { _ in 0.0 })
    let shifts = columnShifts(temperature)
    for row in supply.indices where supply[row] > 0 {
      let masses = masses(row, shifts: shifts, temperature)
      for column in 0..<count { sums[column] += masses[column] }
      hessian.withUnsafeMutableBufferPointer { hessian in
        for i in 0..<count where masses[i] > 0 {
          let share = masses[i] / supply[row]
          let start = i * count
          for j in 0...i { hessian[start + j] -= share * masses[j] }
        }
      }
    }
    let gradient = zip(demand, sums).map { $0 - $1 }
    let least = 1e-13 * (sums.max() ?? 0)
    for i in 0..<count { hessian[i * count + i] += sums[i] + least }
    var direction = Self.solveSymmetric(&hessian, gradient).map { $0 * temperature }
    // All potentials by the same is no direction: rounding makes one of it, along which they would lose digits.
    let mean = zip(direction, demand).reduce(0) { $0 + $1.0 * $1.1 }
    if mean.isFinite { direction = direction.map { $0 - mean } }
    return (direction, zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// Cholesky's factorization of a matrix of which the lower half is given, and both substitutions. What has no
  /// pivot, as a column without demand, stays 0.
  private static func solveSymmetric(_ matrix: inout [Double], _ right: [Double]) -> [Double] {
    let count = right.count
    var solution = right
    matrix.withUnsafeMutableBufferPointer { a in
      for i in 0..<count {
        for j in 0...i {
          var sum = a[i * count + j]
          for k in 0..<j { sum -= a[i * count + k] * a[j * count + k] }
          if i == j {
            a[i * count + i] = sum > 0 ? sum.squareRoot() : .infinity
          } else {
            a[i * count + j] = sum / a[j * count + j]
          }
        }
        for k in 0..<i { solution[i] -= a[i * count + k] * solution[k] }
        solution[i] /= a[i * count + i]
      }
      for i in (0..<count).reversed() {
        solution[i] /= a[i * count + i]
        for k in 0..<i { solution[k] -= a[i * count + k] * solution[i] }
      }
    }
    return solution
  }
}
