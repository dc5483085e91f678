import Testing

@testable import CombinatorialBenchmarks

@Test(arguments: [
  ("bag-1", "assignment/bag-1/1024x8x8/float", true),
  ("^assignment/.*/float$", "assignment/bag-1/1024x8x8/float", true),
  ("^bag", "assignment/bag-1/1024x8x8/float", false),
  ("double", "assignment/bag-1/1024x8x8/float", false),
  ("(float", "assignment(float", true), ("(float", "assignment/float", false),
])
func filtersMatchPartsAndExpressions(_ pattern: String, _ name: String, _ expected: Bool) {
  #expect(CaseFilter(pattern).matches(name) == expected)
}
