import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor
import ProblemFiles

/// A problem kind that is timed on arrays from files.
///
/// A new kind adds a case here and a function in `PreparedProblem`.
enum ProblemKind: String, CaseIterable {
  /// `[rows, columns]` or `[batch, rows, columns]` costs, and for a ragged batch the rows and the columns `[batch]`
  /// that each problem uses; gives values and the column of each row.
  case assignment
  /// `[batch, rows, columns]` costs; gives values and their gradient by the costs, with gap factor 1.5.
  case alignment
  /// Sequences `[rows]` and `[columns]` of letters, costs `[letters, letters]` and the price `[1]` of a gap; gives the
  /// value and how often each pair of letters is matched.
  case letterAlignment = "letter-alignment"
  /// `[rows, classes]` logits and a label for each row; gives the mean loss and its gradient.
  case crossEntropy = "cross-entropy"
  /// `[bags, size, classes]` logits, `[bags, size]` labels and a cotangent of the costs; gives the costs
  /// `[bags, size, size]` and the gradient by the logits.
  case bagCosts = "bag-costs"
  /// `[bags, size, classes]` logits and `[bags, size]` labels; gives the value of each bag and the
  /// gradient of their mean by the logits.
  case bagLoss = "bag-loss"
  /// `[batch, rows, columns]` costs, `[batch, rows]` supply and `[batch, columns]` demand; gives values.
  case transport
  /// The same, a temperature and a tolerance; gives the cost of each entropic plan.
  case sinkhorn
  /// `[batch, rows, columns]` costs and `[columns]` capacities; gives values.
  case semiAssignment = "semi-assignment"
  /// `[entries]` costs, `[rows + 1]` offsets, `[entries]` columns and their number; gives the value.
  case sparseAssignment = "sparse-assignment"
  /// `[batch, rows, columns]` costs and prices `[rows]` and `[columns]` of unmatched ones; gives values.
  case pricedMatching = "priced-matching"
  /// `[batch, rows, columns]` costs; gives values.
  case bottleneckAssignment = "bottleneck-assignment"
  /// The same and how many; gives the values of the best assignments, one problem after the other.
  case bestAssignments = "best-assignments"
  /// `[batch, rows, columns]` costs of cells, and 4 or 8 neighbors; gives values.
  case gridPath = "grid-path"
  /// `[edges]` costs and `[edges, 2]` nodes; gives the value.
  case spanningTree = "spanning-tree"
  /// `[arcs]` costs, `[arcs, 2]` nodes and `[2]` source and target; gives the value.
  case shortestPath = "shortest-path"
  /// `[arcs]` costs, `[arcs, 2]` nodes and `[1]` the root; gives the value.
  case arborescence
  /// `[arcs]` capacities, `[arcs, 2]` nodes and `[2]` source and sink; gives the value.
  case maximumFlow = "maximum-flow"
  /// `[arcs]` costs, `[arcs, 2]` nodes, `[arcs]` capacities and `[nodes]` supplies; gives the value.
  case minimumCostFlow = "minimum-cost-flow"
  /// `[batch, 2 + neighbors, rows, columns]` costs; gives values and 1 on the source's side.
  case gridCut = "grid-cut"
  /// Images, labels, extents and parameters; gives the first step's loss and the parameters after it.
  case residualNetwork = "residual-network"
  /// Tokens, labels, extents and parameters; likewise.
  case lstm, gru
  /// Features, costs, parameters, orders and settings of a training by decisions: see `decisions`; gives the
  /// normalized regret after an epoch and the parameters.
  case pathDecisions = "path-decisions"
  /// Likewise.
  case knapsackDecisions = "knapsack-decisions"

  /// The kinds that one array describes.
  static let ofOneArray: [ProblemKind] = [.assignment]

  /// The kind that a file `PROBLEM-anything.npy` is named after.
  init(fileName: String) throws {
    let kind = Self.ofOneArray.first { fileName.hasPrefix("\($0.rawValue)-") }
    guard let kind else {
      throw BenchmarksError.badInstance(
        file: fileName,
        reason: "expected PROBLEM-anything.npy, PROBLEM one of "
          + Self.ofOneArray.map(\.rawValue).joined(separator: ", "))
    }
    self = kind
  }

