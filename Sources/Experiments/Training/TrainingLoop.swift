import DifferentiableTensor
import DistributedTraining
import NeuralLayers

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
  /// What is trained.
  var model: any Model { get }
  var optimizer: any Optimizer { get }
  var schedule: LearningRateSchedule { get }
  /// Gradients are scaled down to this global norm; nil: they are not.
  var clipNorm: Double? { get }
  /// What is saved beside the tensors; nil: runs of this kind are not.
  var state: (any RunState)? { get }
  /// The processes that train together; the first of them tells, evaluates and saves.
  var processes: DataParallel { get }

  /// Steps of the epochs before one, which may be the end of the run.
  func steps(beforeEpoch index: Int) -> Int
  /// What an epoch is trained on.
  func epoch(_ index: Int) throws -> Epoch
  /// How many items, bags or pairs, a step is cut by among processes.
  func parts(ofStep number: Int, of epoch: Epoch) -> Int
  /// What a step of the epoch under way minimizes: the loss of a share of its parts. Runs in training mode.
  func objective(
    ofStep number: Int, of epoch: Epoch, share: BatchShare
  ) throws -> StepObjective
  /// The result of the epoch that has just been finished.
  func report(on epoch: Epoch, evaluates: Bool) throws -> Report
}

extension EpochTraining {
  var clipNorm: Double? { nil }
  var state: (any RunState)? { nil }
  var processes: DataParallel { DataParallel() }
  func parts(ofStep number: Int, of epoch: Epoch) -> Int { 1 }

  /// Steps of the whole run that have been taken.
  var stepsTaken: Int { steps(beforeEpoch: progress.epoch) + progress.step }

  func steps(ofEpoch index: Int) -> Int {
    steps(beforeEpoch: index + 1) - steps(beforeEpoch: index)
  }

  /// Writes what is needed to resume, in one step: the file that was there before survives a failure.
  func save(to path: String) throws { try state?.save(model, optimizer, to: path) }

  /// Trains to the end, or until it is told to stop.
  ///
  /// - Returns: Whether training is complete.
  func train(
    checkpoint: String? = nil, evaluatesEveryEpoch: Bool = false,
    report tell: (RunEvent<Plan, Report>) throws -> Void, shouldStop: () -> Bool
  ) throws -> Bool {
    func report(_ event: RunEvent<Plan, Report>) throws {
      if processes.isLeader { try tell(event) }
    }
    try report(.started(plan))
    while progress.epoch < plan.epochs {
      // Once would do, but for processors whose instructions round otherwise.
      try processes.broadcast(model)
      let epoch = try epoch(progress.epoch)
      let isComplete = try finish(epoch, shouldStop: shouldStop, report: report)
      if isComplete {
        let isLast = progress.epoch + 1 == plan.epochs
        let evaluates = processes.isLeader && (evaluatesEveryEpoch || isLast)
        try report(.epoch(try self.report(on: epoch, evaluates: evaluates)))
        progress.finishEpoch()
      }
      if let checkpoint, processes.isLeader {
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
      guard try !processes.any(shouldStop()) else { return false }
      let step = try nextStep(of: epoch)
      try report(
        .step(
          StepReport(
            step: stepsTaken, steps: plan.steps, epoch: progress.epoch + 1,
            loss: progress.meanLoss, stepLoss: step.loss, items: step.items,
            seconds: step.seconds)))
    }
    return true
  }

  /// Takes a step of the epoch under way, which has more of them.
  func nextStep(of epoch: Epoch) throws -> StepResult {
    let start = ContinuousClock.now
    let communicationBefore = processes.communicationSeconds
    let share = processes.share(of: parts(ofStep: progress.step, of: epoch))
    let objective = try withTraining(share) {
      try self.objective(ofStep: progress.step, of: epoch, share: share)
    }
    let lossStart = ContinuousClock.now
    let (ownLoss, cotangent) = try evaluate(objective)
    let lossSeconds = lossStart.secondsUntilNow
    let parameters = model.parameters
    let count = objective.count ?? objective.items
    let part = try processes.part(
      ofLoss: ownLoss, over: count, items: objective.items, share: share)
    var gradients = try processes.gradients(
      of: objective.output, cotangent: cotangent, part: part, by: parameters)
    if let clipNorm { gradients = gradients.clipped(toGlobalNorm: clipNorm) }
    optimizer.learningRate = schedule.rate(atStep: stepsTaken)
    try optimizer.step(parameters, along: gradients)
    let loss = part.meanLoss
    let result = StepResult(
      items: part.items, loss: loss, total: objective.isMean ? loss * Double(part.items) : loss,
      seconds: start.secondsUntilNow, lossSeconds: lossSeconds,
      communicationSeconds: processes.communicationSeconds - communicationBefore)
    progress.add(result)
    return result
  }

  /// An output or a loss that is no number means that training has diverged.
  private func evaluate(_ objective: StepObjective) throws -> (loss: Double, gradient: Tensor) {
    func diverged(_ reason: String) -> TrainingError {
      .diverged(epoch: progress.epoch + 1, step: progress.step + 1, reason: reason)
    }
    let result: (loss: Double, gradient: Tensor)
    do { result = try objective.evaluate() } catch {
      guard objective.output.scalars.contains(where: { !$0.isFinite }) else { throw error }
      throw diverged("\(error)")
    }
    guard result.loss.isFinite else { throw diverged("the loss is \(result.loss)") }
    return result
  }
}

extension ContinuousClock.Instant {
  var secondsUntilNow: Double { (ContinuousClock.now - self) / .seconds(1) }
}

extension Int {
  /// How many portions of a size there are, the last of which may be smaller.
  func dividedUp(by size: Int) -> Int { (self + size - 1) / size }
}
