import CombinatorialSolvers
import TestSupport
import Testing

/// Transport, its smoothed form and that on the line have the words of every problem.
struct TransportShapeTests {
  private let costs: [Double] = [4, 1, 2, 0, 3, 5]
  private let supply: [Double] = [2, 1]
  private let demand: [Double] = [1, 1, 1]

  @Test func literalsCompileAndFloatsAgree() throws {
    let solution = try Transport().solve([4, 1, 2, 0], supply: [1, 1], demand: [1, 1])
    #expect(solution.value == 3)
    let floats = try Transport().solve(
      costs.map(Float.init), supply: supply.map(Float.init), demand: demand.map(Float.init))
    let doubles = try Transport().solve(costs, supply: supply, demand: demand)
    #expect(floats.plan == doubles.plan && floats.value == doubles.value)
    #expect(floats.gradient == doubles.densePlan)
  }

  /// Two problems of different sizes in one batch, whose padding is no number.
  @Test func raggedBatchesAreTheProblemsAlone() throws {
    let nan = Double.nan
    let padded = costs + [7, nan, nan, nan, nan, nan]
    let masses = (supply: supply + [3, nan], demand: demand + [3, nan, nan])
    let (rowCounts, columnCounts) = ([2, 1], [3, 1])
    let batch = try Transport().solve(
      padded, supply: masses.supply, demand: masses.demand, batch: 2, rows: 2, columns: 3,
      rowCounts: rowCounts, columnCounts: columnCounts)
    #expect(batch[0] == (try Transport().solve(costs, supply: supply, demand: demand)))
    #expect(batch[1] == (try Transport().solve([7], supply: [3], demand: [3])))
    let (values, gradient) = try Transport().valuesAndGradient(
      padded, supply: masses.supply, demand: masses.demand, batch: 2, rows: 2, columns: 3,
      rowCounts: rowCounts, columnCounts: columnCounts)
    #expect(values == batch.values)
    #expect(gradient.costs == batch[0].densePlan + [3, 0, 0, 0, 0, 0])
    #expect(gradient.supply == batch.rowPotentials && gradient.demand == batch.columnPotentials)

    let smooth = try Sinkhorn(temperature: 1).solve(
      padded, supply: masses.supply, demand: masses.demand, batch: 2, rows: 2, columns: 3,
      rowCounts: rowCounts, columnCounts: columnCounts)
    #expect(
      smooth[0] == (try Sinkhorn(temperature: 1).solve(costs, supply: supply, demand: demand)))
    #expect(smooth[1].plan == [3] && smooth.values[1] == 21)
  }

  @Test func pointsOfABatchAreTheProblemsAlone() throws {
    let nan = Double.nan
    let batch = try TransportOnLine(power: 2).solve(
      sources: [0, 3, 5, nan], targets: [1, 4, 7, nan], supply: [1, 2, 2, nan],
      demand: [2, 1, 2, nan], batch: 2, rowCounts: [2, 1], columnCounts: [2, 1])
    let first = try TransportOnLine(power: 2).solve(
      sources: [0, 3], targets: [1, 4], supply: [1, 2], demand: [2, 1])
    #expect(batch[0].plan == first.plan && batch[0].value == first.value)
    #expect(batch.values == [first.value, 8] && batch[0].dualityGap <= 1e-12)
    let (values, gradient) = try TransportOnLine(power: 2).valuesAndGradient(
      sources: [5, nan], targets: [7, nan], supply: [2, nan], demand: [2, nan], batch: 2,
      rowCounts: [1, 0], columnCounts: [1, 0])
    #expect(values == [8, 0])
    #expect(gradient.sources == [-8, 0] && gradient.targets == [8, 0])
  }

  /// The value of a transport is linear in each cost between ties, so that differences are exact.
  @Test func gradientsAreDifferences() throws {
    let (value, gradient) = try Transport().valueAndGradient(
      costs, supply: supply, demand: demand)
    for cell in costs.indices {
      var moved = costs
      moved[cell] += 0x1p-10
      let slope = (try Transport().solve(moved, supply: supply, demand: demand).value - value)
      #expect(slope * 0x1p10 == gradient.costs[cell])
    }
    // More supply of row 0 for more demand of column 2: along the difference of potentials.
    let moved = try Transport().solve(
      costs, supply: [2 + 0x1p-10, 1], demand: [1, 1, 1 + 0x1p-10])
    let slope = (moved.value - value) * 0x1p10
    #expect(abs(slope - (gradient.supply[0] + gradient.demand[2])) <= 1e-9)
  }

  @Test func solutionsKeepNothingOfTheCallers() throws {
    var costs = costs.map { $0 }
    let before = costs.withUnsafeBufferPointer { $0.baseAddress }
    let solution = try Transport().solve(costs, supply: supply, demand: demand)
    costs[0] = 100
    #expect(costs.withUnsafeBufferPointer { $0.baseAddress } == before)
    #expect(solution.dualityGap == 0)
  }

  /// The gap of a smoothed value is above what more iterations gain.
  @Test func theSmoothedGapBoundsTheRest() throws {
    let rough = try Sinkhorn(temperature: 0.5, tolerance: 1e-2).solve(
      costs, supply: supply, demand: demand)
    let fine = try Sinkhorn(temperature: 0.5, tolerance: 1e-12).solve(
      costs, supply: supply, demand: demand)
    #expect(rough.dualityGap > 0 && fine.dualityGap < 1e-10)
    #expect(fine.value - rough.value <= rough.dualityGap)
  }
}
