internal import CombinatorialFiles
package import CombinatorialSolvers

/// A weighted graph in a DIMACS format.
///
///     p sp NODES ARCS      a TAIL HEAD LENGTH      shortest paths (ninth challenge)
///     p edge NODES EDGES   e NODE NODE [WEIGHT]    undirected graphs; without a weight 1
///     p max NODES ARCS     a TAIL HEAD CAPACITY    maximum flow (first challenge)
///     p min NODES ARCS     a TAIL HEAD LOWER CAPACITY COST    minimum-cost flow (first challenge)
///
/// with `n NODE s` and `n NODE t` for the source and the sink, where there are such, and `n NODE SUPPLY` for
/// what enters a minimum-cost flow at a node, or with a minus leaves it. Undirected graphs may
/// be called `p col` too, and say more about their nodes that is passed over: `n NODE VALUE`, and the `d`,
/// `v` and `x` lines of geometric graphs. Nodes count from 1 in the file and from 0 here. Weights are any
/// numbers; `inf` is allowed.
package struct DIMACSGraph: Sendable {
  /// The problem of the `p` line.
  package enum Problem: String, CaseIterable {
    case shortestPath = "sp"
    case edges = "edge"
    case maximumFlow = "max"
    case minimumCostFlow = "min"

    /// What `p` lines call it.
    var names: [String] { self == .edges ? ["edge", "col"] : [rawValue] }

    /// The letter of a line with an arc or edge.
    var letter: StaticString { self == .edges ? "e" : "a" }

    var arcForm: String {
      switch self {
      case .shortestPath: "'a TAIL HEAD LENGTH' with a number or inf as the length"
      case .edges: "'e NODE NODE [WEIGHT]' with a number or inf as the weight"
      case .maximumFlow:
        "'a TAIL HEAD CAPACITY' with a number of at least 0 or inf as the capacity"
      case .minimumCostFlow:
        "'a TAIL HEAD LOWER CAPACITY COST' with 0 <= LOWER <= CAPACITY, and inf as a capacity or a cost"
      }
    }

    var nodeForm: String {
      switch self {
      case .shortestPath, .maximumFlow: "'n NODE s' or 'n NODE t'"
      case .edges: "'n NODE VALUE'"
      case .minimumCostFlow: "'n NODE SUPPLY', each node once"
      }
    }

    /// The words of a line with an arc.
    var arcWordCount: Int { self == .minimumCostFlow ? 6 : 4 }
  }

  package let file: String
  package let nodes: Int
  package private(set) var tails: [Int] = []
  package private(set) var heads: [Int] = []
  package private(set) var weights: [Double] = []
  /// The least and the greatest flow of each arc, of a minimum-cost flow.
  package private(set) var bounds: [(lower: Double, capacity: Double)] = []
  /// What enters the flow at each node, of a minimum-cost flow.
  package private(set) var supplies: [Double] = []
  private var namedNodes: Set<Int> = []
  /// The node of the `n … s` line.
  package private(set) var source: Int?
  /// The node of the `n … t` line.
  package private(set) var sink: Int?

  /// A graph without arcs may still claim any number of nodes, and answers have a number for each.
  private static let maximumNodesWithoutArcs = 1 << 24

  /// The fewest bytes that an arc takes.
  private static let leastArcLength = "e 1 1\n".utf8.count

  /// The arcs as solvers take them.
  package func directed() throws(CombinatorialError) -> DirectedGraph {
    try DirectedGraph(nodeCount: nodes, arcs: zip(tails, heads).map { ($0, $1) })
  }

  /// Reads a file, or standard input for `-`, that holds a problem of a certain kind.
  ///
  /// - Throws: ``DIMACSError``, which names the file, the line and the reason.
  package init(path: String, problem: Problem) throws(DIMACSError) {
    try self.init(DIMACSLines(path: path), problem: problem)
  }

  init(_ lines: DIMACSLines, problem: Problem) throws(DIMACSError) {
    self = try lines.bytes.withUnsafeBufferPointer { text throws(DIMACSError) in
      var reader = try DIMACSReader(text, file: lines.file)
      return try DIMACSGraph(
        &reader, problem: problem, file: lines.file, size: text.count)
    }
  }

  private init(
    _ reader: inout DIMACSReader, problem: Problem, file: String, size: Int
  ) throws(DIMACSError) {
    self.file = file
    let form = "'p \(problem.rawValue) NODES \(problem == .edges ? "EDGES" : "ARCS")'"
    guard reader.next() else { throw reader.endError(expected: form) }
    guard reader.word(0, is: "p"), reader.wordCount == 4,
      problem.names.contains(reader.keyword(1))
    else { throw reader.error(expected: form) }
    nodes = try reader.count(at: 2, form: form)
    let arcs = try reader.count(at: 3, form: form)
    guard nodes <= Self.maximumNodesWithoutArcs + 2 * arcs else {
      throw reader.error(expected: "at most \(Self.maximumNodesWithoutArcs) nodes without arcs")
    }
    if problem == .minimumCostFlow { supplies = .init(repeating: 0, count: nodes) }
    // What a file claims to have takes memory only where it is there.
    let capacity = min(arcs, size / Self.leastArcLength)
    tails.reserveCapacity(capacity)
    heads.reserveCapacity(capacity)
    weights.reserveCapacity(capacity)
    let header = reader.number
    if problem == .minimumCostFlow { bounds.reserveCapacity(capacity) }
    while true {
      // Nearly all lines; what is wrong with one is found, and told, as of any other.
      if tails.count < arcs, let line = reader.plainLine(problem.letter), add(line, of: problem) {
        reader.pass(line)
        continue
      }
      guard reader.next() else { break }
      if reader.word(0, is: problem.letter) {
        guard tails.count < arcs else {
          throw reader.error(expected: "no more than the \(arcs) arcs of line \(header)")
        }
        try readArc(reader, of: problem)
      } else {
        try readOther(reader, of: problem)
      }
    }
    guard tails.count == arcs else {
      throw reader.endError(
        expected: "the \(arcs) arcs of line \(header) after \(tails.count)")
    }
  }

  /// Adds an arc; false if it is none.
  private mutating func add(_ line: PlainLine, of problem: Problem) -> Bool {
    let isBare = problem == .edges && line.count == 0
    guard isBare || line.count == problem.arcWordCount - 3,
      min(line.first, line.second) >= 1, max(line.first, line.second) <= nodes
    else { return false }
    let weight = isBare ? 1 : line.numbers[line.count - 1]
    guard problem != .maximumFlow || weight >= 0 else { return false }
    if problem == .minimumCostFlow {
      let (lower, capacity) = (line.numbers[0], line.numbers[1])
      guard lower >= 0, lower <= capacity else { return false }
      bounds.append((lower, capacity))
    }
    tails.append(line.first - 1)
    heads.append(line.second - 1)
    weights.append(weight)
    return true
  }

  private mutating func readOther(
    _ reader: DIMACSReader, of problem: Problem
  ) throws(DIMACSError) {
    let isGeometry = ["d", "v", "x"].contains(reader.keyword(0))
    if problem == .edges, isGeometry { return }
    guard reader.word(0, is: "n") else {
      throw reader.error(expected: "\(problem.arcForm), or \(problem.nodeForm)")
    }
    try readNode(reader, of: problem)
  }

  private mutating func readNode(
    _ reader: DIMACSReader, of problem: Problem
  ) throws(DIMACSError) {
    guard reader.wordCount == 3 else { throw reader.error(expected: problem.nodeForm) }
    let node = try reader.node(at: 1, nodes: nodes, form: problem.nodeForm)
    if problem == .edges {
      _ = try reader.weight(at: 2, form: problem.nodeForm)
    } else if problem == .minimumCostFlow {
      supplies[node] = try reader.weight(at: 2, form: problem.nodeForm)
      guard supplies[node].isFinite, namedNodes.insert(node).inserted else {
        throw reader.error(expected: problem.nodeForm)
      }
    } else if reader.word(2, is: "s") {
      guard source == nil else { throw reader.error(expected: "one source") }
      source = node
    } else if reader.word(2, is: "t") {
      guard sink == nil else { throw reader.error(expected: "one sink") }
      sink = node
    } else {
      throw reader.error(expected: problem.nodeForm)
    }
  }

  private mutating func readArc(
    _ reader: DIMACSReader, of problem: Problem
  ) throws(DIMACSError) {
    let form = problem.arcForm
    let isBare = problem == .edges && reader.wordCount == 3
    guard isBare || reader.wordCount == problem.arcWordCount else {
      throw reader.error(expected: form)
    }
    tails.append(try reader.node(at: 1, nodes: nodes, form: form))
    heads.append(try reader.node(at: 2, nodes: nodes, form: form))
    let weight = isBare ? 1 : try reader.weight(at: problem.arcWordCount - 1, form: form)
    guard problem != .maximumFlow || weight >= 0 else { throw reader.error(expected: form) }
    weights.append(weight)
    guard problem == .minimumCostFlow else { return }
    let (lower, capacity) = (
      try reader.weight(at: 3, form: form), try reader.weight(at: 4, form: form)
    )
    guard lower >= 0, lower <= capacity, lower.isFinite else { throw reader.error(expected: form) }
    bounds.append((lower, capacity))
  }
}
