import ArgumentParser
import CombinatorialExperiments
import NeuralLayers

extension RecurrentCell: ExpressibleByArgument {}
extension SummarizerOptions.Loss: ExpressibleByArgument {}
extension SummarizerOptions.FeedbackKind: ExpressibleByArgument {}
extension SummarizerOptions.Copying: ExpressibleByArgument {}

/// The options that decide the outcome of training.
struct SummarizerOptionGroup: ParsableArguments {
  private static let defaults = SummarizerOptions()

  @Option(help: .value(TextSource.formsAsValue, "The text.")) var data = defaults.data
  @Option(help: "What is minimized.") var loss = defaults.loss
  @Option(help: "What the decoder reads in place of the token before.")
  var feedback = defaults.feedback
  @Option(help: .value("t", "Temperature of the Gumbel-softmax."))
  var temperature = defaults.temperature
  @Option(help: .value("factor", "What a gap costs, in diagonal moves."))
  var gapFactor = defaults.gapFactor
  @Option(help: .value("t", "Temperature of soft-alignment."))
  var softTemperature = defaults.softTemperature
  @Option(help: .value("weight", "Quadratic term of alignment-lp."))
  var smoothing = defaults.smoothing
  @Option(help: "Whether words of the source can be copied.") var copy = defaults.copying
  @Option(help: "The recurrent cell.") var cell = defaults.cell
  @Option(help: .count("Units of each recurrent layer.")) var hidden = defaults.hidden
  @Option(help: .count("Features of a token.")) var embedding = defaults.embedding
  @Option(help: .value("share", "The share of features dropped in training."))
  var dropout = defaults.dropout
  @Option(help: .count("The most tokens of a vocabulary.")) var vocabulary = defaults.vocabulary
  @Option(help: .count("How often a token of it has to occur."))
  var minimumCount = defaults.minimumCount
  @Option(help: .count("Epochs.")) var epochs = defaults.epochs
  @Option(help: .count("Train on the first n pairs.")) var pairs: Int?
  @Option(help: .count("Pairs in a step.")) var batchSize = defaults.batchSize
  @Option(help: .value("rate", "The highest learning rate of Adam."))
  var learningRate = defaults.learningRate
  @Option(help: "How the learning rate changes.") var schedule = defaults.schedule
  @Option(help: .value("norm", "Scale gradients down to this norm."))
  var clipNorm = defaults.clipNorm
  @Option(help: .value("share", "Drop or double a token in this share of the training targets."))
  var targetNoise = defaults.targetNoise
  @Option(help: .count("Validation pairs decoded after an epoch."))
  var validationPairs = defaults.validationPairs
  @Option(help: .count("Determines parameters, order and noise.")) var seed = defaults.seed

  var options: SummarizerOptions {
    var options = SummarizerOptions()
    (options.data, options.loss, options.feedback, options.copying) = (data, loss, feedback, copy)
    (options.cell, options.hidden, options.embedding) = (cell, hidden, embedding)
    (options.dropout, options.temperature) = (dropout, temperature)
    (options.gapFactor, options.smoothing) = (gapFactor, smoothing)
    options.softTemperature = softTemperature
    (options.vocabulary, options.minimumCount) = (vocabulary, minimumCount)
    (options.epochs, options.pairs, options.batchSize) = (epochs, pairs, batchSize)
    (options.learningRate, options.schedule) = (learningRate, schedule)
    (options.clipNorm, options.targetNoise) = (clipNorm, targetNoise)
    (options.validationPairs, options.seed) = (validationPairs, seed)
    return options
  }
}
