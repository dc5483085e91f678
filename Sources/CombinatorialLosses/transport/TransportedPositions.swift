internal import CombinatorialKernels

/// Positions and masses of a batch of transport problems, each of which the whole batch may share.
struct TransportedPositions {
  private let inputs: [Tensor]
  /// Sources, targets, supply and demand.
  private let parts: [BatchedItems]
  private let batchShape: [Int]

  /// - Parameter rank: Of the positions of a problem: 1 on the line, 2 in space.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``: shapes that do not fit together.
  init(
    sources: Tensor, targets: Tensor, supply: Tensor, demand: Tensor, rank: Int
  ) throws {
    inputs = [sources, targets, supply, demand]
    let kinds = [("sources", rank), ("targets", rank), ("supply", 1), ("demand", 1)]
    parts = try zip(inputs, kinds).map { try BatchedItems($0, itemRank: $1.1, name: $1.0) }
    batchShape = try BatchedItems.batchShape(of: parts)
    let (rows, columns) = (parts[0].itemShape[0], parts[1].itemShape[0])
    guard parts[2].itemCount == rows, parts[3].itemCount == columns else {
      throw CombinatorialError.shapeMismatch(
        expected: "\(rows) supplies and \(columns) demands",
        found: "\(parts[2].itemCount) and \(parts[3].itemCount)")
    }
    guard parts[0].itemShape.dropFirst() == parts[1].itemShape.dropFirst() else {
      throw CombinatorialError.shapeMismatch(
        expected: "sources [.., rows, dimensions] and targets [.., columns, dimensions]",
        found: "\(sources.shape) and \(targets.shape)")
    }
  }

  /// The number of coordinates of a point in space.
  var dimensions: Int { parts[0].itemShape.last ?? 1 }

  /// z* of each problem on the tape.
  ///
  /// - Parameter solve: Solves the batch, given sources, targets, supply and demand of all its problems.
  func optimalValue(
    named name: StaticString,
    _ solve: (
      _ inputs: [[Float]], _ batch: Int
    ) throws(CombinatorialError) -> (values: [Double], gradient: TransportPositionGradient<Float>)
  ) throws -> Tensor {
    let count = batchShape.first ?? 1
    let (values, gradient) = try solve(parts.map { $0.repeated(count) }, count)
    let output = try Tensor(values.map { Float($0) }, shape: batchShape)
    let parts = parts
    return Tensor.recorded(name, inputs: inputs, output: output) { cotangent in
      let byPart = [gradient.sources, gradient.targets, gradient.supply, gradient.demand]
      return try zip(parts, byPart).map { part, gradient in
        try part.gradient(
          of: (0..<count).map { Array(gradient[part.range(of: $0)]) }, cotangent: cotangent.scalars)
      }
    }
  }
}
