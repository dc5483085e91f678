import ArgumentParser
import CombinatorialExperiments
import DifferentiableTensor
import Foundation

/// Writes bags of pictures to files, and reads them as `bags train` does.
struct BagLoadingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bag-loading",
    abstract: "Reads bags of generated pictures from files; prints the speed as JSON.",
    discussion: """
      Each bag has 8 photographs of its own, of smooth colours with noise, which are resized to 32 x 32. \
      The files have just been written, so they come from memory. picturesPerProcessorSecond is what one core \
      reads in a second that it has for this alone, however much else the machine does.
      """)

  @Option(help: "How many bags of 8 pictures.")
  var bags = 1000

  @Option(help: "The side of the pictures, in pixels.")
  var side = 256

  @Option(help: "The format of the files: \(BagExport.FileFormat.allCases.map(\.rawValue)).")
  var format = "jpeg"

  @Option(help: "The most threads.")
  var threads = 2

  @Option(help: "Exit status 1 if fewer pictures a second are read.")
  var leastSpeed: Double?

  func validate() throws {
    guard bags > 0, side > 0, threads > 0 else { throw ValidationError("expected at least 1") }
    guard BagExport.FileFormat(rawValue: format) != nil else {
      throw ValidationError("--format: expected png or jpeg, found \(format)")
    }
  }

  func run() throws {
    try BenchmarksCommand.prepare()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("benchmark-bags-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let manifest = try write(to: folder)
    let before = ProcessUsage.current.processorSeconds
    // Three times: what else the machine does slows one of them down.
    let seconds = try (0..<3).map { _ in
      let start = ContinuousClock.now
      let read = try withMaxThreads(threads) {
        try BagCollection(manifest: manifest, format: PictureFormat())
      }
      guard read.picturesOfBags == 8 * bags else {
        throw BenchmarksError.wrongResult("\(read.picturesOfBags) pictures of \(8 * bags)")
      }
      return (ContinuousClock.now - start) / .seconds(1)
    }
    let processor = ProcessUsage.current.processorSeconds - before
    let speeds = seconds.map { Double(8 * bags) / $0 }.sorted()
    try MemoryReport.write(
      [
        "pictures": Double(8 * bags), "side": Double(side), "threads": Double(threads),
        "picturesPerProcessorSecond": Double(3 * 8 * bags) / processor,
        "picturesPerSecond": speeds[1], "slowest": speeds[0], "fastest": speeds[2],
      ], limitMegabytes: nil)
    if let leastSpeed, speeds[1] < leastSpeed { throw ExitCode.failure }
  }

  /// A few different pictures, over and over: each is a file of its own.
  private func write(to folder: String) throws -> String {
    var generator = SeededGenerator(seed: 1)
    let different = 16
    let pixels = (0..<different).flatMap { _ in photograph(using: &generator) }
    let pictures = try PictureSet(
      channels: 3, height: side, width: side, pixels: pixels,
      labels: (0..<Int32(different)).map { $0 % 4 }, classNames: ["a", "b", "c", "d"])
    var export = BagExport()
    export.fileFormat = BagExport.FileFormat(rawValue: format) ?? .jpeg
    export.labelForm = .counts
    _ = try export.run(ImageDataset(training: pictures, test: pictures.prefix(0)), to: folder)
    let originals = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/training")
    var lines = ""
    for bag in 0..<bags {
      let names = (0..<8).map { "\(bag)-\($0)" }
      for (position, name) in names.enumerated() {
        let original = originals[(8 * bag + position) % originals.count]
        try FileManager.default.copyItem(
          atPath: "\(folder)/training/\(original)", toPath: "\(folder)/\(name)")
      }
      let list = names.map { "\"\($0)\"" }.joined(separator: ",")
      lines += "{\"pictures\":[\(list)],\"counts\":{\"a\":4,\"b\":4}}\n"
    }
    let manifest = "\(folder)/bags.jsonl"
    try Data(lines.utf8).write(to: URL(fileURLWithPath: manifest))
    return manifest
  }

  /// Smooth colors with noise, a channel after the other.
  private func photograph(using generator: inout SeededGenerator) -> [UInt8] {
    (0..<3).flatMap { _ in
      let down = Double.random(in: 1...6, using: &generator)
      let across = Double.random(in: 1...6, using: &generator)
      return (0..<side * side).map { pixel in
        let (row, column) = (Double(pixel / side), Double(pixel % side))
        let wave = sin(down * row / Double(side)) * cos(across * column / Double(side))
        return UInt8(128 + 100 * wave + Double.random(in: -20...20, using: &generator))
      }
    }
  }
}
