internal import CCombinatorialKernels
public import CombinatorialKernels

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
///     let two = UniformMatroid(elementCount: 4, rank: 2)
///     try MatroidBasis(two).solve([3, 1, 2, 5]).elements  // [1, 2]
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
public struct MatroidBasis<Oracle: Matroid>: ListProblem {
  /// The matroid.
  public var matroid: Oracle

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem over a matroid.
  public init(_ matroid: Oracle, maxThreads: Int? = nil) {
    (self.matroid, self.maxThreads) = (matroid, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no basis, a wrong count.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> MatroidBasisBatch<Oracle> {
    try shape.validate(costCount: costs.count, ofList: matroid.elementCount, kind: "element")
    return try MatroidBasisBatch(self, CostInput(costs), shape: shape)
  }
}

/// The solutions of a batch. Each is a ``MatroidBasisSolution``; the arrays of all are at hand too.
public struct MatroidBasisBatch<Oracle: Matroid>: SolvedBatch {
  /// `[batch]`: the elements of each basis in ascending order of cost, then of number.
  public private(set) var elements: [[Int]]

  package var results: BatchResults
  private let matroid: Oracle

  /// Solves every problem, from as many costs as there are elements: the kernel is the oracle.
  init(
    _ problem: MatroidBasis<Oracle>, _ costs: CostInput, shape: BatchShape
  ) throws(CombinatorialError) {
    let (matroid, count) = (problem.matroid, shape.columns)
    (results, self.matroid) = (BatchResults(shape), matroid)
    elements = .init(repeating: [], count: shape.batch)
    let run = BatchRun(count: shape.batch, workspaceSize: 1, maxThreads: problem.maxThreads)
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &elements
      ) { values, elements throws(KernelRefusal) in
        try run.forEachItem { item, _, fault in
          let costs = costs.doubles(item * count..<(item + 1) * count)
          if let refused = costs.firstIndex(where: { !($0 > -.infinity) }) {
            fault.column = refused
            return CL_STATUS_INVALID_COST
          }
          // Swift's sort is stable.
          let order = costs.indices.sorted { costs[$0] < costs[$1] }
          var basis: [Int] = []
          for element in order {
            if let stop = fault.stop, cl_is_stopped(stop) { return CL_STATUS_STOPPED }
            guard matroid.isIndependent(basis + [element]) else { continue }
            guard costs[element] < .infinity else { return CL_STATUS_INFEASIBLE }
            basis.append(element)
          }
          let value = Sums.rounded(basis.map { costs[$0] })
          values.from(item)?.pointee = value
          elements.from(item)?.pointee = basis
          return value.isFinite ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE
        }
      }
    } catch {
      throw CombinatorialError(
        error, costs: costs, shape: shape, size: "a matroid of \(count) elements")
    }
  }

  /// The elements of one problem's basis.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for element in elements[item] { body(element, 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> MatroidBasisSolution<Oracle> {
    MatroidBasisSolution(
      value: values[item], elements: elements[item], matroid: matroid,
      costs: results.costs(item))
  }
}

/// A basis of least weight.
public struct MatroidBasisSolution<Oracle: Matroid>: ExchangeSolution {
  /// z*: the sum of the costs of the elements, in their order; the nearest double to the exact sum where
  /// rounding makes more of the former than `elements * 2^-53` of it.
  public let value: Double
  /// The elements in ascending order of cost, then of number. This is the primal solution u*, hence
  /// dz*/dcosts: 1 at these, 0 elsewhere.
  public let elements: [Int]

  let matroid: Oracle
  let costs: CostMatrix

  private enum CodingKeys: CodingKey { case value, elements }

  /// Whether the same elements are a basis of least weight at the same costs: matroids are not compared.
  public static func == (a: Self, b: Self) -> Bool {
    (a.value, a.elements, a.costs) == (b.value, b.elements, b.costs)
  }

  /// dz*/dcosts, `[elements]`: 1 at the elements of the basis, 0 elsewhere.
  public var gradient: [Double] { indicator(of: elements, count: matroid.elementCount) }

  /// `[elements]`: what each element outside costs more than the dearest of the basis that it can replace;
  /// +infinity for those of the basis and those that can replace none. None is negative: the basis is optimal.
  ///
  /// Complexity: a question to the oracle for each element and each element of the basis, at each call.
  public var slacks: [Double] {
    let chosen = Set(elements)
    return (0..<matroid.elementCount).map { element in
      guard !chosen.contains(element) else { return .infinity }
      let place = elements.indices.last { place in
        var swapped = elements
        swapped[place] = element
        return matroid.isIndependent(swapped)
      }
      return place.map { costs[element] - costs[elements[$0]] } ?? .infinity
    }
  }

  /// Whether the elements are independent, and their costs were kept.
  public var isFeasible: Bool { costs.isKept && matroid.isIndependent(elements) }
}
