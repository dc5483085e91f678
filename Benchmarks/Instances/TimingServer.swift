import CombinatorialKernels
import Dispatch
import Foundation
import ProblemFiles

/// Keeps prepared problems and times them on request.
///
///     {"command": "prepare", "problem": "assignment", "inputs": ["costs.npy"], "threads": 1}
///         -> {"job": 0, "instances": 1024}
///     {"command": "time", "job": 0, "repetitions": 3}      -> {"seconds": 0.012, "processorSeconds": 0.011}
///     {"command": "write", "job": 0, "outputs": ["values.npy", "columns.npy"]}    -> {}
///     {"command": "discard", "job": 0}                     -> {}
///
/// Seconds are of all repetitions; those of the processor are of all threads, and mean the same whatever else the
/// machine does. A request that fails is answered `{"error": "…"}`.
struct TimingServer {
  private var jobs: [Int: PreparedProblem] = [:]
  private var nextJob = 0

  private struct Request: Decodable {
    enum Command: String, Decodable {
      case prepare, time, write, discard
    }

    let command: Command
    var problem: String?
    var inputs: [String]?
    var threads, job, repetitions: Int?
    var outputs: [String]?
  }

  private struct Answer: Encodable {
    var job, instances: Int?
    var seconds, processorSeconds: Double?
    var instructionSet, error: String?
  }

  /// The answer to one line.
  mutating func answer(to line: String) -> String {
    var answer = Answer()
    do {
      answer = try self.answer(
        to: JSONDecoder().decode(Request.self, from: Data(line.utf8)))
    } catch {
      answer.error = "\(error)"
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = (try? encoder.encode(answer)) ?? Data("{\"error\": \"no JSON\"}".utf8)
    return String(decoding: data, as: UTF8.self)
  }

  private mutating func answer(to request: Request) throws -> Answer {
    switch request.command {
    case .prepare:
      return try prepare(request)
    case .time:
      let problem = try job(request)
      let (start, used) = (DispatchTime.now().uptimeNanoseconds, ProcessUsage.current)
      for _ in 0..<max(1, request.repetitions ?? 1) { try problem.run() }
      return Answer(
        seconds: Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9,
        processorSeconds: ProcessUsage.current.processorSeconds - used.processorSeconds)
    case .write:
      for (array, path) in zip(try job(request).results(), request.outputs ?? []) {
        try array.write(to: path)
      }
      return Answer()
    case .discard:
      _ = try job(request)
      if let job = request.job { jobs[job] = nil }
      return Answer()
    }
  }

  /// Reads the inputs, solves once and checks the result.
  private mutating func prepare(_ request: Request) throws -> Answer {
    guard let kind = request.problem.flatMap(ProblemKind.init) else {
      throw BenchmarksError.badRequest(
        "expected a problem, one of \(ProblemKind.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    let arrays = try (request.inputs ?? []).map { try NumPyArray(contentsOf: $0) }
    let problem = try kind.prepared(arrays, threads: request.threads ?? Parallel.coreCount)
    try problem.run()
    try problem.check()
    defer { nextJob += 1 }
    jobs[nextJob] = problem
    return Answer(
      job: nextJob, instances: problem.instances,
      instructionSet: InstructionSet.current.rawValue)
  }

  private func job(_ request: Request) throws -> PreparedProblem {
    guard let job = request.job.flatMap({ jobs[$0] }) else {
      throw BenchmarksError.badRequest("expected the number of a prepared job")
    }
    return job
  }
}
