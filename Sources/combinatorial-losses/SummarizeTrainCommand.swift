import ArgumentParser
import CombinatorialExperiments
import DistributedTraining
import NeuralLayers

struct SummarizeTrainCommand: DistributedCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an encoder-decoder; print the last epoch's summary as one JSON object.",
    discussion: """
      The validation part is decoded greedily after every epoch; at the best epoch so far the test part \
      is too. Softmax and Gumbel-softmax feedback learn slowly from scratch: start them from a \
      teacher-forced model with --from.

      mpirun -n 4 combinatorial-losses summarize train … takes four processes, on one machine or many, for the \
      same steps; the first of them logs, evaluates and saves. --resume goes on with any number of them.

      Ctrl-C ends after the current step and saves the checkpoint.
      """)

  @OptionGroup var training: SummarizerOptionGroup

  @OptionGroup var ranks: RankOptions
  @OptionGroup var session: TrainingRunOptions

  @Option(help: .value("checkpoint", "Start from the model of another run.")) var from: String?

  @OptionGroup var data: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try training.options.validate()
    if session.resume && from != nil {
      throw ValidationError("--resume and --from exclude each other")
    }
  }

  private var start: SummarizerTraining.Start {
    if session.resume, let checkpoint = session.checkpoint {
      return .resume(checkpoint: checkpoint)
    }
    return from.map { .model(checkpoint: $0) } ?? .fresh
  }

  func compute() throws {
    let processes = ranks.processes
    let corpus = try Ranks.together(processes) { try training.data.load(from: data.folders) }
    let trainer = try Ranks.together(processes) {
      try SummarizerTraining(
        options: training.options, corpus: corpus, start: start, on: processes)
    }
    try session.train(trainer.run)
  }
}
