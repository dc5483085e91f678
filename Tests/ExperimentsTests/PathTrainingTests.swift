import CombinatorialLosses
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct PathTrainingTests {
  @Test func mapsFollowFromTheSeedAndTheirNumber() throws {
    let maps = try TerrainMaps(count: 4, seed: 9)
    let rest = try TerrainMaps(count: 2, first: 2, seed: 9)
    #expect(Array(maps.pictures.suffix(rest.pictures.count)) == rest.pictures)
    #expect(Array(maps.costs.suffix(rest.costs.count)) == rest.costs)
    #expect(try TerrainMaps(count: 1, seed: 10).costs != Array(maps.costs.prefix(144)))
    let costs = Set(Terrain.allCases.map(\.cost))
    #expect(maps.costs.allSatisfy(costs.contains))
    // Every terrain has its share of every map.
    #expect(maps.costs.prefix(144).count { $0 == Terrain.water.cost } == 29)
  }

  @Test func batchesHoldTheirMaps() throws {
    let maps = try TerrainMaps(count: 3, seed: 9)
    let batch = try maps.batch([2, 0])
    #expect(batch.pictures.shape == [2, 3, 48, 48] && batch.costs.shape == [2, 12, 12])
    #expect(batch.optimum.values == [maps.optimum.values[2], maps.optimum.values[0]])
    let value = zip(batch.costs.scalars, batch.optimum.solution.scalars)
      .prefix(144).reduce(0) { $0 + $1.0 * $1.1 }
    let exact = batch.optimum.values[0]
    #expect(abs(Double(value) - exact) <= ErrorBound.dotProduct(terms: 144, magnitude: exact))
  }

  /// Made once: drawing a map takes longer than learning from it in a debug build.
  private static let maps = Result { try TerrainMaps(count: 40, seed: 1) }

  private static func options(_ gradient: PathGradient) -> PathOptions {
    var options = PathOptions()
    options.gradient = gradient
    (options.maps, options.testMaps, options.epochs) = (40, 20, 3)
    return options
  }

  @Test(arguments: PathGradient.allCases)
  func trainingLowersTheLossAndIsRepeatable(gradient: PathGradient) throws {
    let options = Self.options(gradient)
    let maps = try Self.maps.get()
    let unseen = try TerrainMaps(count: 20, first: 40, seed: 1)
    func losses() throws -> ([Double], PathEvaluation) {
      let training = try PathTraining(options: options, maps: maps)
      var losses: [Double] = []
      let isComplete = try training.run(
        report: { if case .epoch(let epoch) = $0 { losses.append(epoch.loss) } })
      #expect(isComplete)
      return (losses, try training.evaluate(on: unseen))
    }
    let (first, evaluation) = try losses()
    let (second, repeated) = try losses()
    #expect(first == second && evaluation == repeated)
    #expect(first.count == 3 && first[2] < first[0])
    #expect((0...1).contains(evaluation.accuracy) && evaluation.regret >= 0)
  }

  @Test func predictedCostsAreAtLeastOneAndTheLossIsTheOptimalValues() throws {
    let options = Self.options(.value)
    let maps = try TerrainMaps(count: 5, seed: 1)
    let training = try PathTraining(options: options, maps: maps)
    let batch = try maps.batch(0..<5)
    let costs = try training.predictedCosts(batch)
    #expect(costs.shape == [5, 12, 12] && costs.scalars.allSatisfy { $0 >= 1 })
    let target = batch.optimum.solution
    let moved = try costs + (target * 2 - 1) * Float(options.margin)
    let expected =
      try (moved * target).sum().item() - TerrainMaps.problem.optimalValue(moved).sum().item()
    #expect(abs(try training.loss(costs, target: target).item() - expected) < 1e-2 && expected >= 0)
  }

  @Test func stopsWhenTold() throws {
    let options = Self.options(.value)
    let maps = try Self.maps.get()
    var steps = 0
    let isComplete = try PathTraining(options: options, maps: maps).run(shouldStop: {
      steps += 1
      return steps > 2
    })
    #expect(!isComplete && steps == 3)
    #expect(try PathsDemo(options: options).run(shouldStop: { true }) == nil)
  }

  /// The first step leaves weights whose costs are no numbers.
  @Test func saysWhereTrainingDiverges() throws {
    var options = Self.options(.value)
    options.learningRate = 1e30
    let maps = try Self.maps.get()
    #expect {
      try PathTraining(options: options, maps: maps).run()
    } throws: { error in
      guard case TrainingError.diverged(epoch: 1, step: 2, _) = error else { return false }
      return true
    }
  }

  @Test func badOptionsAreNamed() {
    var options = PathOptions()
    #expect(options.fault == nil)
    options.margin = 2
    #expect(options.fault?.contains("--margin") == true)
    options.lambda = 0
    #expect(options.fault?.contains("--lambda") == true)
    options.epochs = 0
    #expect(options.fault?.contains("--epochs") == true)
  }
}
