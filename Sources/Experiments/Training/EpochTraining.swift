/// A training run in epochs of steps that can be saved after any step and resumed.
///
/// What a step does depends on its number and the options alone, so that a resumed run ends where an
/// uninterrupted one does.
protocol EpochTraining: AnyObject {
  associatedtype Plan: RunPlan
  associatedtype Report: RunEpoch
  associatedtype Epoch

  /// The size of the run.
  var plan: Plan { get }
  /// Where the run stands.
  var progress: TrainingProgress { get set }
  /// Steps of the whole run that have been taken.
  var stepsTaken: Int { get }
  /// Steps of an epoch.
  func steps(ofEpoch index: Int) -> Int
  /// What an epoch is trained on.
  func epoch(_ index: Int) throws -> Epoch
  /// Takes a step of an epoch.
  func step(_ number: Int, of epoch: Epoch) throws -> StepResult
  /// The result of the epoch that has just been finished.
  func report(on epoch: Epoch, evaluates: Bool) throws -> Report
  /// Writes what is needed to resume.
  func save(to path: String) throws
}

extension EpochTraining {
  /// Trains to the end, or until it is told to stop.
  ///
  /// - Returns: Whether training is complete.
  func runEpochs(
    checkpoint: String?, evaluatesEveryEpoch: Bool,
    report: (RunEvent<Plan, Report>) throws -> Void, shouldStop: () -> Bool
  ) throws -> Bool {
    try report(.started(plan))
    while progress.epoch < plan.epochs {
      let epoch = try epoch(progress.epoch)
      let isComplete = try finish(epoch, shouldStop: shouldStop, report: report)
      if isComplete {
        let isLast = progress.epoch + 1 == plan.epochs
        try report(.epoch(try self.report(on: epoch, evaluates: evaluatesEveryEpoch || isLast)))
        progress.finishEpoch()
      }
      if let checkpoint {
        try save(to: checkpoint)
        try report(.saved(path: checkpoint))
      }
      guard isComplete else { return false }
    }
    return true
  }

  /// Takes the steps of an epoch that are left; false if told to stop before its end.
  private func finish(
    _ epoch: Epoch, shouldStop: () -> Bool,
    report: (RunEvent<Plan, Report>) throws -> Void
  ) throws -> Bool {
    while progress.step < steps(ofEpoch: progress.epoch) {
      guard !shouldStop() else { return false }
      let step = try nextStep(of: epoch)
      try report(
        .step(
          StepReport(
            step: stepsTaken, steps: plan.steps, epoch: progress.epoch + 1,
            loss: progress.meanLoss, items: step.items, seconds: step.seconds)))
    }
    return true
  }

  /// Takes a step of the epoch under way, which has more of them.
  func nextStep(of epoch: Epoch) throws -> StepResult {
    let result = try step(progress.step, of: epoch)
    progress.add(result)
    return result
  }
}
