/// A projection of each problem's costs, for ``IdentityGradient``.
///
/// Forbidden costs, +infinity, take no part in means and norms, stay as they are and get no gradient.
///
/// S. Sahoo et al., Backpropagation through combinatorial algorithms: identity with projection works,
/// ICLR 2023, arXiv:2205.15213.
public enum CostProjection: String, Sendable, Hashable, CaseIterable {
  /// P(c) = c.
  case none
  /// P(c) = c - mean(c), onto the hyperplane. For problems in which every solution has the same sum:
  /// assignment of all rows, spanning tree, k items; not for shortest paths, nor with an unmatched cost.
  case zeroMean
  /// P(c) = c / |c|, onto the sphere: the scale of the costs gets no gradient. For every problem whose
  /// objective is c.u alone; not with an unmatched cost. Costs of 0 are left as they are.
  case unitNorm
  /// ``zeroMean``, then ``unitNorm``.
  case zeroMeanUnitNorm

  private var subtractsMean: Bool { self == .zeroMean || self == .zeroMeanUnitNorm }
  private var divides: Bool { self == .unitNorm || self == .zeroMeanUnitNorm }

  /// P(c), differentiable.
  ///
  /// The pullback for w = c - mean(c), p = w / |w| takes g to h = (g - p (p.g)) / |w|, then to
  /// h - mean(h); each step only where the projection has it.
  func project(_ costs: Tensor, items: BatchedItems) throws -> Tensor {
    var norms: [Double] = []
    let projected = try Tensor(shape: items.shape) { projected in
      costs.withUnsafeScalars { costs in
        for item in 0..<items.count {
          let range = items.range(of: item)
          norms.append(
            project(.init(rebasing: costs[range]), into: .init(rebasing: projected[range])))
        }
      }
    }
    let (point, scales) = (projected.detached, norms)
    return Tensor.recorded("projection", inputs: [costs], output: projected) { cotangent in
      let gradient = try Tensor(shape: items.shape) { gradient in
        point.withUnsafeScalars { point in
          cotangent.withUnsafeScalars { cotangent in
            for item in 0..<items.count {
              let range = items.range(of: item)
              pullBack(
                .init(rebasing: cotangent[range]), at: .init(rebasing: point[range]),
                norm: scales[item], into: .init(rebasing: gradient[range]))
            }
          }
        }
      }
      return [gradient]
    }
  }

  /// Writes P(c) of one item; returns what it divided by.
  private func project(
    _ costs: UnsafeBufferPointer<Float>, into projected: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let finite = costs.indices.filter { costs[$0].isFinite }
    let sum = finite.reduce(0.0) { $0 + Double(costs[$1]) }
    let mean = subtractsMean && !finite.isEmpty ? sum / Double(finite.count) : 0
    let squares = finite.reduce(0.0) { sum, index in
      let centered = Double(costs[index]) - mean
      return sum + centered * centered
    }
    let largest = finite.reduce(0.0) { max($0, Double(abs(costs[$1]))) }
    // Costs of 0 have no direction, nor have equal costs about a mean that is rounded.
    let hasDirection = squares.squareRoot() > largest * 0x1p-30
    let norm = divides && hasDirection ? squares.squareRoot() : 1
    _ = projected.update(fromContentsOf: costs)
    for index in finite { projected[index] = Float((Double(costs[index]) - mean) / norm) }
    return norm
  }

  private func pullBack(
    _ cotangent: UnsafeBufferPointer<Float>, at point: UnsafeBufferPointer<Float>, norm: Double,
    into gradient: UnsafeMutableBufferPointer<Float>
  ) {
    let finite = point.indices.filter { point[$0].isFinite }
    let along = divides ? finite.reduce(0.0) { $0 + Double(point[$1]) * Double(cotangent[$1]) } : 0
    func tangential(_ index: Int) -> Double {
      (Double(cotangent[index]) - Double(point[index]) * along) / norm
    }
    let mean =
      subtractsMean && !finite.isEmpty
      ? finite.reduce(0.0) { $0 + tangential($1) } / Double(finite.count) : 0
    gradient.update(repeating: 0)
    for index in finite { gradient[index] = Float(tangential(index) - mean) }
  }
}
