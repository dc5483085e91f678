internal import CombinatorialKernels

/// Which sets of elements are independent: an oracle that makes a problem of fixed rank solvable by the
/// greedy algorithm.
///
/// It must be a matroid: the empty set is independent, subsets of independent sets are, and if one
/// independent set has fewer elements than another, some element of the other can be added to it.
public protocol Matroid: Sendable {
  /// Elements are numbers `0 ..< elementCount`.
  var elementCount: Int { get }

  /// Whether a set of distinct elements is independent.
  func isIndependent(_ elements: [Int]) -> Bool
}

/// The minimum-weight basis of a matroid: a problem of fixed rank.
///
///     z* = min over bases of the sum of the costs of their elements
///
/// Costs may be any numbers. `+infinity` forbids an element, and the problem is infeasible if no basis
/// does without. NaN and -infinity are refused, and so is a value beyond the largest double. Costs are
/// compared, never added: the basis is exact whatever their magnitudes. The proof needs the oracle alone: no element outside of
/// the basis can replace a dearer one, see ``MatroidBasisSolution/largestViolation``.
///
/// Ties: elements with equal costs count in ascending order, which leaves one basis.
///
/// Complexity: O(n log n) time and one question to the oracle for each of the n elements.
///
/// J. Edmonds, Matroids and the greedy algorithm, Math. Programming 1 (1971), doi:10.1007/BF01584082.
public struct MatroidBasis<Oracle: Matroid>: Sendable {
  /// The matroid.
  public var matroid: Oracle

  /// A problem over a matroid.
  public init(_ matroid: Oracle) { self.matroid = matroid }

  /// Solves the problem.
  ///
  /// - Parameter costs: `[elements]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no basis, a wrong count.
  public func solve(_ costs: [Float]) throws(CombinatorialError) -> MatroidBasisSolution<Oracle> {
    try solve(costs.map(Double.init))
  }

  /// Solves the problem in double precision.
  ///
  /// - Parameter costs: `[elements]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no basis, a wrong count.
  public func solve(_ costs: [Double]) throws(CombinatorialError) -> MatroidBasisSolution<Oracle> {
    try checkCosts(costs.count, equal: matroid.elementCount, kind: "element")
    if let refused = costs.firstIndex(where: { !($0 > -.infinity) }) {
      throw .invalidCostAt(batch: 0, position: refused, value: costs[refused])
    }
    // Swift's sort is stable.
    let order = costs.indices.sorted { costs[$0] < costs[$1] }
    var basis: [Int] = []
    for element in order where matroid.isIndependent(basis + [element]) {
      guard costs[element] < .infinity else { throw .infeasible(batch: 0) }
      basis.append(element)
    }
    let value = Sums.rounded(basis.map { costs[$0] })
    guard value.isFinite else { throw .valueOutOfRange(batch: 0) }
    return MatroidBasisSolution(matroid: matroid, costs: costs, elements: basis, value: value)
  }
}

/// A basis of least weight.
public struct MatroidBasisSolution<Oracle: Matroid>: Sendable {
  /// z*: the sum of the costs of the elements, in their order; the nearest double to the exact sum where
  /// rounding makes more of the former than `elements * 2^-53` of it.
  public let value: Double
  /// The elements in ascending order of cost, then of number. This is the primal solution u*, hence
  /// dz*/dcosts: 1 at these, 0 elsewhere.
  public let elements: [Int]

  private let matroid: Oracle
  private let costs: [Double]

  init(matroid: Oracle, costs: [Double], elements: [Int], value: Double) {
    self.matroid = matroid
    self.costs = costs
    self.elements = elements
    self.value = value
  }

  /// The most by which an element outside is cheaper than one that it can replace. 0: the basis is
  /// optimal. Exact: costs are compared, not added.
  ///
  /// Complexity: a question to the oracle for each element and each element of the basis, at each call.
  public var largestViolation: Double {
    let chosen = Set(elements)
    var violation = 0.0
    for element in costs.indices where !chosen.contains(element) {
      for place in elements.indices where costs[elements[place]] - costs[element] > violation {
        var swapped = elements
        swapped[place] = element
        if matroid.isIndependent(swapped) {
          violation = costs[elements[place]] - costs[element]
        }
      }
    }
    return violation
  }
}
