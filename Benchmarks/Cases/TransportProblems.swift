import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Costs and masses of transport problems to time.
enum TransportFamily: String, CaseIterable {
  /// Uniform random costs, every mass 1 / n.
  case uniform
  /// Squared distances between random points of the plane, random masses.
  case clouds

  /// A problem of n rows and n columns.
  func problem(size: Int) -> TransportProblem {
    var random = SeededGenerator(seed: 1)
    func unit() -> Double { Double.random(in: 0..<1, using: &random) }
    switch self {
    case .uniform:
      let costs = (0..<size * size).map { _ in unit() }
      let masses = [Double](repeating: 1 / Double(size), count: size)
      return TransportProblem(costs: costs, supply: masses, demand: masses)
    case .clouds:
      let points = (0..<2 * size).map { _ in (unit(), unit()) }
      let costs = (0..<size * size).map { cell in
        let (from, to) = (points[cell / size], points[size + cell % size])
        return (from.0 - to.0) * (from.0 - to.0) + (from.1 - to.1) * (from.1 - to.1)
      }
      let masses = (0..<2).map { _ in
        let raw = (0..<size).map { _ in unit() + 0.01 }
        let total = raw.reduce(0, +)
        return raw.map { $0 / total }
      }
      return TransportProblem(costs: costs, supply: masses[0], demand: masses[1])
    }
  }
}

/// One problem, float or double as its arrays are read.
struct TransportProblem: Sendable {
  let costs, supply, demand: [Double]

  var shape: BatchShape { BatchShape(rows: supply.count, columns: demand.count) }

  func solve(with choice: KernelChoice) throws -> TransportBatch {
    let masses = try TransportMasses(supply, demand, shape: shape)
    return try costs.withUnsafeBufferPointer {
      try Transport(maxThreads: choice.threads).solveInPlace(
        $0, masses: masses, shape: shape, instructionSet: choice.instructionSet)
    }
  }

  func smooth(_ solver: Sinkhorn, with choice: KernelChoice) throws -> SinkhornSolution {
    let masses = try TransportMasses(supply, demand, shape: shape)
    return try costs.withUnsafeBufferPointer {
      try solver.solveInPlace(
        $0, masses: masses, shape: shape, instructionSet: choice.instructionSet)[0]
    }
  }

  /// The potentials prove the value, if there is one.
  func checkOptimality(of solution: TransportSolution?) throws {
    guard let solution else { return }
    let (rowPotentials, columnPotentials) = (solution.rowPotentials, solution.columnPotentials)
    let scale = max(1e-300, costs.reduce(0) { max($0, abs($1)) } * supply.reduce(0, +))
    let dual =
      zip(supply, rowPotentials).reduce(0) { $0 + $1.0 * $1.1 }
      + zip(demand, columnPotentials).reduce(0) { $0 + $1.0 * $1.1 }
    let isFeasible = costs.indices.allSatisfy { cell in
      let sum = rowPotentials[cell / demand.count] + columnPotentials[cell % demand.count]
      return sum <= costs[cell] + 1e-9 * scale / supply.reduce(0, +)
    }
    guard isFeasible, abs(solution.value - dual) <= 1e-9 * scale else {
      throw BenchmarksError.wrongResult("transport value \(solution.value), dual \(dual)")
    }
  }
}
