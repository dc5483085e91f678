import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

struct SolveTransportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transport",
    abstract: "Move supply to demand at the least total cost; print one JSON object on one line.",
    discussion: """
      The object has value, plan (arrays rows, columns and masses), rowPotentials and columnPotentials \
      (the proof of optimality; supply . rowPotentials = demand . columnPotentials) and dualityGap. With \
      --gradient it has the derivatives of the value by costs, supply and demand too.
      """)

  @Option(help: .value("costs.npy", "Costs [rows, columns] as NumPy's .npy; +inf forbids a pair."))
  var costs: String

  @Option(help: .value("supply.npy", "What each row has.")) var supply: String

  @Option(help: .value("demand.npy", "What each column wants.")) var demand: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Let supply stay where it is at this cost a unit; with --shortage-cost.", valueName: "cost"))
  var surplusCost: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Leave demand unmet at this cost a unit; with --surplus-cost.", valueName: "cost"))
  var shortageCost: Double?

  @Flag(help: "Print the derivatives of the value too.")
  var gradient = false

  func validate() throws {
    guard (surplusCost == nil) == (shortageCost == nil) else {
      throw ValidationError("give both of --surplus-cost and --shortage-cost, or none")
    }
    for (name, cost) in [("surplus", surplusCost), ("shortage", shortageCost)] {
      if let cost, !cost.isFinite {
        throw ValidationError("--\(name)-cost: expected a finite number, found \(cost)")
      }
    }
  }

  func run() throws {
    var problem = Transport()
    if let surplusCost, let shortageCost {
      problem.imbalance = .priced(surplus: surplusCost, shortage: shortageCost)
    }
    try reportingErrors {
      let report = try TransportReport(
        costsAt: costs, supplyAt: supply, demandAt: demand, problem: problem,
        includesGradient: gradient)
      try StandardOutput.write(line: report.json())
    }
  }
}
