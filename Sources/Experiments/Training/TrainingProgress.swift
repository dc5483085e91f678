/// Where a run stands, with the sums of the epoch that is under way.
struct TrainingProgress: Codable, Equatable, Sendable {
  /// Epochs that are complete.
  var epoch = 0
  /// Steps of the epoch under way.
  var step = 0
  var epochItems = 0
  var epochLoss = 0.0
  var epochSeconds = 0.0
  var epochLossSeconds = 0.0
  /// Nil where one process trains.
  var epochCommunicationSeconds: Double?
  var seconds = 0.0
  var lossSeconds = 0.0

  mutating func add(_ step: StepResult) {
    self.step += 1
    epochItems += step.items
    epochLoss += step.total
    epochSeconds += step.seconds
    epochLossSeconds += step.lossSeconds
    if step.communicationSeconds > 0 {
      epochCommunicationSeconds = (epochCommunicationSeconds ?? 0) + step.communicationSeconds
    }
  }

  /// Ends the epoch under way and starts the next.
  mutating func finishEpoch() {
    seconds += epochSeconds
    lossSeconds += epochLossSeconds
    self = TrainingProgress(epoch: epoch + 1, seconds: seconds, lossSeconds: lossSeconds)
  }

  /// The mean loss per item of the epoch under way.
  var meanLoss: Double { epochItems > 0 ? epochLoss / Double(epochItems) : 0 }
}

/// What one step did.
struct StepResult {
  /// Pictures, pairs or maps.
  let items: Int
  /// What was minimized.
  let loss: Double
  /// The loss of all items.
  let total: Double
  let seconds, lossSeconds, communicationSeconds: Double
}
