import ArgumentParser

struct BagsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bags",
    abstract:
      "Train and test classifiers of pictures that come in bags with their labels shuffled.",
    subcommands: [
      BagsTrainCommand.self, BagsMatchCommand.self, BagsPredictCommand.self,
      BagsEvaluateCommand.self, BagsDemoCommand.self, BagsGridCommand.self,
    ])
}
