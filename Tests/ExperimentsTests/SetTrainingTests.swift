import CombinatorialLosses
import TestSupport
import Testing

@testable import CombinatorialExperiments

struct SetTrainingTests {
  private static func scenes(_ numbers: Range<Int>, seed: UInt64 = 1) throws -> DigitScenes {
    DigitScenes(numbers, digits: try DigitsData.load().training, seed: seed, stream: .scenes)
  }

  @Test func scenesHoldDigitsWhereTheBoxesSay() throws {
    let scenes = try Self.scenes(0..<50)
    let side = DigitScenes.side
    #expect(scenes.count == 50 && scenes.pixels.count == 50 * side * side)
    #expect(Set(scenes.objects.map(\.count)) == [1, 2, 3])
    for (scene, objects) in scenes.objects.enumerated() {
      var ink = Array(scenes.pixels[scene * side * side..<(scene + 1) * side * side])
      for object in objects {
        let corner = object.box * Float(side)
        let size = Int(corner[2].rounded())
        let (left, top) = (
          Int((corner[0] - corner[2] / 2).rounded()), Int((corner[1] - corner[3] / 2).rounded())
        )
        var own: Float = 0
        for pixel in 0..<size * size {
          let at = (top + pixel / size) * side + left + pixel % size
          own += ink[at]
          ink[at] = 0
        }
        #expect(own > 5)
      }
      // Nothing lies outside of the boxes.
      #expect(ink.allSatisfy { $0 == 0 })
      #expect(
        zip(objects, objects.dropFirst()).allSatisfy { $0.box[1] - $0.box[3] / 2 <= $1.box[1] })
      for (a, b) in zip(objects, objects.dropFirst()) {
        #expect(SetEvaluation.overlap(a.box, b.box) < 1e-6)
      }
    }
  }

  @Test func numbersAndSeedsChooseTheScenes() throws {
    let both = try Self.scenes(3..<5)
    #expect(try Self.scenes(4..<5).pixels == Array(both.pixels.suffix(576)))
    #expect(try Self.scenes(3..<5, seed: 2).pixels != both.pixels)
  }

  @Test func evaluationCountsClassesAndOverlaps() throws {
    func object(_ label: Int32, _ x: Float) -> DigitScenes.Object {
      .init(label: label, box: SIMD4(x, 0.5, 0.125, 0.125))
    }
    let truth = [[object(3, 0.25), object(4, 0.75)], [object(5, 0.5)]]
    let perfect = try SetEvaluation(truth.map { $0.reversed() }, truth: truth)
    #expect(perfect.recall == 1 && perfect.precision == 1)
    #expect(perfect.meanOverlap == 1)
    // A digit, one with a wrong class, one that is not there, and a picture left out.
    let listed = [[object(3, 0.25), object(9, 0.75), object(4, 0.9375)], []]
    let partly = try SetEvaluation(listed, truth: truth)
    #expect(partly.recall == 1 / 3.0 && partly.precision == 1 / 3.0)
    #expect(partly.meanOverlap == 2 / 3.0)
    // Half of each box: a third of both, rounded once.
    let shifted = try SetEvaluation([[object(3, 0.3125)], []], truth: truth)
    #expect(shifted.recall == 0 && abs(shifted.meanOverlap - 1 / 9.0) <= ErrorBound.gamma(1) / 9)
    let nothing = try SetEvaluation([], truth: [])
    #expect(nothing.recall == 0 && nothing.precision == 0 && nothing.meanOverlap == 0)
  }

  /// A few steps on the same scenes lower the loss, with both ways to match.
  @Test(arguments: SetMatching.allCases)
  func trainingLowersTheLoss(matching: SetMatching) throws {
    let scenes = try Self.scenes(0..<8)
    var options = SetOptions()
    (options.matching, options.pictures, options.batch) = (matching, 96, 8)
    let training = try SetTraining(options: options) { _ in scenes }
    var losses: [Double] = []
    let isComplete = try training.train(
      report: { if case .step(let step) = $0 { losses.append(step.stepLoss) } },
      shouldStop: { false })
    #expect(isComplete)
    #expect(losses.count == 12)
    #expect(losses[11] < 0.9 * losses[0], "\(losses)")
    #expect(try training.list(scenes).count == 8)
  }
}
