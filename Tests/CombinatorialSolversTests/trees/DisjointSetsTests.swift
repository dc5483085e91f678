import Testing

@testable import CombinatorialSolvers

struct DisjointSetsTests {
  @Test func joins() {
    var sets = DisjointSets(count: 6)
    let joined = [(1, 2), (4, 5), (2, 5), (4, 1)].map { sets.join($0, $1) }
    #expect(joined == [true, true, true, false])
    #expect(sets.roots == [0, 1, 3])
    let roots = (0..<6).map { sets.root(of: $0) }
    #expect(roots == [0, 1, 1, 3, 1, 1])
  }
}
