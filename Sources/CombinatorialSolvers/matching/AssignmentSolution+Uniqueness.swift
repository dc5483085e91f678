extension AssignmentSolution {
  /// Whether this is the only optimal assignment.
  ///
  /// By complementary slackness every optimal assignment uses only tight pairs, those whose reduced
  /// cost `costs[i][j] - u[i] - v[j]` is 0. Another one exists if and only if tight pairs close an
  /// alternating cycle with the matched ones; staying unmatched counts as a partner. Reduced costs
  /// that rounding cannot tell from 0 count as tight: so `true` is certain, but where costs lie closer
  /// together than the rounding of the potentials, `false` is not.
  ///
  /// Complexity: O(rows * columns), at each call.
  public var isUnique: Bool { !AlternatingGraph(self).hasCycle }
}

/// The columns as nodes; an arc leads from the column of a row to every other column that is tight with
/// that row. All unmatched columns form one node and "unmatched", the bin of the rows, another: staying
/// unmatched is one way, however many share it.
private struct AlternatingGraph {
  let solution: AssignmentSolution
  let unmatchedRows, unmatchedColumns: [Int]
  let tolerance: Double

  init(_ solution: AssignmentSolution) {
    self.solution = solution
    unmatchedRows = solution.columnOfRow.indices.filter { solution.columnOfRow[$0] < 0 }
    unmatchedColumns = solution.rowOfColumn.indices.filter { solution.rowOfColumn[$0] < 0 }
    let potentials = solution.rowPotentials + solution.columnPotentials
    tolerance = 64 * .ulpOfOne * potentials.reduce(0) { max($0, abs($1)) }
  }

  /// Node numbers: matched columns as they are, then these two.
  var columns: Int { solution.rowOfColumn.count }
  var unmatchedColumnNode: Int { columns }
  var binNode: Int { columns + 1 }

  func isTight(_ row: Int, _ column: Int) -> Bool {
    let slack =
      solution.matrix[row, column] - solution.rowPotentials[row] - solution.columnPotentials[column]
    return slack <= tolerance
  }

  /// Whether a row is at the largest potential, at which staying unmatched is as good.
  func isFreeRow(_ row: Int) -> Bool {
    let limit = solution.unmatchedPrices?.rows[row] ?? (unmatchedRows.isEmpty ? nil : 0)
    return limit.map { solution.rowPotentials[row] >= $0 - tolerance } ?? false
  }

  func isFreeColumn(_ column: Int) -> Bool {
    let limit = solution.unmatchedPrices?.columns[column] ?? (unmatchedColumns.isEmpty ? nil : 0)
    return limit.map { solution.columnPotentials[column] >= $0 - tolerance } ?? false
  }

  /// Nodes whose partner a row could take instead of its own.
  func nodes(tightWith row: Int) -> [Int] {
    var nodes: [Int] = []
    for column in 0..<columns where column != solution.columnOfRow[row] && isTight(row, column) {
      nodes.append(solution.rowOfColumn[column] >= 0 ? column : unmatchedColumnNode)
    }
    if solution.columnOfRow[row] >= 0, isFreeRow(row) { nodes.append(binNode) }
    return nodes
  }

  /// Matched columns that could as well stay unmatched.
  var freeColumns: [Int] {
    (0..<columns).filter { solution.rowOfColumn[$0] >= 0 && isFreeColumn($0) }
  }

  func successors(of node: Int) -> [Int] {
    if node == unmatchedColumnNode {
      // A column that gives up "unmatched" to another; or the two kinds of "unmatched" join.
      return unmatchedColumns.isEmpty
        ? [] : freeColumns + (solution.unmatchedPrices != nil ? [binNode] : [])
    }
    if node == binNode {
      let matchedPairs = solution.columnOfRow.count - unmatchedRows.count
      let release = solution.unmatchedPrices != nil && matchedPairs > 0 ? freeColumns : []
      return unmatchedRows.flatMap { nodes(tightWith: $0) } + release
    }
    return nodes(tightWith: Int(solution.rowOfColumn[node]))
  }

  var hasCycle: Bool {
    CombinatorialSolvers.hasCycle(
      through: (0..<columns + 2).filter(isNode), count: columns + 2, successors: successors)
  }

  private func isNode(_ node: Int) -> Bool {
    node >= columns || solution.rowOfColumn[node] >= 0
  }
}

/// Whether arcs close a cycle: a depth-first search for one back to the path that it came by.
func hasCycle(
  through nodes: [Int], count: Int, successors: (_ node: Int) -> [Int]
) -> Bool {
  enum State { case new, onPath, done }
  var states = [State](repeating: .new, count: count)
  for start in nodes where states[start] == .new {
    var path = [(node: start, rest: successors(start)[...])]
    states[start] = .onPath
    while let (node, rest) = path.last {
      guard let next = rest.first else {
        states[node] = .done
        path.removeLast()
        continue
      }
      path[path.count - 1].rest.removeFirst()
      if states[next] == .onPath { return true }
      if states[next] == .new {
        states[next] = .onPath
        path.append((next, successors(next)[...]))
      }
    }
  }
  return false
}
