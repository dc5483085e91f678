import ArgumentParser
struct BagsCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "bags") }
