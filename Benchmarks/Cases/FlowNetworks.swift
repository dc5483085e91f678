import CombinatorialSolvers
import DifferentiableTensor

/// Graphs with whole capacities.
enum FlowFamily: String, CaseIterable {
  /// Arcs between any nodes.
  case random
  /// Arcs from layer to layer.
  case layers
  /// Each node has arcs with some before it, the more one has the rather.
  case hubs
  /// Each node leads to the nearest ones: paths are long.
  case chain
  /// Projects that need tools: arcs of infinite capacity between two layers.
  case tools

  func network(seed: UInt64) -> FlowNetwork {
    var random = SeededGenerator(seed: seed)
    return switch self {
    case .random: .random(nodes: 2_000, arcs: 20_000, using: &random)
    case .layers: .layers(50, width: 50, arcs: 40_000, using: &random)
    case .hubs: .hubs(nodes: 5_000, arcsPerNode: 8, using: &random)
    case .chain: .chain(nodes: 10_000, using: &random)
    case .tools: .tools(projects: 5_000, using: &random)
    }
  }
}

/// A graph with capacities.
struct FlowNetwork {
  let nodes, source, sink: Int
  private(set) var arcs: [(tail: Int, head: Int)] = []
  private(set) var capacities: [Double] = []

  private init(nodes: Int, source: Int, sink: Int) {
    (self.nodes, self.source, self.sink) = (nodes, source, sink)
  }

  var graph: DirectedGraph {
    get throws { try DirectedGraph(nodeCount: nodes, arcs: arcs) }
  }

  private mutating func add(_ tail: Int, _ head: Int, _ capacity: Double) {
    arcs.append((tail, head))
    capacities.append(capacity)
  }

  private mutating func add(_ tail: Int, _ head: Int, using random: inout SeededGenerator) {
    add(tail, head, Double(Int.random(in: 1...100, using: &random)))
  }

  fileprivate static func random(
    nodes: Int, arcs: Int, using random: inout SeededGenerator
  ) -> FlowNetwork {
    var network = FlowNetwork(nodes: nodes, source: 0, sink: nodes - 1)
    for _ in 0..<arcs {
      let tail = Int.random(in: 0..<nodes, using: &random)
      network.add(tail, Int.random(in: 0..<nodes, using: &random), using: &random)
    }
    return network
  }

  fileprivate static func layers(
    _ count: Int, width: Int, arcs: Int, using random: inout SeededGenerator
  ) -> FlowNetwork {
    let inner = count * width
    var network = FlowNetwork(nodes: inner + 2, source: inner, sink: inner + 1)
    for arc in 0..<arcs {
      let layer = arc % (count - 1)
      let tail = layer * width + Int.random(in: 0..<width, using: &random)
      let head = (layer + 1) * width + Int.random(in: 0..<width, using: &random)
      network.add(tail, head, using: &random)
    }
    for place in 0..<width {
      network.add(network.source, place, 1e6)
      network.add(inner - 1 - place, network.sink, 1e6)
    }
    return network
  }

  /// Preferential attachment (A.-L. Barabási, R. Albert 1999); arcs in either direction.
  fileprivate static func hubs(
    nodes: Int, arcsPerNode: Int, using random: inout SeededGenerator
  ) -> FlowNetwork {
    var network = FlowNetwork(nodes: nodes, source: nodes - 1, sink: nodes - 2)
    var ends = Array(0..<arcsPerNode)
    for new in arcsPerNode..<nodes {
      let olds = (0..<arcsPerNode).map { _ in ends[Int.random(in: ends.indices, using: &random)] }
      for old in olds {
        let leaves = Bool.random(using: &random)
        network.add(leaves ? new : old, leaves ? old : new, using: &random)
      }
      ends += olds + [new]
    }
    return network
  }

  fileprivate static func chain(
    nodes: Int, using random: inout SeededGenerator
  ) -> FlowNetwork {
    var network = FlowNetwork(nodes: nodes, source: 0, sink: nodes - 1)
    for tail in 0..<nodes {
      for step in [-3, -2, -1, 1, 2, 3] where (0..<nodes).contains(tail + step) {
        network.add(tail, tail + step, using: &random)
      }
    }
    return network
  }

  fileprivate static func tools(
    projects: Int, using random: inout SeededGenerator
  ) -> FlowNetwork {
    var network = FlowNetwork(
      nodes: 2 * projects + 2, source: 2 * projects, sink: 2 * projects + 1)
    for project in 0..<projects {
      network.add(network.source, project, using: &random)
      for _ in 0..<4 {
        network.add(
          project, projects + Int.random(in: 0..<projects, using: &random), .infinity)
      }
      network.add(projects + project, network.sink, using: &random)
    }
    return network
  }
}

/// A network with whole costs, capacities and supplies.
struct PricedNetwork {
  let nodes: Int
  private(set) var arcs: [(tail: Int, head: Int)] = []
  private(set) var costs: [Double] = []
  private(set) var capacities: [Double] = []
  private(set) var supplies: [Double]

  var graph: DirectedGraph {
    get throws { try DirectedGraph(nodeCount: nodes, arcs: arcs) }
  }

  private init(nodes: Int) {
    self.nodes = nodes
    supplies = .init(repeating: 0, count: nodes)
  }

  private mutating func add(
    _ tail: Int, _ head: Int, cost: ClosedRange<Int>, _ capacity: Double,
    using random: inout SeededGenerator
  ) {
    arcs.append((tail, head))
    costs.append(Double(Int.random(in: cost, using: &random)))
    capacities.append(capacity)
  }

  /// As many units as nodes go from any node to any other.
  private mutating func move(using random: inout SeededGenerator) {
    for _ in 0..<nodes {
      supplies[Int.random(in: 0..<nodes, using: &random)] += 1
      supplies[Int.random(in: 0..<nodes, using: &random)] -= 1
    }
  }

  /// A circle that takes everything, and arcs between any nodes that take some.
  static func random(nodes: Int, arcs: Int, seed: UInt64) -> PricedNetwork {
    var random = SeededGenerator(seed: seed)
    var network = PricedNetwork(nodes: nodes)
    for arc in 0..<arcs {
      let isCircle = arc < nodes
      network.add(
        isCircle ? arc : Int.random(in: 0..<nodes, using: &random),
        isCircle ? (arc + 1) % nodes : Int.random(in: 0..<nodes, using: &random), cost: 1...1_000,
        isCircle ? 1e6 : Double(Int.random(in: 1...20, using: &random)), using: &random)
    }
    network.move(using: &random)
    return network
  }

  /// Neighbors of a square, both ways.
  static func grid(side: Int, seed: UInt64) -> PricedNetwork {
    var random = SeededGenerator(seed: seed)
    var network = PricedNetwork(nodes: side * side)
    for row in 0..<side {
      for column in 0..<side {
        let node = row * side + column
        for (next, isInside) in [(node + 1, column + 1 < side), (node + side, row + 1 < side)]
        where isInside {
          network.add(node, next, cost: 1...100, 1e6, using: &random)
          network.add(next, node, cost: 1...100, 1e6, using: &random)
        }
      }
    }
    network.move(using: &random)
    return network
  }
}
