/// c.u in double precision. An entry of u that is 0 never counts, so that a forbidden cost of +infinity
/// is no NaN.
func objective(_ costs: UnsafeBufferPointer<Float>, _ solution: UnsafeBufferPointer<Float>)
  -> Double
{
  var sum = 0.0
  for index in costs.indices where solution[index] != 0 {
    sum += Double(costs[index]) * Double(solution[index])
  }
  return sum
}

extension BatchedItems {
  /// c.u of each item.
  ///
  /// - Parameter solution: u, in the shape of the costs.
  func objectives(of solution: Tensor) throws -> [Double] {
    let costs = try batched
    return costs.withUnsafeScalars { costs in
      solution.withUnsafeScalars { solution in
        (0..<count).map { item in
          objective(
            .init(rebasing: costs[range(of: item)]), .init(rebasing: solution[range(of: item)]))
        }
      }
    }
  }
}

extension PrimalProblem {
  /// What a given solution costs, as a function of the costs: c.u, with gradient u.
  ///
  /// - Parameters:
  ///   - costs: On the tape or off it.
  ///   - target: u, in the shape of the costs; no gradient flows to it.
  ///   - name: What errors call the target.
  /// - Returns: `[]` or `[batch]`.
  func objective(_ costs: Tensor, of target: Tensor, named name: String) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    try items.check(target: target, name)
    let target = target.detached
    let values = try Tensor(
      items.objectives(of: target).map { Float($0) }, shape: items.batchShape)
    return Tensor.recorded("objective", inputs: [costs], output: values) { cotangent in
      [try items.scaled(target, by: cotangent)]
    }
  }
}

extension BatchedItems {
  /// Refuses a target of another shape, one that is not finite, and one that uses a forbidden entry.
  func check(target: Tensor, _ name: String) throws {
    try checkShape(target, name)
    try checkFinite(target, name)
    let index = try batched.withUnsafeScalars { costs in
      target.withUnsafeScalars { target in
        costs.indices.first { target[$0] != 0 && !costs[$0].isFinite }
      }
    }
    guard let index else { return }
    throw notFinite("the cost of \(name)", index: index, value: try batched.scalars[index])
  }

  /// Each item of a tensor in the shape of these items times its own factor.
  ///
  /// - Parameter factors: One for each item.
  func scaled(_ tensor: Tensor, by factors: Tensor) throws -> Tensor {
    try Tensor(shape: shape) { result in
      tensor.withUnsafeScalars { scalars in
        factors.withUnsafeScalars { factors in
          for item in 0..<count {
            let factor = factors[item]
            for index in range(of: item) { result[index] = factor * scalars[index] }
          }
        }
      }
    }
  }
}
