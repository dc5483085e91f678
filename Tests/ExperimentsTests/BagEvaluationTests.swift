import Foundation
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct BagEvaluationTests {
  private static func trained() throws -> (BagClassifier, PictureSet) {
    let data = try Digits.data
    let training = try BagTraining(
      options: BagTrainingTests.options(bagSize: 4, epochs: 3), dataset: data)
    try training.run(evaluatesEveryEpoch: false)
    return (training.classifier, data.test)
  }

  @Test func matchedClassesAreTheBagsLabels() throws {
    let (classifier, test) = try Self.trained()
    let (evaluation, bags) = try classifier.evaluate(on: test, bagSize: 8)
    #expect(bags.count == 45)
    #expect(evaluation.bags == 45)
    for bag in bags {
      #expect(bag.trueClasses == bag.pictures.map { test.labels[$0] })
      #expect(bag.matchedClasses.sorted() == bag.trueClasses.sorted())
    }
    let wrong = bags.reduce(0) { $0 + zip($1.matchedClasses, $1.trueClasses).count { $0 != $1 } }
    #expect(evaluation.bagError == Double(wrong) / 360)
  }

  /// The best matching by exhaustive search over the permutations of bags of 4.
  @Test func matchesAtLeastCost() throws {
    let (classifier, test) = try Self.trained()
    let logits = try classifier.logits(of: test).scalars
    let (_, bags) = try classifier.evaluate(on: test, bagSize: 4)
    // The log-sum-exp of a picture is the same whatever it is matched with.
    func score(_ bag: MatchedBag, _ classes: [Int32]) -> Float {
      zip(bag.pictures, classes).reduce(0) { $0 + logits[$1.0 * 10 + Int($1.1)] }
    }
    for bag in bags {
      var best = -Float.infinity
      for a in 0..<4 {
        for b in 0..<4 where b != a {
          for c in 0..<4 where c != a && c != b {
            let order = [a, b, c, 6 - a - b - c]
            best = max(best, score(bag, order.map { bag.trueClasses[$0] }))
          }
        }
      }
      #expect(abs(score(bag, bag.matchedClasses) - best) < 1e-4)
    }
  }

  @Test func countsWrongPictures() throws {
    let (classifier, test) = try Self.trained()
    let logits = try classifier.logits(of: test).scalars
    let wrong = (0..<test.count).count { picture in
      let row = logits[10 * picture..<10 * (picture + 1)]
      return row.firstIndex(of: row.max() ?? 0).map { $0 - 10 * picture }
        != Int(test.labels[picture])
    }
    #expect(try classifier.testError(on: test) == Double(wrong) / Double(test.count))
  }

  /// Bags of one have no wrong label to be matched with.
  @Test func bagsOfOneAreAlwaysRight() throws {
    let (classifier, test) = try Self.trained()
    let (evaluation, _) = try classifier.evaluate(on: test, bagSize: 1)
    #expect(evaluation.bagError == 0)
    #expect(evaluation.skippedBags == 0)
    #expect(evaluation.testError == (try classifier.testError(on: test)))
  }
}

@Suite struct BagFigureTests {
  private static func figure() throws -> BagFigure {
    let test = try Digits.data.test
    let bags = [
      MatchedBag(pictures: [0, 1, 2], matchedClasses: [1, 2, 3], trueClasses: [1, 3, 2]),
      MatchedBag(pictures: [3, 4], matchedClasses: [4, 5], trueClasses: [4, 5]),
    ]
    return BagFigure(title: "a \"title\"\n", pictures: test, bags: bags)
  }

  @Test func drawsPNGAndSVG() throws {
    let folder = try TemporaryFolder()
    try Self.figure().write(to: folder.path + "/bags.png")
    let png = try FileBytes.read(folder.path + "/bags.png")
    #expect(Array(png[0..<8]) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    try Self.figure().write(to: folder.path + "/bags.svg")
    let svg = String(decoding: try FileBytes.read(folder.path + "/bags.svg"), as: UTF8.self)
    for text in ["1 of 3 right", "2 of 2 right", "is 3", "is 2"] {
      #expect(svg.contains(text))
    }
    #expect(!svg.contains("is 1<"))
  }

  @Test func refusesOtherFormats() throws {
    let figure = try Self.figure()
    #expect(throws: FigureError.unknownFormat(file: "x.jpeg", known: ["png", "svg"])) {
      try figure.write(to: "x.jpeg")
    }
  }

  @Test func saysWhenGnuplotIsMissing() throws {
    #expect(throws: FigureError.gnuplotMissing(remedy: "apt-get install gnuplot-nox")) {
      try Gnuplot.draw(
        "", files: [:], width: 10, height: 10, to: "/nowhere/x.png", searchPath: "/nowhere")
    }
  }

  @Test func saysWhatGnuplotSaid() throws {
    #expect {
      try Gnuplot.draw("plot nonsense", files: [:], width: 10, height: 10, to: "/nowhere/x.png")
    } throws: { error in
      guard case FigureError.gnuplotFailed(let reason) = error else { return false }
      return reason.contains("nonsense") && !reason.contains("\n")
    }
  }

  @Test func saysWhenThePictureCannotBeWritten() throws {
    #expect {
      try Self.figure().write(to: "/nowhere/x.png")
    } throws: { error in
      guard case FigureError.file(.unwritable("/nowhere/x.png", _)) = error else { return false }
      return true
    }
  }
}
