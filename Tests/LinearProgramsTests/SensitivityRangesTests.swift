import LinearPrograms
import TestSupport
import Testing

/// Just inside a range the value is linear with the multiplier as its slope; just outside it is not.
struct SensitivityRangesTests {
  /// One number of a program, how to move it, and what the value's slope is within its range.
  private struct Probe {
    let name: String
    let range: ClosedRange<Double>
    let value, slope: Double
    let move: (inout LinearModel, Double) -> Void
  }

  private func probes(_ solution: LinearProgramSolution) throws -> [Probe] {
    let model = solution.model
    let ranges = try solution.sensitivityRanges()
    var probes = model.costs.indices.map { column in
      Probe(
        name: "cost \(column)", range: ranges.costs[column], value: model.costs[column],
        slope: solution.primal[column]
      ) { $0.costs[column] = $1 }
    }
    for row in model.rowLower.indices {
      probes += bounds(
        "row \(row)", solution.rowStatus[row], solution.dual[row], model.rowLower[row],
        model.rowUpper[row], ranges.rowLower[row], ranges.rowUpper[row],
        setLower: { $0.rowLower[row] = $1 }, setUpper: { $0.rowUpper[row] = $1 })
    }
    for column in model.lower.indices {
      probes += bounds(
        "variable \(column)", solution.columnStatus[column], solution.reducedCosts[column],
        model.lower[column], model.upper[column], ranges.lower[column], ranges.upper[column],
        setLower: { $0.lower[column] = $1 }, setUpper: { $0.upper[column] = $1 })
    }
    return probes
  }

  private func bounds(
    _ name: String, _ status: BasisStatus, _ multiplier: Double, _ lower: Double, _ upper: Double,
    _ lowerRange: ClosedRange<Double>, _ upperRange: ClosedRange<Double>,
    setLower: @escaping (inout LinearModel, Double) -> Void,
    setUpper: @escaping (inout LinearModel, Double) -> Void
  ) -> [Probe] {
    if lower == upper {
      return [
        Probe(name: "\(name) both", range: lowerRange, value: lower, slope: multiplier) {
          setLower(&$0, $1)
          setUpper(&$0, $1)
        }
      ]
    }
    var probes: [Probe] = []
    if lower.isFinite {
      probes.append(
        Probe(
          name: "\(name) lower", range: lowerRange, value: lower,
          slope: status == .atLower ? multiplier : 0, move: setLower))
    }
    if upper.isFinite {
      probes.append(
        Probe(
          name: "\(name) upper", range: upperRange, value: upper,
          slope: status == .atUpper ? multiplier : 0, move: setUpper))
    }
    return probes
  }

  /// Whether another basis gives the same solution, or another solution the same value.
  private func isDegenerate(_ solution: LinearProgramSolution) -> Bool {
    let model = solution.model
    func isDegenerate(
      _ status: BasisStatus, _ value: Double, _ multiplier: Double, _ lower: Double, _ upper: Double
    ) -> Bool {
      switch status {
      case .basic: value - lower <= clpTolerance || upper - value <= clpTolerance
      case .fixed: false
      case .atLower, .atUpper, .free: abs(multiplier) <= clpTolerance
      }
    }
    return model.costs.indices.contains {
      isDegenerate(
        solution.columnStatus[$0], solution.primal[$0], solution.reducedCosts[$0], model.lower[$0],
        model.upper[$0])
    }
      || model.rowLower.indices.contains {
        isDegenerate(
          solution.rowStatus[$0], solution.rowActivities[$0], solution.dual[$0],
          model.rowLower[$0], model.rowUpper[$0])
      }
  }

