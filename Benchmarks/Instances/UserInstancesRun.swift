import CombinatorialKernels
import CombinatorialSolvers
import Foundation
import ProblemFiles

/// Times the kernels on a folder of the user's own batches, on one thread and on all.
struct UserInstancesRun {
  let directory: String
  let filter, json: String?
  let output: FileHandle
  var timing = AlternatedTiming.thorough

  /// The results as `--json` writes them.
  struct Report: Encodable {
    let machine: Machine
    let instances: [Result]
  }

  /// One file.
  struct Result: Encodable {
    let file, problem: String
    let shape: [Int]
    /// Problems in the file.
    let instances: Int
    /// Medians.
    let secondsPerInstance: Times
    let quartiles: Quartiles

    struct Times: Encodable {
      let oneThread, allThreads: Double
    }

    struct Quartiles: Encodable {
      let oneThread, allThreads: [Double]
    }
  }

  /// Reads and solves every file once, so that a bad one is found before hours of timing; then times.
  func run() throws {
    let files = try fileNames().map(read)
    let table = Table(columns: [
      .init(title: "file", width: files.map(\.name.count).max() ?? 0, isNumber: false),
      .init(title: "instances", width: 9), .init(title: "one thread", width: 10),
      .init(title: "all threads", width: 11),
      .init(title: "an instance", width: 0, isNumber: false),
    ])
    Console.write(Machine.this.line, to: output)
    Console.write(table.heading, to: output)
    let results = try files.map { file in
      let result = try measure(file)
      Console.write(
        table.line([
          file.name, "\(result.instances)", Format.seconds(result.secondsPerInstance.oneThread),
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

  private struct UserFile {
    let name: String
    let kind: ProblemKind
    let shape: [Int]
    /// On one thread and on all.
    let problems: [PreparedProblem]
  }

  /// Reads, solves and checks one file.
  private func read(_ name: String) throws -> UserFile {
    let kind = try ProblemKind(fileName: name)
    let path = URL(fileURLWithPath: directory).appendingPathComponent(name).path
    do {
      let array = try NumPyArray(contentsOf: path)
      let problems = try [1, Parallel.coreCount].map { try kind.prepared([array], threads: $0) }
      try problems[0].run()
      try problems[0].check()
      return UserFile(name: name, kind: kind, shape: array.shape, problems: problems)
    } catch let error as NumPyFileError {
      throw BenchmarksError.unreadable("\(error)")
    } catch let error as CombinatorialError {
      throw BenchmarksError.badInstance(file: path, reason: "\(error)")
    } catch BenchmarksError.badRequest(let reason) {
      throw BenchmarksError.badInstance(file: path, reason: reason)
    }
  }

  private func measure(_ file: UserFile) throws -> Result {
    let instances = file.problems[0].instances
    let seconds = try timing.measure(
      file.problems.map { problem in
        Contestant(
          name: file.name, instances: instances, run: problem.run, check: problem.check)
      })
    return Result(
      file: file.name, problem: file.kind.rawValue, shape: file.shape, instances: instances,
      summaries: seconds.map { samples in Summary(of: samples.map { $0 / Double(instances) }) })
  }
}

extension UserInstancesRun.Result {
  /// `summaries` is of one thread and of all.
  fileprivate init(
    file: String, problem: String, shape: [Int], instances: Int, summaries: [Summary]
  ) {
    (self.file, self.problem, self.shape, self.instances) = (file, problem, shape, instances)
    secondsPerInstance = Times(
      oneThread: summaries[0].median, allThreads: summaries[1].median)
    quartiles = Quartiles(
      oneThread: [summaries[0].lowerQuartile, summaries[0].upperQuartile],
      allThreads: [summaries[1].lowerQuartile, summaries[1].upperQuartile])
  }
}
