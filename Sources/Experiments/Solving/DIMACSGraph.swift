/// A weighted graph in a DIMACS format.
///
///     p sp NODES ARCS      a TAIL HEAD LENGTH      shortest paths (ninth challenge)
///     p edge NODES EDGES   e NODE NODE [WEIGHT]    undirected graphs; without a weight 1
///     p max NODES ARCS     a TAIL HEAD CAPACITY    maximum flow (first challenge)
///
/// with `n NODE s` and `n NODE t` for the source and the sink. Nodes count from 1 in the file and from 0
/// here. Weights are any numbers; `inf` is allowed.
struct DIMACSGraph: Equatable {
  /// The problem of the `p` line.
  enum Problem: String, CaseIterable {
    case shortestPath = "sp"
    case edges = "edge"
    case maximumFlow = "max"

    /// The letter of a line with an arc or edge.
    var letter: String { self == .edges ? "e" : "a" }

    var arcForm: String {
      switch self {
      case .shortestPath: "'a TAIL HEAD LENGTH' with a number or inf as the length"
      case .edges: "'e NODE NODE [WEIGHT]' with a number or inf as the weight"
      case .maximumFlow: "'a TAIL HEAD CAPACITY' with a number or inf as the capacity"
      }
    }
  }

  let file: String
  let nodes: Int
  private(set) var tails: [Int] = []
  private(set) var heads: [Int] = []
  private(set) var weights: [Double] = []
  /// The node of the `n … s` line.
  private(set) var source: Int?
  /// The node of the `n … t` line.
  private(set) var sink: Int?

  /// A graph without arcs may still claim any number of nodes, and answers have a number for each.
  private static let maximumNodesWithoutArcs = 1 << 24

  /// Reads a file, or standard input for `-`, that holds a problem of a certain kind.
  ///
  /// - Throws: ``DIMACSError``, which names the file, the line and the reason.
  init(path: String, problem: Problem) throws(DIMACSError) {
    try self.init(DIMACSLines(path: path), problem: problem)
  }

  init(_ lines: DIMACSLines, problem: Problem) throws(DIMACSError) {
    var lines = lines
    file = lines.file
    let form = "'p \(problem.rawValue) NODES ARCS'"
    guard let first = lines.read() else { throw lines.endError(expected: form) }
    guard first.letter == "p", first.words.count == 4, first.words[1] == problem.rawValue else {
      throw first.error(expected: form)
    }
    nodes = try first.count(at: 2, form: form)
    let arcs = try first.count(at: 3, form: form)
    while let line = lines.read() {
      switch line.letter {
      case "n": try readNode(line)
      case problem.letter[...]: try readArc(line, of: problem)
      default: throw line.error(expected: "\(problem.arcForm), or 'n NODE s|t'")
      }
    }
    guard tails.count == arcs else {
      throw lines.endError(expected: "\(arcs) arcs after \(tails.count)")
    }
    guard nodes <= Self.maximumNodesWithoutArcs + 2 * arcs else {
      throw first.error(expected: "at most \(Self.maximumNodesWithoutArcs) nodes without arcs")
    }
  }

  private mutating func readNode(_ line: DIMACSLine) throws(DIMACSError) {
    let form = "'n NODE s' or 'n NODE t'"
    guard line.words.count == 3 else { throw line.error(expected: form) }
    let node = try line.node(at: 1, nodes: nodes, form: form)
    switch line.words[2] {
    case "s": source = node
    case "t": sink = node
    default: throw line.error(expected: form)
    }
  }

  private mutating func readArc(
    _ line: DIMACSLine, of problem: Problem
  ) throws(DIMACSError) {
    let form = problem.arcForm
    let isBare = problem == .edges && line.words.count == 3
    guard isBare || line.words.count == 4 else { throw line.error(expected: form) }
    tails.append(try line.node(at: 1, nodes: nodes, form: form))
    heads.append(try line.node(at: 2, nodes: nodes, form: form))
    weights.append(isBare ? 1 : try line.weight(at: 3, form: form))
  }
}
