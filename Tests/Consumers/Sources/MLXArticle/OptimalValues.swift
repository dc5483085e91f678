import CombinatorialSolvers
import MLX

/// z* of each problem of a batch as an operation of MLX, from one run of the solver.
///
/// - Parameters:
///   - problem: An `Assignment`, an `Alignment`, a `GridShortestPath` …
///   - costs: `[batch, rows, columns]`.
/// - Returns: `[batch]`. Its gradient by the costs is the solution.
func optimalValues(_ problem: some MatrixProblem, _ costs: MLXArray) throws -> MLXArray {
  let (batch, rows, columns) = costs.shape3
  let (values, gradient) = try problem.valuesAndGradient(
    costs.asArray(Float.self), batch: batch, rows: rows, columns: columns)
  let (z, solution) = (
    MLXArray(values.map { Float($0) }), MLXArray(gradient, [batch, rows, columns])
  )
  let function = CustomFunction {
    Forward { _ in [z] }
    VJP { _, cotangents in [cotangents[0].reshaped([batch, 1, 1]) * solution] }
  }
  return function([costs])[0]
}

/// The mean loss and its gradients by the parameters of a model that makes the costs.
func lossAndGradients(
  _ parameters: [MLXArray], costs: @escaping ([MLXArray]) -> MLXArray
) throws -> (loss: MLXArray, gradients: [MLXArray]) {
  var failure: (any Error)?
  let evaluate = valueAndGrad(
    { parameters in
      do {
        return [mean(try optimalValues(Assignment(), costs(parameters)))]
      } catch {
        failure = error
        return [mean(costs(parameters)) * Float.nan]
      }
    }, argumentNumbers: parameters.indices)
  let (values, gradients) = evaluate(parameters)
  if let failure { throw failure }
  return (values[0], gradients)
}

/// The sum of the optimal values: what the matched pairs cost, by the solution that stays as it is.
func matchedCost(_ costs: MLXArray) throws -> MLXArray {
  let (batch, rows, columns) = costs.shape3
  let (_, gradient) = try Assignment().valuesAndGradient(
    costs.asArray(Float.self), batch: batch, rows: rows, columns: columns)
  return sum(stopGradient(MLXArray(gradient, [batch, rows, columns])) * costs)
}
