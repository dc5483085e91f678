/// Whether layers that behave differently in training do so.
enum TrainingMode {
  @TaskLocal static var isTraining = false
}

/// Runs `body` in training mode: batch normalization uses and records the statistics of the batch,
/// dropout drops. Outside, layers evaluate.
///
/// The mode belongs to the call and ends with it, whatever is thrown; a model has no switch that
/// someone could forget to set back. Evaluate without recording a tape:
///
/// ```swift
/// let loss = try withTraining { try lossOf(model(images)) }
/// let prediction = try withoutGradient { try model(images) }
/// ```
public func withTraining<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try TrainingMode.$isTraining.withValue(true) { Swift.Result(catching: body) }.get()
}

/// Runs `body` in evaluation mode, also inside ``withTraining(_:)``.
public func withEvaluation<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try TrainingMode.$isTraining.withValue(false) { Swift.Result(catching: body) }.get()
}

/// Whether layers are in training mode here; for layers of one's own.
public var isTraining: Bool { TrainingMode.isTraining }
