import NeuralLayers

/// Where a run of bag training stands, and what its classifier was made for.
struct BagState: RunState {
  static let key = "bag-training"

  let options: BagTrainingOptions
  let progress: TrainingProgress
  let pictureShape: [Int]
  let classNames: [String]
  let normalization: PictureNormalization

  init(_ classifier: BagClassifier, _ progress: TrainingProgress) {
    (options, self.progress) = (classifier.options, progress)
    (pictureShape, classNames) = (classifier.pictureShape, classifier.classNames)
    normalization = classifier.normalization
  }

  /// Only networks of a sensible size are made.
  var fault: String? {
    let largest = PictureFormat.longestSide
    let isPlausible =
      pictureShape.count == 3 && pictureShape.allSatisfy { (1...largest).contains($0) }
      && pictureShape.reduce(1, *) <= PictureFormat.mostPixels
      && (1...PictureFormat.mostPixels).contains(classNames.count)
      && normalization.mean.count == pictureShape[0]
      && normalization.standardDeviation.count == pictureShape[0]
    return isPlausible ? nil : "pictures of \(pictureShape)"
  }
}

extension RunCheckpoint<BagState> {
  /// Brings a run with the same options and pictures to where the saved one stood.
  func resume(_ classifier: BagClassifier, _ optimizer: any Optimizer) throws -> TrainingProgress {
    try expect(classifier.options)
    guard classifier.pictureShape == state.pictureShape, classifier.classNames == state.classNames,
      classifier.normalization == state.normalization
    else { throw differs("expected the pictures that it was begun with, found others") }
    try restore(classifier.network, optimizer)
    return state.progress
  }
}
