import CombinatorialKernels
import CombinatorialSolvers
import Experiments
import Foundation

/// Times the kernels on a folder of the user's own batches, on one thread and on all.
struct UserInstancesRun {
  let directory: String
  let filter: String?
  let json: String?
  let output: FileHandle
  var timing = AlternatedTiming.thorough

  /// The results as `--json` writes them.
  struct Report: Encodable {
    let machine: Machine
    let instances: [Result]
  }

  /// One file.
  struct Result: Encodable {
    let file: String
    let problem: String
    let shape: [Int]
    /// Problems in the file.
    let instances: Int
    /// Medians.
    let secondsPerInstance: Times
    let quartiles: Quartiles

    struct Times: Encodable {
      let oneThread: Double
      let allThreads: Double
    }

    struct Quartiles: Encodable {
      let oneThread: [Double]
      let allThreads: [Double]
    }
  }

  func run() throws {
    let names = try fileNames()
    let table = Table(columns: [
      .init(title: "file", width: names.map(\.count).max() ?? 0, isNumber: false),
      .init(title: "instances", width: 9), .init(title: "one thread", width: 10),
      .init(title: "all threads", width: 11),
      .init(title: "an instance", width: 0, isNumber: false),
    ])
    Console.write(Machine.this.line, to: output)
    Console.write(table.heading, to: output)
    let results = try names.map { name in
      let result = try measure(name)
      Console.write(
        table.line([
          name, "\(result.instances)", Format.seconds(result.secondsPerInstance.oneThread),
          Format.seconds(result.secondsPerInstance.allThreads), "",
        ]), to: output)
      return result
    }
    if let json { try JSONFile.write(Report(machine: .this, instances: results), to: json) }
  }

  private func fileNames() throws -> [String] {
    let all: [String]
    do {
      all = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw BenchmarksError.badInstance(file: directory, reason: error.localizedDescription)
    }
    let filter = filter.map(CaseFilter.init)
    let names = all.filter { $0.hasSuffix(".npy") && filter?.matches($0) ?? true }.sorted()
    guard !names.isEmpty else {
      throw BenchmarksError.badInstance(file: directory, reason: "holds no .npy file to time")
    }
    return names
  }

  /// Reads, solves, checks and times one file.
  private func measure(_ name: String) throws -> Result {
    let kind = try ProblemKind(fileName: name)
    let path = URL(fileURLWithPath: directory).appendingPathComponent(name).path
    do {
      let array = try NumPyArray(contentsOf: path)
      let problems = try [1, Parallel.coreCount].map { try kind.prepared([array], threads: $0) }
      let seconds = try timing.measure(
        problems.map { problem in
          Contestant(
            name: name, instances: problem.instances, run: problem.run, check: problem.check)
        })
      let summaries = seconds.map { samples in
        Summary(of: samples.map { $0 / Double(problems[0].instances) })
      }
      return Result(
        file: name, problem: kind.rawValue, shape: array.shape, instances: problems[0].instances,
        summaries: summaries)
    } catch let error as NumPyFileError {
      throw BenchmarksError.badInstance(file: path, reason: "\(error)")
    } catch let error as CombinatorialError {
      throw BenchmarksError.badInstance(file: path, reason: "\(error)")
    } catch BenchmarksError.badRequest(let reason) {
      throw BenchmarksError.badInstance(file: path, reason: reason)
    }
  }
}

extension UserInstancesRun.Result {
  /// `summaries` is of one thread and of all.
  fileprivate init(
    file: String, problem: String, shape: [Int], instances: Int, summaries: [Summary]
  ) {
    self.file = file
    self.problem = problem
    self.shape = shape
    self.instances = instances
    secondsPerInstance = Times(
      oneThread: summaries[0].median, allThreads: summaries[1].median)
    quartiles = Quartiles(
      oneThread: [summaries[0].lowerQuartile, summaries[0].upperQuartile],
      allThreads: [summaries[1].lowerQuartile, summaries[1].upperQuartile])
  }
}
