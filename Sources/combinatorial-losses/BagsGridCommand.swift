import ArgumentParser
import CombinatorialExperiments
import DistributedTraining
import ProblemFiles

struct BagsGridCommand: DistributedCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid",
    abstract: "Train over gradients, bag sizes and seeds; record each run and draw them.",
    discussion: """
      Each cell is a gradient, bag sizes, seeds and, if need be, the bag sizes of the first epochs: \
      value:1,4,8:1,2 are six runs, lp:4:1 is one, value:24,32:1:4,8 are two with a curriculum.

      A run that is among the results already is not run again. Ctrl-C saves the run under way; the \
      same command goes on with it. Given no cells, it only draws what there is.

      mpirun -n 16 combinatorial-losses bags grid … trains each run by 16 processes, on one machine or many.
      """)

  @Argument(help: .value(BagGrid.Cell.form, "What to run.")) var cells: [BagGrid.Cell] = []

  @Option(
    help: .value(
      "file.jsonl", "One JSON object a line and run: its command, options, test error and seconds.")
  )
  var results: String

  @Option(help: .value("dir", "Keep runs under way here.")) var checkpoints = ".bag-grid"

  @Option(
    help: .count(
      "Instead of training, time this many steps of every gradient, in turn on the same bags."))
  var timeSteps: Int?

  @Option(
    help: .value(
      "file.jsonl", "Where the times are kept: one JSON object a line, bag size and gradient."))
  var times: String?

  @Option(help: .value("file.png|file.svg", "Draw here. May be repeated."))
  var figure: [String] = []

  @OptionGroup var ranks: BagRankOptions
  @OptionGroup var common: CommonBagOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var threads: ThreadOptions

  private var grid: BagGrid {
    BagGrid(
      options: common.options, cells: cells, results: .init(path: results),
      checkpoints: checkpoints)
  }

  private var timesFile: JSONLines<GradientTiming>? { times.map { .init(path: $0) } }

  func validate() throws {
    try expectLabeled(common.data)
    if let fault = grid.runs.lazy.compactMap(\.fault).first ?? common.options.fault {
      throw ValidationError(fault)
    }
    try expectAtLeastOne(["time-steps": timeSteps])
    if timeSteps != nil, times == nil { throw ValidationError("--time-steps needs --times") }
  }

  func compute() throws {
    if let timeSteps { try time(steps: timeSteps) } else if !cells.isEmpty { try train() }
    for path in Ranks.isLeader ? figure : [] {
      try BagGridFigure(
        runs: try grid.comparableResults(), timings: try timesFile?.records() ?? []
      ).write(to: path)
      StandardError.write("\(path): written\n")
    }
  }

  private func train() throws {
    let processes = ranks.processes
    let dataset = try Ranks.together(processes) {
      if processes.isLeader { try Folder.make(checkpoints) }
      return try common.data.load(from: data.folders)
    }
    let watch = TrainingWatch()
    let isComplete = try grid.run(
      on: dataset, processes: processes, report: watch.show, shouldStop: watch.shouldStop)
    Ranks.endTogether()
    try watch.end(
      isComplete: isComplete,
      stopped: processes.isLeader ? "stopped; the same command goes on" : nil)
  }

  private func time(steps: Int) throws {
    guard Ranks.communicator.size == 1 else {
      throw ValidationError(
        "expected one process for --time-steps, found \(Ranks.communicator.size)")
    }
    let timer = GradientTimer(
      options: common.options, bagSizes: Set(grid.runs.map(\.bagSize)).sorted(), steps: steps)
    let timings = try timer.run(on: common.data.load(from: data.folders))
    try timesFile?.replace(with: timings)
  }
}

extension BagGrid.Cell: ExpressibleByArgument {
  /// As in ``form``.
  public init?(argument: String) { self.init(argument) }
}
