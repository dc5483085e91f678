internal import CombinatorialKernels

/// The cheapest labelling of a chain as a loss: its gradient is 1 at the costs of its labels and steps and 0
/// elsewhere.
extension ChainLabelling: PrimalProblem {
  /// One chain's costs are positions of rows and columns.
  public var costRank: Int { 3 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[positions, 1 + labels, labels]`, see ``costs(unary:steps:)``.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    try solve(batch: costs.reshaped([1] + costs.shape))[0]
  }

  /// Solves a batch, slices of it on several threads.
  ///
  /// - Parameter costs: `[batch, positions, 1 + labels, labels]`, see ``costs(unary:steps:)``.
  /// - Throws: ``CombinatorialError``.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let (positions, labels) = (items.itemShape[0], items.itemShape[2])
    guard items.isBatched, items.itemShape[1] == labels + 1, labels > 0 else {
      throw CombinatorialError.shapeMismatch(
        expected: "costs [batch, positions, 1 + labels, labels]", found: "\(costs.shape)")
    }
    let strides = (problem: items.itemCount, position: (labels + 1) * labels)
    let shape = ChainShape(
      batch: items.count, positions: positions, labels: labels,
      lengths: try ChainShape.checked(nil, batch: items.count, positions: positions),
      unaryStrides: strides, stepStrides: strides)
    let output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      // The steps into the first position are none: those of the chain begin at the second.
      let steps = costs.dropFirst(strides.position + labels)
      return try solve(unary: costs, steps: UnsafeBufferPointer(rebasing: steps), shape: shape)
    }
    return (0..<items.count).map { item in
      var chosen: [Int] = []
      output.forEachLabel(of: item, shape) { position, label, before in
        let first = position * strides.position
        chosen.append(first + label)
        if let before { chosen.append(first + (before + 1) * labels + label) }
      }
      return PrimalSolution(value: output.values[item], chosen: chosen)
    }
  }

  /// The costs of the labels and of the steps into them as one tensor, which the losses of solutions
  /// take, such as ``PrimalProblem/structuredPerceptronLoss(_:target:)``.
  ///
  /// - Parameters:
  ///   - unary: `[positions, labels]` or `[batch, positions, labels]`.
  ///   - steps: `[labels, labels]`, from the label before (row) to the next (column).
  /// - Returns: `[positions, 1 + labels, labels]`, with the batch first if there is one: row 0 is what each
  ///   label costs, row 1 + j what the step from label j costs; those into the first position count
  ///   for nothing.
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``.
  public func costs(unary: Tensor, steps: Tensor) throws -> Tensor {
    let items = try BatchedItems(unary, itemRank: 2, name: "unary costs")
    let labels = items.itemShape[1]
    guard steps.shape == [labels, labels] else {
      throw CombinatorialError.shapeMismatch(
        expected: "steps [\(labels), \(labels)]", found: "\(steps.shape)")
    }
    let positions = items.batchShape + [items.itemShape[0]]
    let rows = try unary.reshaped(positions + [1, labels])
    let matrices = try steps + Tensor.zeros(positions + [labels, labels])
    return try .concatenated([rows, matrices], axis: positions.count)
  }

  /// The cost of the cheapest labelling as a differentiable loss of the costs of labels and steps.
  ///
  ///     dz*/dunary[t][k] = 1 where t has the label k       dz*/dsteps = 1 at each step that is taken
  ///
  /// A matrix that all steps share gets the number of times that each step is taken.
  ///
  /// - Parameters:
  ///   - unary: `[positions, labels]` or `[batch, positions, labels]`.
  ///   - steps: `[labels, labels]`; `[positions - 1, labels, labels]`; or, of a batch, that with the batch
  ///     first.
  ///   - lengths: Positions in use, for each chain; nil: all. What lies behind is padding: never read,
  ///     gradient 0.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(unary: Tensor, steps: Tensor, lengths: [Int]? = nil) throws -> Tensor {
    let items = try BatchedItems(unary, itemRank: 2, name: "unary costs")
    let (positions, labels) = (items.itemShape[0], items.itemShape[1])
    let matrix = [labels, labels]
    let matrices = [max(0, positions - 1)] + matrix
    guard [matrix, matrices, items.batchShape + matrices].contains(steps.shape) else {
      throw CombinatorialError.shapeMismatch(
        expected: "steps \(matrix) or \(items.batchShape + matrices)", found: "\(steps.shape)")
    }
    let shape = try ChainShape(
      batch: items.count, positions: positions, labels: labels, lengths: lengths,
      unaryCount: items.count * items.itemCount, stepCount: steps.count)
    let output = try unary.withUnsafeScalars { unary in
      try steps.withUnsafeScalars { try solve(unary: unary, steps: $0, shape: shape) }
    }
    let values = try Tensor(output.values.map { Float($0) }, shape: items.batchShape)
    let stepShape = steps.shape
    return Tensor.recorded("chainLabelling", inputs: [unary, steps], output: values) {
      try output.gradients(shape, unary: items.shape, steps: stepShape, cotangent: $0.scalars)
    }
  }
}

extension ChainOutput<Float> {
  /// The positions of one chain in order, each with its label and that of the position before.
  fileprivate func forEachLabel(
    of item: Int, _ shape: ChainShape,
    _ body: (_ position: Int, _ label: Int, _ before: Int?) -> Void
  ) {
    let first = item * shape.positions
    for position in 0..<Int(shape.lengths[item]) {
      let before = position > 0 ? Int(labels[first + position - 1]) : nil
      body(position, Int(labels[first + position]), before)
    }
  }

  /// By the costs of labels and by those of steps.
  fileprivate func gradients(
    _ shape: ChainShape, unary unaryShape: [Int], steps stepShape: [Int], cotangent: [Float]
  ) throws -> [Tensor] {
    let byUnary = try Tensor(shape: unaryShape) { gradient in
      gradient.update(repeating: 0)
      for item in 0..<shape.batch {
        let first = item * shape.unaryStrides.problem
        forEachLabel(of: item, shape) { position, label, _ in
          gradient[first + position * shape.unaryStrides.position + label] = cotangent[item]
        }
      }
    }
    let bySteps = try Tensor(shape: stepShape) { gradient in
      gradient.update(repeating: 0)
      for item in 0..<shape.batch {
        let first = item * shape.stepStrides.problem
        forEachLabel(of: item, shape) { position, label, before in
          guard let before else { return }
          let matrix = first + (position - 1) * shape.stepStrides.position
          gradient[matrix + before * shape.labels + label] += cotangent[item]
        }
      }
    }
    return [byUnary, bySteps]
  }
}
