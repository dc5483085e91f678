/// Disjoint sets of the numbers 0 ..< count; the root of a set is its least.
package struct DisjointSets: Sendable {
  private var parents: [Int]

  /// A set for each number.
  package init(count: Int) { parents = Array(0..<count) }

  /// The least of a set, as many as there are sets.
  package var roots: [Int] { parents.indices.filter { parents[$0] == $0 } }

  /// The least of the set that has a number. Every other number on the way is then nearer to it.
  package mutating func root(of number: Int) -> Int {
    var number = number
    while parents[number] != number {
      parents[number] = parents[parents[number]]
      number = parents[number]
    }
    return number
  }

  /// Makes the sets of two numbers one.
  ///
  /// - Returns: Whether they were two.
  @discardableResult
  package mutating func join(_ one: Int, _ other: Int) -> Bool {
    let (one, other) = (root(of: one), root(of: other))
    parents[max(one, other)] = min(one, other)
    return one != other
  }
}
