import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

/// Costs of a file, that may stand beside those of masses as an option too.
struct TransportCostFile: ParsableArguments {
  @Argument(
    help: .value(
      "costs.npy", "Costs as NumPy's .npy, with one axis more for a batch; - is standard input."))
  var file: String?

  @Option(help: .value("costs.npy", "The same, beside --supply and --demand.")) var costs: String?

  func validate() throws {
    guard (file == nil) != (costs == nil) else {
      throw ValidationError("give one file of costs, as an argument or with --costs")
    }
  }

  func read() throws -> CostArray { try CostArray(contentsOf: file ?? costs ?? "-") }
}

/// What rows have and columns want.
struct MassOptions: ParsableArguments {
  @Option(
    help: .value("npy", "What each row has: [rows] or [batch, rows]. Default: as much for each."))
  var supply: String?

  @Option(
    help: .value(
      "npy", "What each column wants: [columns] or [batch, columns]. Default: as much for each."))
  var demand: String?

  func read() throws -> MassArrays { try MassArrays(supplyAt: supply, demandAt: demand) }
}

struct SolveTransport: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "transport",
    abstract: "Move supply to demand at the least total cost.",
    discussion: """
      Costs are [rows, columns]. The words are plan (what moves: row, column and mass), rowPotentials and \
      columnPotentials (the proof, and the derivatives of the value by supply and demand). The gradient is the plan \
      as a matrix. Masses without a file add up to those of the other, or to 1.
      """)

  @OptionGroup var file: TransportCostFile
  @OptionGroup var masses: MassOptions

  @Option(
    parsing: .unconditional,
    help: .value("cost", "Let supply stay where it is at this cost a unit; with --shortage-cost."))
  var surplusCost: Double?

  @Option(
    parsing: .unconditional,
    help: .value("cost", "Leave demand unmet at this cost a unit; with --surplus-cost."))
  var shortageCost: Double?

  @Flag(help: "Print costs less both potentials too: at least 0, and 0 where something moves.")
  var reducedCosts = false

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    guard (surplusCost == nil) == (shortageCost == nil) else {
      throw ValidationError("give both of --surplus-cost and --shortage-cost, or none")
    }
    try expectFinite(["surplus-cost": surplusCost, "shortage-cost": shortageCost])
  }

  func answers() throws -> [Answer] {
    var problem = Transport()
    if let surplusCost, let shortageCost {
      problem.imbalance = .priced(surplus: surplusCost, shortage: shortageCost)
    }
    return try Answer.solving(
      problem, file.read(), between: masses.read(), isBalanced: surplusCost == nil,
      answering.answer
    ) { solved in
      guard reducedCosts else { return [:] }
      let (solution, sign) = (solved.solution, answering.maximize ? -1.0 : 1)
      return [
        "reducedCosts": rows(solved, solution.rowPotentials.count) {
          sign * $2 - solution.rowPotentials[$0] - solution.columnPotentials[$1]
        }
      ]
    }
  }
}

struct SolveSinkhorn: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "sinkhorn",
    abstract: "Move supply to demand at the least cost less a share of the plan's entropy.",
    discussion: """
      Costs are [rows, columns]. The words are plan (a matrix, the gradient), transportCost, rowPotentials and \
      columnPotentials (the derivatives of the value by supply and demand), iterations and marginalError. Masses \
      without a file add up to those of the other, or to 1.
      """)

  @OptionGroup var file: TransportCostFile
  @OptionGroup var masses: MassOptions

  @Option(help: .value("t", "The price of entropy, greater than 0.")) var temperature: Double

  @Option(
    help: .value("share", "How far marginals may be off, as a share of the total.")
  )
  var tolerance = 1e-6

  @Option(help: .count("The most iterations.")) var maxIterations = 10_000

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    try expectPositive(["temperature": temperature, "tolerance": tolerance])
    try expectAtLeastOne(["max-iterations": maxIterations])
  }

  func answers() throws -> [Answer] {
    let problem = Sinkhorn(
      temperature: temperature, tolerance: tolerance, maxIterations: maxIterations)
    return try Answer.solving(problem, file.read(), between: masses.read(), answering.answer) {
      let solution = $0.solution
      let shape = [solution.rowPotentials.count, solution.columnPotentials.count]
      return ["plan": NestedNumbers(solution.plan, shape: shape)]
    }
  }
}

struct SolveTransportOnLine: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "transport-on-line",
    abstract: "Move supply to demand along a line, at the distance to a power.",
    discussion: """
      The words are plan (what moves: row, column and mass), rowPotentials and columnPotentials (the proof, and the \
      derivatives of the value by supply and demand). Positions have no costs: the gradient is the plan as a matrix.
      """)

  @Argument(help: .value("sources.npy", "Where supply is: [rows] or [batch, rows]."))
  var sources: String

  @Argument(help: .value("targets.npy", "Where demand is: [columns] or [batch, columns]."))
  var targets: String

  @OptionGroup var masses: MassOptions

  @Option(help: .value("p", "The power of the distance, at least 1.")) var power = 1.0

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    if answering.maximize { throw ValidationError("distances are no costs to maximize") }
    guard power >= 1, power.isFinite else {
      throw ValidationError("--power: expected a number of at least 1, found \(power)")
    }
  }

  func answers() throws -> [Answer] {
    let problem = TransportOnLine(power: power)
    return try Answer.solving(
      from: CostArray(contentsOf: sources), to: CostArray(contentsOf: targets),
      between: masses.read(), answering.answer
    ) { sources, targets, _, supply, demand throws(CombinatorialError) in
      try problem.solve(sources: sources, targets: targets, supply: supply, demand: demand)
    }
  }
}

struct SolveTransportInSpace: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "transport-in-space",
    abstract: "Move supply to demand between points, at their distances.",
    discussion: """
      The words are plan (what moves: row, column and mass), rowPotentials and columnPotentials (the proof, and the \
      derivatives of the value by supply and demand). No matrix of costs is made: the gradients are those by the \
      coordinates, sourceGradient and targetGradient.
      """)

  @Argument(
    help: .value(
      "sources.npy", "Where supply is: [rows, dimensions] or [batch, rows, dimensions]."))
  var sources: String

  @Argument(
    help: .value(
      "targets.npy", "Where demand is: [columns, dimensions] or [batch, columns, dimensions]."))
  var targets: String

  @OptionGroup var masses: MassOptions

  @Option(help: "How far two points are apart.") var metric = TransportInSpace.Metric
    .squaredEuclidean

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    if answering.maximize { throw ValidationError("distances are no costs to maximize") }
  }

  func answers() throws -> [Answer] {
    let problem = TransportInSpace(metric: metric)
    var options = answering.answer
    options.includesGradient = false
    return try Answer.solving(
      from: CostArray(contentsOf: sources), to: CostArray(contentsOf: targets), axis: "dimensions",
      between: masses.read(), options,
      words: { solution, dimensions in
        guard answering.gradient, let gradient = solution.positionGradient else { return [:] }
        return [
          "sourceGradient": NestedNumbers(
            gradient.sources, shape: [gradient.sources.count / max(1, dimensions), dimensions]),
          "targetGradient": NestedNumbers(
            gradient.targets, shape: [gradient.targets.count / max(1, dimensions), dimensions]),
        ]
      },
      solve: { sources, targets, dimensions, supply, demand throws(CombinatorialError) in
        try problem.solve(
          sources: sources, targets: targets, dimensions: dimensions, supply: supply, demand: demand
        )
      })
  }
}

extension TransportInSpace.Metric: ExpressibleByArgument {}
