/// What the plain ways to find flows share: each arc beside the other direction of it.
private struct Residuals {
  var heads: [Int] = []
  var rooms: [Double] = []
  var costs: [Double] = []
  /// `[node]`: the half arcs out of it; the other direction of number a is a ^ 1.
  var halves: [[Int]]

  init(nodes: Int) { halves = .init(repeating: [], count: nodes) }

  mutating func add(_ tail: Int, _ head: Int, room: Double, cost: Double = 0) {
    halves[tail].append(heads.count)
    halves[head].append(heads.count + 1)
    heads += [head, tail]
    rooms += [room, 0]
    costs += [cost, -cost]
  }
}

/// A maximum flow by blocking flows of levels (E. A. Dinic, 1970).
struct BlockingFlows {
  private var residuals: Residuals
  private var levels: [Int] = []
  private var next: [Int] = []
  private let source, sink: Int

  init(_ network: FlowNetwork) {
    residuals = Residuals(nodes: network.nodes)
    for (arc, capacity) in zip(network.arcs, network.capacities) {
      residuals.add(arc.tail, arc.head, room: capacity)
    }
    (source, sink) = (network.source, network.sink)
  }

  func value() -> Double {
    var copy = self
    var value = 0.0
    while copy.findLevels() {
      copy.next = .init(repeating: 0, count: copy.levels.count)
      while let sent = copy.augment() { value += sent }
    }
    return value
  }

  private mutating func findLevels() -> Bool {
    levels = .init(repeating: -1, count: residuals.halves.count)
    levels[source] = 0
    var queue = [source]
    var read = 0
    while read < queue.count {
      let node = queue[read]
      read += 1
      for half in residuals.halves[node] where residuals.rooms[half] > 0 {
        let head = residuals.heads[half]
        guard levels[head] < 0 else { continue }
        levels[head] = levels[node] + 1
        queue.append(head)
      }
    }
    return levels[sink] >= 0
  }

  /// Sends as much as one path takes; nil if no path of the levels is left.
  private mutating func augment() -> Double? {
    var (path, node) = ([Int](), source)
    while node != sink {
      if next[node] == residuals.halves[node].count {
        guard let last = path.popLast() else { return nil }
        node = residuals.heads[last ^ 1]
        next[node] += 1
        continue
      }
      let half = residuals.halves[node][next[node]]
      let head = residuals.heads[half]
      if residuals.rooms[half] > 0, levels[head] == levels[node] + 1 {
        path.append(half)
        node = head
      } else {
        next[node] += 1
      }
    }
    let sent = path.reduce(.infinity) { min($0, residuals.rooms[$1]) }
    for half in path {
      residuals.rooms[half] -= sent
      residuals.rooms[half ^ 1] += sent
    }
    return sent
  }
}

/// A minimum-cost flow by cheapest augmenting paths, from a source of all supplies to a sink of all demands.
struct CheapestPaths {
  private var residuals: Residuals
  private let source, sink: Int

  init(_ network: PricedNetwork) {
    (source, sink) = (network.nodes, network.nodes + 1)
    residuals = Residuals(nodes: network.nodes + 2)
    for (arc, (capacity, cost)) in zip(network.arcs, zip(network.capacities, network.costs)) {
      residuals.add(arc.tail, arc.head, room: capacity, cost: cost)
    }
    for (node, supply) in network.supplies.enumerated() where supply != 0 {
      supply > 0
        ? residuals.add(source, node, room: supply) : residuals.add(node, sink, room: -supply)
    }
  }

  func value() -> Double {
    var copy = self
    var value = 0.0
    while let (path, cost) = copy.cheapestPath() {
      let sent = path.reduce(.infinity) { min($0, copy.residuals.rooms[$1]) }
      for half in path {
        copy.residuals.rooms[half] -= sent
        copy.residuals.rooms[half ^ 1] += sent
      }
      value += sent * cost
    }
    return value
  }

  /// By labels that are corrected from a queue (R. Bellman 1958, E. F. Moore 1959).
  private func cheapestPath() -> (path: [Int], cost: Double)? {
    var distances = [Double](repeating: .infinity, count: residuals.halves.count)
    var into = [Int](repeating: -1, count: distances.count)
    var isQueued = [Bool](repeating: false, count: distances.count)
    distances[source] = 0
    var queue = [source]
    var read = 0
    while read < queue.count {
      let node = queue[read]
      read += 1
      isQueued[node] = false
      for half in residuals.halves[node] where residuals.rooms[half] > 0 {
        let head = residuals.heads[half]
        let distance = distances[node] + residuals.costs[half]
        guard distance < distances[head] else { continue }
        (distances[head], into[head]) = (distance, half)
        if !isQueued[head] { queue.append(head) }
        isQueued[head] = true
      }
    }
    guard distances[sink] < .infinity else { return nil }
    var (path, node) = ([Int](), sink)
    while node != source {
      path.append(into[node])
      node = residuals.heads[into[node] ^ 1]
    }
    return (path, distances[sink])
  }
}
