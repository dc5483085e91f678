import DifferentiableSwiftSolvers
import _Differentiation

/// Scores of pictures by their features: a row of weights, the bias last, for each class.
struct LinearModel: Differentiable {
  var weights: [Float]

  @differentiable(reverse)
  func callAsFunction(_ features: [Float], classes: Int) -> [Float] {
    let size = withoutDerivative(at: weights.count / classes - 1)
    var scores: [Float] = []
    for picture in 0..<withoutDerivative(at: features.count / size) {
      for label in 0..<classes {
        var score = weights[label * (size + 1) + size]
        for place in 0..<size {
          score += weights[label * (size + 1) + place] * features[picture * size + place]
        }
        scores.append(score)
      }
    }
    return scores
  }
}

/// The same numbers on every machine: D. H. Lehmer's generator.
struct LehmerGenerator: RandomNumberGenerator {
  var state: UInt64 = 1
  mutating func next() -> UInt64 {
    state = state &* 0xda94_2042_e4dd_58b5
    return state
  }
}

// Bags of 4 points around 3 centers; the labels of a bag are known, but not which point has which.
let centers: [[Float]] = [[2, 0], [-1, 2], [-1, -2]]
var random = LehmerGenerator()
let truth = (0..<64).map { _ in Int.random(in: 0..<3, using: &random) }
let features = truth.flatMap { label in
  centers[label].map { $0 + Float.random(in: -0.5...0.5, using: &random) }
}
let bagSizes = [Int](repeating: 4, count: 16)
let labels = (0..<16).flatMap { bag in
  truth[bag * 4..<bag * 4 + 4].shuffled(using: &random).map { Int32($0) }
}

var model = LinearModel(weights: [Float](repeating: 0, count: 9))
var losses: [Float] = []
for _ in 0..<100 {
  let (loss, gradient) = try throwingErrors { errors in
    valueWithGradient(at: model) { model in
      bagLoss(
        logits: model(features, classes: 3), labels: labels, bagSizes: bagSizes, errors: errors
      ).differentiableReduce(0) { $0 + $1 } / 64
    }
  }
  losses.append(loss)
  model.move(by: .init(weights: .init(gradient.weights.base.map { -0.5 * $0 })))
}

// Guessing among 3 classes costs log 3 = 1.10 a point.
let scores = model(features, classes: 3)
let right = truth.indices.filter { point in
  scores[point * 3..<point * 3 + 3].enumerated().max { $0.element < $1.element }?.offset
    == truth[point]
}
guard losses[0] > 1.09, losses[99] < 0.1, right.count == 64 else {
  throw CombinatorialError(
    .wrongValue(value: Double(losses[99]), objective: Double(right.count) / 64))
}
print("loss \(losses[0]) -> \(losses[99]), \(right.count) of 64 points right")
