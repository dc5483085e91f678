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
  var seconds = 0.0
  var lossSeconds = 0.0

  mutating func add(_ step: StepResult) {
    self.step += 1
    epochItems += step.items
    epochLoss += step.loss * Double(step.items)
    epochSeconds += step.seconds
    epochLossSeconds += step.lossSeconds
  }

  /// Ends the epoch under way and starts the next.
  mutating func finishEpoch() {
    seconds += epochSeconds
    lossSeconds += epochLossSeconds
    epoch += 1
    step = 0
    epochItems = 0
    epochLoss = 0
    epochSeconds = 0
    epochLossSeconds = 0
  }

  /// The mean loss per item of the epoch under way.
  var meanLoss: Double { epochItems > 0 ? epochLoss / Double(epochItems) : 0 }
}

/// What one step did.
struct StepResult {
  /// Pictures or pairs.
  let items: Int
  /// The mean per item.
  let loss: Double
  let seconds: Double
  let lossSeconds: Double
}
