import DifferentiableTensor
import Testing

@Suite struct SeededGeneratorTests {
  /// The numbers that the authors' reference implementation (splitmix64.c) gives.
  @Test func agreesWithTheReferenceImplementation() {
    var generator = SeededGenerator(seed: 1_234_567)
    let numbers = (0..<5).map { _ in generator.next() }
    #expect(
      numbers == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func continuesFromItsState() {
    var generator = SeededGenerator(seed: 5)
    _ = generator.next()
    var restored = SeededGenerator(seed: 0)
    restored.state = generator.state
    #expect((0..<3).map { _ in restored.next() } == (0..<3).map { _ in generator.next() })
  }
}
