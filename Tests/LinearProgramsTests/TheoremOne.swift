import CombinatorialLosses
import TestSupport
import Testing

@testable import LinearPrograms

/// What a combinatorial solver found, as the variables and the duals of its linear program.
struct ProgramOptimum {
  let value: Double
  /// `[columns]`
  let primal: [Double]
  /// `[rows]`
  let dual: [Double]
}

/// Checks Theorem 1 on a problem and its linear program: both are infeasible, or have the same value, and
/// the primal solution of each with the dual solution of the other proves both optimal, so that all of
/// them are elements of the same generalized gradients.
///
/// - Returns: The program's solution; nil if there is none.
@discardableResult
func expectTheoremOne(
  _ model: LinearModel, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation,
  _ solve: () throws(CombinatorialError) -> ProgramOptimum
) throws -> LinearProgramSolution? {
  let found: ProgramOptimum
  do throws(CombinatorialError) {
    found = try solve()
  } catch {
    #expect(
      error == CombinatorialError(.infeasible, item: 0), comment, sourceLocation: sourceLocation)
    #expect(
      throws: LinearProgramError.infeasible(batch: 0), comment, sourceLocation: sourceLocation
    ) { try LinearProgram().solve(model) }
    return nil
  }
  let solution = try LinearProgram().solve(model)
  solution.expectCertificate(comment, sourceLocation: sourceLocation)
  #expect(isClose(solution.value, found.value), comment, sourceLocation: sourceLocation)
  for (primal, dual) in [(found.primal, solution.dual), (solution.primal, found.dual)] {
    let crossed = LinearProgramSolution(of: model, primal: primal, dual: dual)
    #expect(crossed.primalInfeasibility <= clpTolerance, comment, sourceLocation: sourceLocation)
    #expect(crossed.dualInfeasibility <= clpTolerance, comment, sourceLocation: sourceLocation)
    #expect(isClose(crossed.value, found.value), comment, sourceLocation: sourceLocation)
    #expect(isClose(crossed.dualValue, found.value), comment, sourceLocation: sourceLocation)
  }
  return solution
}

/// Checks that a loss of several inputs, and the program that has all of them as its costs, have the same
/// values and the same gradients: to be called where the solution is unique.
func expectSameGradients(
  _ inputs: [Tensor], of model: LinearModel, _ loss: ([Tensor]) throws -> Tensor
) throws {
  let inputs = inputs.map { $0.requiringGradient() }
  let combinatorial = try loss(inputs)
  let batch = combinatorial.shape[0]
  let costs = try Tensor.concatenated(
    inputs.map { try $0.reshaped([batch, $0.count / batch]) }, axis: 1)
  let linear = try FeasiblePolyhedron(of: model).optimalValue(costs)
  // As `isClose` has it, with the rounding to `Float` of both.
  func isClose(_ first: Float, _ second: Float) -> Bool {
    LinearProgramsTests.isClose(Double(first), Double(second), 1e-9 + ErrorBound.gamma(2))
  }
  #expect(zip(combinatorial.scalars, linear.scalars).allSatisfy(isClose))
  let gradients = try [combinatorial, linear].map {
    try $0.sum().gradients(of: inputs).flatMap(\.scalars)
  }
  #expect(zip(gradients[0], gradients[1]).allSatisfy(isClose))
}

/// A vector that is 1 at some places and 0 at the others.
func indicator(of places: some Sequence<Int>, count: Int) -> [Double] {
  var vector = [Double](repeating: 0, count: count)
  for place in places { vector[place] = 1 }
  return vector
}

/// A vector that is 1 where there is no partner.
func unmatched(_ partners: [Int32]) -> [Double] { partners.map { $0 < 0 ? 1 : 0 } }

/// The pairs of a matching in a matrix `[rows, columns]`, row by row.
func cells(_ columnOfRow: [Int32], columns: Int) -> [Int] {
  columnOfRow.enumerated().compactMap { $1 < 0 ? nil : $0 * columns + Int($1) }
}

extension LinearProgramSolution {
  /// Two solutions put together, to see whether they prove each other.
  fileprivate init(of model: LinearModel, primal: [Double], dual: [Double]) {
    let prices = model.constraints.transposedProduct(dual)
    self.init(
      model: model, primal: primal, rowActivities: model.constraints.product(primal), dual: dual,
      reducedCosts: zip(model.costs, prices).map { $0 - $1 }, columnStatus: [], rowStatus: [],
      iterations: 0)
  }
}
