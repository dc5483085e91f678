internal import CombinatorialKernels

/// The minimum spanning arborescence of a directed graph: the cheapest arcs by which a root reaches every
/// node, each other node by one arc into it.
///
///     z* = min over arborescences of the sum of the costs of their arcs
///
/// Costs may be any numbers. `+infinity` forbids an arc. NaN and -infinity are refused. A node out of reach
/// makes the problem infeasible.
///
/// Every solution comes with duals of sets of nodes that prove it: see
/// ``SpanningArborescenceSolution/duals``.
///
/// No other arborescence costs less by more than `nodes * 2^-52` of the sum of the magnitudes of its arcs,
/// whatever the magnitudes of the costs: where they cancel, and rounding could hide which one is cheapest,
/// the problem is solved in exact arithmetic. A value beyond the largest double is an error.
///
/// Ties: each node, and each cycle that was contracted, takes the cheapest arc into it, of equal ones the
/// first that is given; the search starts at the nodes in ascending order.
///
/// Complexity: O(m log n) time for n nodes and m arcs; in exact arithmetic O(n m) sums of 2 to 34 words.
///
/// J. Edmonds, J. Res. NBS 71B (1967), doi:10.6028/jres.071B.032; H. N. Gabow, Z. Galil, T. Spencer,
/// R. E. Tarjan, Combinatorica 6 (1986), doi:10.1007/BF02579168.
public struct SpanningArborescence: Sendable, Hashable {
  /// The graph.
  public var graph: DirectedGraph
  /// The node that reaches all others.
  public var root: Int

  /// A problem on a graph.
  public init(_ graph: DirectedGraph, root: Int) {
    self.graph = graph
    self.root = root
  }

  /// Solves the problem.
  ///
  /// - Parameter costs: `[arcs]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no arborescence, a wrong count or root.
  public func solve(_ costs: [Float]) throws(CombinatorialError) -> SpanningArborescenceSolution {
    try solve(costs.map(Double.init))
  }

  /// Solves the problem in double precision.
  ///
  /// - Parameter costs: `[arcs]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no arborescence, a wrong count or root.
  public func solve(_ costs: [Double]) throws(CombinatorialError) -> SpanningArborescenceSolution {
    try graph.check(costCount: costs.count, nodes: ["root": root])
    do throws(SpanningFailure) {
      let output = try SpanningTreeKernel.arborescence(
        costs, nodeCount: graph.nodeCount, ends: graph.ends, root: root)
      return SpanningArborescenceSolution(problem: self, costs: costs, output: output)
    } catch {
      throw CombinatorialError(error, nodeCount: graph.nodeCount) { costs[$0] }
    }
  }
}

/// A minimum spanning arborescence, and the duals that prove it.
public struct SpanningArborescenceSolution: Sendable {
  /// z*: the sum of the costs of the arcs, in the order of the nodes that they enter.
  public let value: Double
  /// `[nodes]`: the arc into each node, -1 for the root.
  public let arcInto: [Int]
  /// `[sets]`: the dual solution. Sets `0 ..< nodes` are the single nodes, the others cycles of sets that
  /// were contracted. Those of the latter are at least 0; that of the root is 0. On every arc the sum over
  /// the sets that it enters, those with its head but not its tail, is at most its cost, with equality on
  /// the arborescence. All together they are z*. They are rounded, and infinite beyond the range of double.
  public let duals: [Double]
  /// `[sets]`: the set that each was contracted into, -1 for none.
  public let parents: [Int]

  private let problem: SpanningArborescence
  private let costs: [Double]

  init(problem: SpanningArborescence, costs: [Double], output: ArborescenceOutput) {
    self.problem = problem
    self.costs = costs
    value = output.value
    arcInto = output.arcInto.map(Int.init)
    duals = output.duals
    parents = output.parents.map(Int.init)
  }

  /// The arcs in ascending order. This is the primal solution u*, hence dz*/dcosts: 1 at these, 0
  /// elsewhere.
  public var arcs: [Int] { arcInto.filter { $0 >= 0 }.sorted() }

  /// What the arborescence costs more than the duals of its sets prove, 0 up to rounding: no other costs
  /// less by more. Computed in exact arithmetic, with the greatest duals that the sets allow, so that
  /// magnitudes far apart hide nothing.
  ///
  /// Complexity: O(arcs * depth of the sets), at each call.
  public var dualityGap: Double {
    let graph = problem.graph
    guard graph.nodeCount > 0 else { return 0 }
    return SpanningTreeKernel.arborescenceGap(
      costs, nodeCount: graph.nodeCount, ends: graph.ends, root: problem.root,
      arcInto: arcInto.map(Int32.init), parents: parents.map(Int32.init))
  }

  /// How far the duals are from a proof: the most by which those of the sets that an arc enters exceed its
  /// cost, or differ from it in the arborescence, or by which that of a contracted set is below 0. 0 up to
  /// the rounding of the duals.
  ///
  /// Complexity: O(arcs * depth of the sets), at each call.
  public var largestViolation: Double {
    let graph = problem.graph
    let chosen = Set(arcs)
    var violation = duals[graph.nodeCount...].reduce(0) { max($0, -$1) }
    for (arc, cost) in costs.enumerated() where cost < .infinity {
      let (tail, head) = (Int(graph.tails[arc]), Int(graph.heads[arc]))
      guard tail != head, head != problem.root else { continue }
      let excess = dualsEntered(from: tail, to: head) - cost
      violation = max(violation, chosen.contains(arc) ? abs(excess) : excess)
    }
    return violation
  }

  /// The sum over the sets that hold the head but not the tail.
  private func dualsEntered(from tail: Int, to head: Int) -> Double {
    var around: Set<Int> = []
    var set = tail
    while set >= 0 {
      around.insert(set)
      set = parents[set]
    }
    var sum = 0.0
    set = head
    while set >= 0, !around.contains(set) {
      sum += duals[set]
      set = parents[set]
    }
    return sum
  }
}
