import ArgumentParser
import Foundation

/// Page faults of one training step after another: from the second on, tensors come from the pool.
struct StepFaultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step-faults",
    abstract: "Takes training steps and prints the page faults of each as JSON.")

  @Option(help: "Steps after the first.")
  var steps = 5

  @Option(help: "Exit status 1 if the last step has more page faults.")
  var limit: Int?

  func validate() throws {
    guard steps > 0 else { throw ValidationError("--steps: expected at least 1") }
  }

  func run() throws {
    var counts = [ProcessUsage.current.pageFaults]
    let step = try TrainingStep(bags: 16, size: 8, classes: 10)
    counts.append(ProcessUsage.current.pageFaults)
    for _ in 0..<steps {
      _ = try step.run()
      counts.append(ProcessUsage.current.pageFaults)
    }
    let faults = zip(counts.dropFirst(), counts).map { $0 - $1 }
    Console.write(
      String(decoding: try JSONEncoder().encode(["pageFaults": faults]), as: UTF8.self),
      to: .standardOutput)
    if let limit, let last = faults.last, last > limit { throw ExitCode.failure }
  }
}
