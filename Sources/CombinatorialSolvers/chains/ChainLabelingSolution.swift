internal import CombinatorialKernels

/// A cheapest labeling, and the costs up to each label that prove it.
public struct ChainLabelingSolution: OptimalSolution {
  /// z*: the sum over the labels and the steps, from the first on; the nearest double to the exact sum where
  /// rounding makes more of the former than `positions * 2^-52` of it.
  public let value: Double
  /// `[positions]`: the label of each. The primal solution u*, hence the gradient, is 1 at the costs of
  /// these labels and of the steps between them, 0 elsewhere.
  public let labels: [Int32]
  /// `[positions, labels]`: the dual solution: the least cost up to and with each label. A potential is at
  /// most that of any label before plus the costs of the step and of its own label, with equality on the
  /// way to it; the least one of the last position is z*. They are of the element type of the costs; those
  /// that exact arithmetic found are the nearest, infinite beyond its range. Empty if the problem was solved
  /// in place.
  public let potentials: [Double]

  let costs: ChainCosts

  private enum CodingKeys: CodingKey { case value, labels, potentials }

  /// dz*/dunary, `[positions, labels]`; where the costs of labels and steps came together, by all of them:
  /// `[positions, 1 + labels, labels]`.
  public var gradient: [Double] {
    var gradient = [Double](repeating: 0, count: labels.count * costs.layout.unaryStrides.position)
    forEachStep { position, label, before in
      gradient[costs.layout.unary(position, label)] = 1
      guard let before, costs.layout.firstStep > 0 else { return }
      gradient[costs.layout.step(into: position, from: before, to: label)] = 1
    }
    return gradient
  }

  /// dz*/dsteps: `[labels, labels]`, the number of times that each step is taken, where all steps share
  /// their costs; `[positions - 1, labels, labels]` else.
  public var stepGradient: [Double] {
    let layout = costs.layout
    let matrix = layout.labels * layout.labels
    let isShared = layout.stepStrides.position == 0
    var gradient = [Double](
      repeating: 0, count: isShared ? matrix : max(0, labels.count - 1) * matrix)
    forEachStep { position, label, before in
      guard let before else { return }
      gradient[(isShared ? 0 : position - 1) * matrix + before * layout.labels + label] += 1
    }
    return gradient
  }

  /// How far the value is from the dual objective, the least potential of the last position, and from being
  /// proved by it: added to it is what the potentials violate beyond what rounding makes of them, 2^-50 of
  /// the magnitudes of the potential and of the costs between (2^-21 with costs of floats). 0 up to rounding,
  /// and the labeling is optimal.
  ///
  /// Complexity: O(positions labels^2), at each call.
  public var dualityGap: Double {
    guard costs.isKept, !potentials.isEmpty || labels.isEmpty else { return .infinity }
    var gap = abs(value - (potentials.suffix(costs.layout.labels).min() ?? 0))
    forEachExcess { excess, size, _, _ in gap += max(0, excess - 4 * costs.rounding * size) }
    return gap
  }

  /// How far the potentials are from a proof: the most by which one exceeds that of a label before plus
  /// the costs between, or differs from it along the labeling. 0 up to the rounding of the potentials.
  ///
  /// Complexity: O(positions labels^2), at each call.
  public var largestViolation: Double {
    var violation = 0.0
    forEachExcess { excess, _, cell, before in
      violation = max(violation, isChosen(cell, before) ? abs(excess) : excess)
    }
    return violation
  }

  /// Whether this is the only cheapest labeling: no other label before offers a label its cost, and none of the
  /// last position costs as little.
  ///
  /// Costs that rounding cannot tell apart, by the greatest of the sums, count as equal: so `true` is certain, and
  /// `false` is not. Complexity: O(positions labels^2), at each call.
  public var isUnique: Bool {
    guard !labels.isEmpty else { return true }
    let count = costs.layout.labels
    guard costs.isKept, potentials.allSatisfy({ $0 > -.infinity }) else { return false }
    var (greatest, excess) = (0.0, Double.infinity)
    for (label, cost) in potentials.suffix(count).enumerated() where label != labels.last ?? 0 {
      excess = min(excess, cost - value)
    }
    forEachExcess { above, size, cell, before in
      greatest = max(greatest, size)
      guard labels[cell / count] == cell % count, !isChosen(cell, before) else { return }
      excess = min(excess, -above)
    }
    return excess > 4 * Double(labels.count) * costs.rounding * greatest
  }

  /// Whether the labeling comes to the label of a cell from that before.
  private func isChosen(_ cell: Int, _ before: Int?) -> Bool {
    let (position, label) = cell.quotientAndRemainder(dividingBy: costs.layout.labels)
    return labels[position] == label && before.map { labels[position - 1] == $0 } ?? true
  }

  /// The positions in order, each with its label and that of the position before.
  private func forEachStep(_ body: (_ position: Int, _ label: Int, _ before: Int?) -> Void) {
    for (position, label) in labels.enumerated() {
      body(position, Int(label), position > 0 ? Int(labels[position - 1]) : nil)
    }
  }

  /// By how much each potential exceeds that of a label before plus the costs between, the sum of the
  /// magnitudes of those, the cell of the potential and the label before; where all are finite.
  private func forEachExcess(
    _ body: (_ excess: Double, _ size: Double, _ cell: Int, _ before: Int?) -> Void
  ) {
    let count = costs.layout.labels
    for cell in potentials.indices where potentials[cell].isFinite {
      let (position, label) = (cell / count, cell % count)
      let own = costs.unary(position, label)
      guard position > 0 else {
        body(abs(potentials[cell] - own), 0, cell, nil)
        continue
      }
      for from in 0..<count {
        let step = costs.step(into: position, from: from, to: label)
        let before = potentials[cell - label - count + from]
        let offer = before + step + own
        guard offer.isFinite else { continue }
        body(potentials[cell] - offer, abs(before) + abs(step) + abs(own), cell, from)
      }
    }
  }
}

/// The costs of one chain of a batch.
struct ChainCosts: Sendable, Equatable {
  let layout: ChainLayout
  let item: Int
  let unary: CostStorage
  /// Those of labels, if the costs lie together.
  let steps: CostStorage

  /// Whether there are costs to prove anything with.
  var isKept: Bool { if case .none = unary { false } else { true } }

  /// Twice the rounding unit of the element type.
  var rounding: Double { if case .float = unary { 0x1p-23 } else { .ulpOfOne } }

  func unary(_ position: Int, _ label: Int) -> Double {
    unary[item * layout.unaryStrides.problem + layout.unary(position, label)]
  }

  func step(into position: Int, from before: Int, to label: Int) -> Double {
    let place = layout.step(into: position, from: before, to: label)
    return steps[item * layout.stepStrides.problem + place]
  }

  /// The same numbers, of whichever type.
  static func == (a: ChainCosts, b: ChainCosts) -> Bool {
    let (length, labels) = (a.layout.lengths[a.item], a.layout.labels)
    guard (length, labels, a.isKept) == (b.layout.lengths[b.item], b.layout.labels, b.isKept) else {
      return false
    }
    return !a.isKept
      || (0..<Int(length)).allSatisfy { position in
        (0..<labels).allSatisfy { label in
          a.unary(position, label) == b.unary(position, label)
            && (position == 0
              || (0..<labels).allSatisfy {
                a.step(into: position, from: $0, to: label)
                  == b.step(into: position, from: $0, to: label)
              })
        }
      }
  }
}
