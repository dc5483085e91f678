import ArgumentParser
import DistributedTraining
import Foundation
import Synchronization

/// A command that several processes can work on together.
protocol DistributedCommand: ComputingCommand {}

/// The processes that `mpirun` started, this one among them; or this one alone.
enum Ranks {
  private static let started = Result { () throws(CommunicatorError) in try start() }
  private static let isEndingTogether = Atomic(false)

  /// Connects the processes, once.
  static func connect() throws(CommunicatorError) { _ = try started.get() }

  static var communicator: any Communicator { (try? started.get()) ?? SingleProcess() }
  static var isLeader: Bool { communicator.rank == 0 }

  /// What errors begin with, to tell whose they are.
  static var prefix: String {
    let (rank, size) = (communicator.rank, communicator.size)
    return size > 1 ? "rank \(rank) of \(size): " : ""
  }

  private static func start() throws(CommunicatorError) -> any Communicator {
    guard let launched = Launch.ranks else { return SingleProcess() }
    #if MPI
      let communicator = try MPICommunicator()
      guard communicator.size >= launched else {
        throw .unavailable(
          reason: "expected \(launched) processes, found \(communicator.size); "
            + "was mpirun that of another MPI than Open MPI?")
      }
      return communicator
    #else
      guard launched > 1 else { return SingleProcess() }
      throw .unavailable(
        reason: "expected one process without MPI, found \(launched); build with --traits MPI")
    #endif
  }

  /// Refuses a command that each process would do for itself.
  static func check(_ command: any ParsableCommand) throws {
    guard communicator.size > 1, !(command is any DistributedCommand) else { return }
    // Help is a command of the parser's own, which ends with what is to be printed.
    if String(reflecting: type(of: command)).hasPrefix("ArgumentParser.") {
      var help = command
      return try help.run()
    }
    throw ValidationError(
      "expected bags train, bags grid, summarize train, or solve with one file of costs for "
        + "\(communicator.size) processes, found another command")
  }

  /// Runs what may fail on some processes, or on all alike, which then end together.
  static func together<Result>(
    _ processes: DataParallel = DataParallel(communicator), _ body: () throws -> Result
  ) throws -> Result {
    do { return try processes.together(body) } catch {
      endTogether()
      throw error
    }
  }

  /// Tells that no process needs another one any more, but for the end.
  static func endTogether() { isEndingTogether.store(true, ordering: .relaxed) }

  /// Ends the process; all others too, if it fails where they count on it.
  static func end(_ code: ExitCode) -> Never {
    let endsTogether = communicator.size == 1 || isEndingTogether.load(ordering: .relaxed)
    guard endsTogether || code.isSuccess,
      let codes = try? communicator.gather([Double(code.rawValue)])
    else {
      communicator.abort(status: code.rawValue)
      Foundation.exit(code.rawValue)
    }
    #if MPI
      try? (communicator as? MPICommunicator)?.finish()
    #endif
    Foundation.exit(Int32(codes.map { $0[0] }.max() ?? 0))
  }
}
