import Foundation
import ProblemFiles

/// Draws with the program gnuplot.
package enum Gnuplot {
  /// The picture formats, chosen by the file's extension.
  enum Format: String, CaseIterable {
    case png, svg

    /// A `set terminal` command. Class names may hold characters that enhanced text would interpret.
    func terminal(width: Int, height: Int) -> String {
      switch self {
      case .png: "set terminal pngcairo noenhanced size \(width),\(height) font 'DejaVu Sans,11'"
      case .svg:
        "set terminal svg noenhanced size \(width),\(height) font 'DejaVu Sans,11' background 'white'"
      }
    }

    /// Whether a picture has its end: gnuplot says nothing when the disk is full.
    func isComplete(_ picture: [UInt8]) -> Bool {
      switch self {
      case .png: picture.dropLast(4).suffix(4).elementsEqual("IEND".utf8)
      case .svg: String(decoding: picture.suffix(16), as: UTF8.self).contains("</svg>")
      }
    }
  }

  /// Runs a script whose data files stand beside it, and moves what it drew to `path`.
  ///
  /// - Parameters:
  ///   - script: Commands that draw; the terminal and the output are set before them.
  ///   - files: The data files that the script reads, by name.
  ///   - path: Where the picture goes; `.png` or `.svg`.
  ///   - searchPath: Folders to find gnuplot in, as in PATH, which it is by default.
  package static func draw(
    _ script: String, files: [String: Data], width: Int, height: Int, to path: String,
    searchPath: String? = nil
  ) throws(FigureError) {
    let output = URL(fileURLWithPath: path)
    guard let format = Format(rawValue: output.pathExtension.lowercased()) else {
      throw .unknownFormat(file: path, known: Format.allCases.map(\.rawValue))
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("combinatorial-losses-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let commands = [format.terminal(width: width, height: height), "set output 'figure'", script]
    do {
      try Folder.make(folder.path)
      for (name, data) in files {
        try FileBytes.writeScratch(data, to: folder.appendingPathComponent(name).path)
      }
      try FileBytes.writeScratch(
        commands.joined(separator: "\n").utf8, to: folder.appendingPathComponent("script").path)
    } catch { throw .file(error) }
    try run(in: folder, searchPath: searchPath)
    do throws(DataFileError) {
      let figure = try FileBytes.read(folder.appendingPathComponent("figure").path)
      guard format.isComplete(figure) else {
        throw DataFileError.unwritable(file: path, reason: "gnuplot wrote a part of it only")
      }
      try FileBytes.write(figure, to: path)
    } catch { throw .file(error) }
  }

  private static func run(in folder: URL, searchPath: String?) throws(FigureError) {
    let command = SystemCommand(
      program: "gnuplot", arguments: ["script"], remedy: "apt-get install gnuplot-nox",
      folder: folder.path, settings: searchPath.map { ["PATH=\($0)"] } ?? [])
    do {
      try command.output()
    } catch .programMissing(_, let remedy) {
      throw .gnuplotMissing(remedy: remedy)
    } catch .programFailed(_, _, let reason) {
      throw .gnuplotFailed(reason: reason)
    } catch {
      throw .gnuplotFailed(reason: error.description)
    }
  }
}

/// Why a picture could not be drawn.
public enum FigureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The program that draws is not installed.
  case gnuplotMissing(remedy: String)
  /// The program that draws ended with an error.
  case gnuplotFailed(reason: String)
  /// The file's name ends in no format that can be drawn.
  case unknownFormat(file: String, known: [String])
  /// The file could not be written.
  case file(DataFileError)

  /// One line with the reason and, for a missing program, how to get it.
  public var description: String {
    switch self {
    case .gnuplotMissing(let remedy):
      "pictures are drawn by gnuplot, which is not installed: \(remedy)"
    case .gnuplotFailed(let reason): "gnuplot failed: \(reason)"
    case .unknownFormat(let file, let known):
      "\(file): expected a file name ending in .\(known.joined(separator: " or ."))"
    case .file(let error): error.description
    }
  }
}
