/// Disjoint sets of numbers; the root of a set is its least.
struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  func root(of number: Int) -> Int {
    var number = number
    while parents[number] != number { number = parents[number] }
    return number
  }

  mutating func join(_ one: Int, _ other: Int) {
    let roots = [root(of: one), root(of: other)]
    parents[max(roots[0], roots[1])] = min(roots[0], roots[1])
  }
}
