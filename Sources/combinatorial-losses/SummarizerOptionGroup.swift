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

  @Option(help: ArgumentHelp("The text.", valueName: TextSource.formsAsValue))
  var data = defaults.data
  @Option(help: "What is minimised.") var loss = defaults.loss
  @Option(help: "What the decoder reads in place of the token before.")
  var feedback = defaults.feedback
  @Option(help: ArgumentHelp("Temperature of the Gumbel-softmax.", valueName: "t"))
  var temperature = defaults.temperature
  @Option(help: ArgumentHelp("What a gap costs, in diagonal moves.", valueName: "factor"))
  var gapFactor = defaults.gapFactor
  @Option(help: ArgumentHelp("Temperature of soft-alignment.", valueName: "t"))
  var softTemperature = defaults.softTemperature
  @Option(help: ArgumentHelp("Quadratic term of alignment-lp.", valueName: "weight"))
  var smoothing = defaults.smoothing
  @Option(help: "Whether words of the source can be copied.") var copy = defaults.copying
  @Option(help: "The recurrent cell.") var cell = defaults.cell
  @Option(help: ArgumentHelp("Units of each recurrent layer.", valueName: "n"))
  var hidden = defaults.hidden
  @Option(help: ArgumentHelp("Features of a token.", valueName: "n"))
  var embedding = defaults.embedding
  @Option(help: ArgumentHelp("The share of features dropped in training.", valueName: "share"))
  var dropout = defaults.dropout
  @Option(help: ArgumentHelp("The most tokens of a vocabulary.", valueName: "n"))
  var vocabulary = defaults.vocabulary
  @Option(help: ArgumentHelp("How often a token of it has to occur.", valueName: "n"))
  var minimumCount = defaults.minimumCount
  @Option(help: ArgumentHelp("Epochs.", valueName: "n")) var epochs = defaults.epochs
  @Option(help: ArgumentHelp("Train on the first n pairs.", valueName: "n")) var pairs: Int?
  @Option(help: ArgumentHelp("Pairs in a step.", valueName: "n"))
  var batchSize = defaults.batchSize
  @Option(help: ArgumentHelp("The highest learning rate of Adam.", valueName: "rate"))
  var learningRate = defaults.learningRate
  @Option(help: "How the learning rate changes.") var schedule = defaults.schedule
  @Option(help: ArgumentHelp("Scale gradients down to this norm.", valueName: "norm"))
  var clipNorm = defaults.clipNorm
  @Option(
    help: ArgumentHelp(
      "Drop or double a token in this share of the training targets.", valueName: "share"))
  var targetNoise = defaults.targetNoise
  @Option(help: ArgumentHelp("Validation pairs decoded after an epoch.", valueName: "n"))
  var validationPairs = defaults.validationPairs
  @Option(help: ArgumentHelp("Determines parameters, order and noise.", valueName: "n"))
  var seed = defaults.seed

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
