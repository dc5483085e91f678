import CombinatorialLosses
import ProblemFiles

/// Learns to tell objects from background on the upper half of a photograph, coins on cloth unless another
/// one is given, and is tested on the lower half.
///
/// The classifier judges every pixel by itself, from its neighborhood's brightness and contrast. The cut
/// learns the same weights again, together with what a border costs, from the structured hinge loss of the
/// minimum cut, starting from the classifier.
public struct SegmentationDemo: Sendable {
  /// Steps of gradient descent, for each of the two.
  public var steps = 200
  /// The cache folder.
  public var folders: DataFolders
  /// A photograph and its truth, pictures of one size, colors made gray; nil: the coins.
  public var files: (photograph: String, truth: String)?

  /// - Parameter folders: Where the photograph is, or is downloaded to.
  public init(folders: DataFolders = DataFolders()) { self.folders = folders }

  /// Trains both and tests both.
  ///
  /// - Parameters:
  ///   - file: Where the picture goes: photograph, classifier and cut side by side, as PNG.
  ///   - progress: Is told what is being done.
  /// - Throws: ``DataBuildError``, ``/NumPyFiles/DataFileError``.
  public func run(
    picture file: String, progress: (String) -> Void = { _ in }
  ) throws -> SegmentationResult {
    let labeled =
      try files.map { try LabeledPicture(photograph: $0.photograph, truth: $0.truth) }
      ?? LabeledPicture(CoinPicture(cache: folders.cache, progress: progress))
    let all = PixelFeatures(labeled.picture)
    let (upper, lower) = try labeled.halves
    let features = try (upper.features(of: all), lower.features(of: all))
    progress("training the classifier")
    let classifier = try trainClassifier(features.0, mask: upper.mask)
    progress("training the cut")
    let cut = try trainCut(features.0, upper, start: classifier)
    let masks = try [upper, lower].enumerated().map { index, half in
      let input = index == 0 ? features.0 : features.1
      let alone = try half.logits(input, classifier).scalars.map { $0 > 0 ? Float(1) : 0 }
      return (alone: alone, cut: try cut.problem.mask(cut.costs(input, half)).scalars)
    }
    let panels = [
      labeled.picture.pixels, Self.pixels(masks[0].alone + masks[1].alone),
      Self.pixels(masks[0].cut + masks[1].cut),
    ]
    try Self.sideBySide(panels, width: labeled.picture.width).writePNG(to: file)
    return SegmentationResult(
      classifier: .init(masks[1].alone, truth: lower.mask.scalars),
      cut: .init(masks[1].cut, truth: lower.mask.scalars))
  }

  private func trainClassifier(_ features: Tensor, mask: Tensor) throws -> Tensor {
    let labels = mask.scalars.map { Int32($0) }
    var weights = try Tensor.zeros([PixelFeatures.count, 1])
    for _ in 0..<steps {
      let variable = weights.requiringGradient()
      let logits = try features.matmul(variable)
      let both = try Tensor.concatenated([.zeros(logits.shape), logits], axis: 1)
      let loss = try crossEntropy(logits: both, labels: labels).mean()
      weights = try (weights - loss.gradients(of: [variable])[0] * 2).detached
    }
    return weights
  }

  private func trainCut(
    _ features: Tensor, _ half: PictureHalf, start: Tensor
  ) throws -> SegmentationModel {
    var model = try SegmentationModel(weights: start, borders: Tensor([-1, -1], shape: [2]))
    let pixels = Float(half.mask.scalars.count)
    for step in 0..<steps {
      let weights = model.weights.requiringGradient()
      let borders = model.borders.requiringGradient()
      let variable = SegmentationModel(weights: weights, borders: borders)
      let costs = try variable.costs(features, half)
      let loss = try model.problem.hingeLoss(costs, mask: half.mask) / pixels
      let gradients = try loss.gradients(of: [weights, borders])
      let rate = 2 / (1 + Float(step) / 20).squareRoot()
      model = SegmentationModel(
        weights: try (model.weights - gradients[0] * rate).detached,
        borders: try (model.borders - gradients[1] * rate).detached)
    }
    return model
  }

  private static func pixels(_ mask: [Float]) -> [UInt8] { mask.map { UInt8($0 * 255) } }

  private static func sideBySide(_ panels: [[UInt8]], width: Int) -> Raster {
    let height = panels[0].count / width
    let pixels = (0..<height).flatMap { row in
      panels.flatMap { $0[row * width..<(row + 1) * width] }
    }
    return Raster(width: width * panels.count, height: height, channels: 1, pixels: pixels)
  }
}

/// How well the lower half's pixels were told apart.
public struct SegmentationResult: Sendable, Codable, Hashable {
  /// How many pixels are right.
  public struct Score: Sendable, Codable, Hashable {
    /// The share of the pixels that are right.
    public let accuracy: Double
    /// Pixels that are called object rightly, over those that are called object or are.
    public let intersectionOverUnion: Double

    init(_ mask: [Float], truth: [Float]) {
      let pairs = zip(mask, truth)
      accuracy = Double(pairs.count { $0 == $1 }) / Double(mask.count)
      let union = pairs.count { $0 + $1 > 0 }
      intersectionOverUnion = Double(pairs.count { $0 * $1 > 0 }) / Double(max(1, union))
    }
  }

  /// Every pixel by itself.
  public let classifier: Score
  /// With the learned cut.
  public let cut: Score
}

/// What the cut learns: the logit's weights, and what borders cost.
private struct SegmentationModel {
  let problem = GridCut(neighbors: .eight)
  let weights: Tensor
  /// Logarithms of the price of any border, and of one between equally bright pixels.
  let borders: Tensor

  func costs(_ features: Tensor, _ half: PictureHalf) throws -> Tensor {
    let prices = borders.exp()
    let arcs = try half.likeness * prices.sliced(1..<2) + prices.sliced(0..<1)
    return try problem.costs(logits: half.logits(features, weights), arcs: arcs)
  }
}