  /// Checks both ends of every range; returns how many ends were seen to be ends.
  private func check(_ solution: LinearProgramSolution, _ comment: Comment) throws -> Int {
    var ends = 0
    let isDegenerate = isDegenerate(solution)
    for probe in try probes(solution) {
      #expect(probe.range.contains(probe.value), "\(probe.name), \(comment)")
      for (end, outward) in [(probe.range.lowerBound, -1.0), (probe.range.upperBound, 1.0)] {
        let target = end.isFinite ? end : probe.value + outward * 1000
        // Bounds may not cross, which ends a range too.
        func value(at position: Double) -> Double? {
          var model = solution.model
          probe.move(&model, position)
          return try? LinearProgram().solve(model).value
        }
        let inside = probe.value + 0.999 * (target - probe.value)
        let predicted = solution.value + probe.slope * (inside - probe.value)
        let found = value(at: inside)
        #expect(
          found.map { isClose($0, predicted, 1e-7) } == true,
          "\(probe.name) inside \(probe.range): \(String(describing: found)), \(comment)")
        guard end.isFinite, !isDegenerate else { continue }
        let outside = end + outward * 1e-2 * max(1, abs(end))
        let beyond = solution.value + probe.slope * (outside - probe.value)
        let isLinear = value(at: outside).map { isClose($0, beyond, 1e-9) } ?? false
        #expect(!isLinear, "\(probe.name) outside \(probe.range), \(comment)")
        ends += 1
      }
    }
    return ends
  }

  @Test func anExampleByHand() throws {
    // max 3x + 2y: x + y <= 4, x + 3y <= 9, 0 <= x <= 3. Optimum (3, 1), second row slack by 3.
    let model = LinearModel(
      sense: .maximize, costs: [3, 2],
      constraints: try ConstraintMatrix(dense: [1, 1, 1, 3], rows: 2, columns: 2),
      rows: [.atMost(4), .atMost(9)], variables: [.between(0, 3), .nonnegative])
    let ranges = try LinearProgram().solve(model).sensitivityRanges()
    // x stays at its bound while it is worth at least y; y in the basis while worth 0 … 3.
    #expect(ranges.costs == [2...Double.infinity, 0...3])
    // y = b - 3 must be at least 0, and x + 3y at most 9.
    #expect(ranges.rowUpper[0] == 3...5)
    // The activity of the second row is 6.
    #expect(ranges.rowUpper[1] == 6...Double.infinity)
    // x = bound, y = 4 - x >= 0, x + 3 (4 - x) <= 9.
    #expect(ranges.upper[0] == 1.5...4)
    #expect(ranges.lower[1] == -Double.infinity...1)
  }

  @Test func theEndsOfTheRangesAreWhereTheBasisChanges() throws {
    var random = SeededRandom(seed: 1)
    var ends = 0
    for trial in 0..<12 {
      let program = RandomProgram(rows: 4, columns: 8, .none, using: &random)
      ends += try check(
        LinearProgram().solve(program.model()), "trial \(trial)")
    }
    #expect(ends > 100)
  }

  @Test func generalProgramsHaveThemToo() throws {
    var ends = 0
    let solutions = try RandomGeneralProgram.solutions(40, rows: 3, columns: 5, seed: 2)
    for (trial, solution) in solutions { ends += try check(solution, "trial \(trial)") }
    #expect(ends > 100)
  }

  @Test(arguments: [Degeneracy.primal, .dual, .integers])
  func atDegenerateVerticesTheyHoldInside(degeneracy: Degeneracy) throws {
    var random = SeededRandom(seed: 3)
    for trial in 0..<8 {
      let program = RandomProgram(rows: 3, columns: 7, degeneracy, using: &random)
      _ = try check(
        LinearProgram().solve(program.model()), "trial \(trial)")
    }
  }

  @Test func emptyProgramsHaveRanges() throws {
    let free = try ConstraintMatrix(dense: [], rows: 0, columns: 1)
    let model = LinearModel(costs: [2], constraints: free, rows: [], variables: [.between(1, 4)])
    let ranges = try LinearProgram().solve(model).sensitivityRanges()
    #expect(ranges.costs == [0...Double.infinity])
    #expect(ranges.lower == [-Double.infinity...4])
    #expect(ranges.upper == [1...Double.infinity])
  }
}