  /// Checks the arrays and gets a problem ready to be solved again and again.
  ///
  /// - Parameters:
  ///   - inputs: the arrays, in the order of the kind.
  ///   - threads: the most threads a run may use.
  func prepared(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    switch self {
    case .assignment: try .assignment(inputs, threads: threads)
    case .alignment: try .alignment(inputs, threads: threads)
    case .letterAlignment: try .letterAlignment(inputs)
    case .crossEntropy: try .crossEntropy(inputs, threads: threads)
    case .bagCosts: try .bagCosts(inputs, threads: threads)
    case .bagLoss: try .bagLoss(inputs, threads: threads)
    case .transport: try .transport(inputs, threads: threads)
    case .sinkhorn: try .sinkhorn(inputs, threads: threads)
    case .semiAssignment: try .semiAssignment(inputs)
    case .sparseAssignment: try .sparseAssignment(inputs)
    case .pricedMatching: try .pricedMatching(inputs)
    case .bottleneckAssignment: try .bottleneckAssignment(inputs)
    case .bestAssignments: try .bestAssignments(inputs)
    case .gridPath: try .gridPath(inputs, threads: threads)
    case .spanningTree: try .spanningTree(inputs)
    case .shortestPath: try .shortestPath(inputs)
    case .arborescence: try .arborescence(inputs)
    case .maximumFlow: try .maximumFlow(inputs)
    case .minimumCostFlow: try .minimumCostFlow(inputs)
    case .gridCut: try .gridCut(inputs, threads: threads)
    case .residualNetwork: try .residualNetwork(inputs, threads: threads)
    case .lstm: try .encoderDecoder(.lstm, inputs, threads: threads)
    case .pathDecisions: try .decisions(inputs, about: .shortestPath)
    case .knapsackDecisions: try .decisions(inputs, about: .knapsack)
    case .gru: try .encoderDecoder(.gru, inputs, threads: threads)
    }
  }
}

/// Work on given arrays that can be repeated.
struct PreparedProblem {
  /// Problems that one run solves.
  let instances: Int
  let run: () throws -> Void
  /// Throws if the latest run's result is wrong, as far as it proves itself.
  let check: () throws -> Void
  /// The latest run's result.
  let results: () throws -> [NumPyArray]
}

extension PreparedProblem {
  static func assignment(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    guard [1, 3].contains(inputs.count), [2, 3].contains(inputs[0].shape.count),
      !inputs[0].shape.contains(0)
    else {
      throw BenchmarksError.expected(
        "one array [rows, columns] or [batch, rows, columns] without empty axes, "
          + "or the latter with the rows and columns [batch] in use", found: inputs)
    }
    let extents = ([1] + inputs[0].shape).suffix(3).map { $0 }
    let counts = inputs.dropFirst().map { $0.numbers.map { Int($0) } }
    let shape = BatchShape(
      batch: extents[0], rows: extents[1], columns: extents[2], rowCounts: counts.first,
      columnCounts: counts.last)
    return switch inputs[0].elements {
    case .float(let costs):
      assignment(AssignmentProblems(shape: shape, costs: costs), threads: threads)
    case .double(let costs):
      assignment(AssignmentProblems(shape: shape, costs: costs), threads: threads)
    }
  }

  private static func assignment<Scalar>(
    _ problems: AssignmentProblems<Scalar>, threads: Int
  ) -> PreparedProblem {
    let outcome = Outcome<AssignmentBatch>()
    let solver = Assignment(maxThreads: threads)
    return PreparedProblem(
      instances: problems.shape.batch,
      run: {
        outcome.value = try solver.solve(sharing: problems.costs, shape: problems.shape)
      },
      check: { if let output = outcome.value { try problems.checkOptimality(of: output) } },
      results: {
        guard let output = outcome.value else { return [] }
        return [
          try NumPyArray(shape: [output.values.count], elements: .double(output.values)),
          try NumPyArray(
            shape: [problems.shape.batch, problems.shape.rows],
            elements: .double(output.columnOfRow.map(Double.init))),
        ]
      })
  }
}

extension NumPyArray {
  /// The elements as doubles.
  var numbers: [Double] {
    switch elements {
    case .float(let numbers): numbers.map(Double.init)
    case .double(let numbers): numbers
    }
  }
}
