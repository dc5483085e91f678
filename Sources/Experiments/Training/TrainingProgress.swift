/// Where a run stands, with the sums of the epoch that is under way.
struct TrainingProgress: Codable, Equatable, Sendable {
  /// Epochs that are complete.
  var epoch = 0
  /// Steps of the epoch under way.
  var step = 0
  var epochPictures = 0
  var epochLoss = 0.0
  var epochSeconds = 0.0
  var epochLossSeconds = 0.0
  var seconds = 0.0
  var lossSeconds = 0.0

  mutating func add(_ step: BagStepResult) {
    self.step += 1
    epochPictures += step.pictures
    epochLoss += step.loss * Double(step.pictures)
    epochSeconds += step.seconds
    epochLossSeconds += step.lossSeconds
  }

  /// Ends the epoch under way and starts the next.
  mutating func finishEpoch() {
    seconds += epochSeconds
    lossSeconds += epochLossSeconds
    epoch += 1
    step = 0
    epochPictures = 0
    epochLoss = 0
    epochSeconds = 0
    epochLossSeconds = 0
  }

  /// The mean loss per picture of the epoch under way.
  var meanLoss: Double { epochPictures > 0 ? epochLoss / Double(epochPictures) : 0 }
}
