import CombinatorialFiles
import CombinatorialKernels
import ProblemFiles

/// The pictures of the lines of a manifest.
struct LoadedPictures {
  let stack: PictureStack
  /// Where each picture is.
  let sources: [PictureReference]
  /// For each line that can be used, its pictures, as indices in the stack.
  let picturesOfLines: [[Int]]
  let badLines: [BadLine]
}

/// Reads pictures on several threads, each once, however many bags have it.
struct PictureLoader {
  /// The manifest, to whose folder files are relative.
  let manifest: String
  let format: PictureFormat

  /// Files that are read before it is seen whether all is well.
  private static let chunk = 1024

  /// What is read from one file.
  private struct File: Sendable {
    let path: String
    var boxes: [PictureBox?] = []
    /// The places of the boxes among all that is read.
    var places: [Int] = []
  }

  /// What one picture gave.
  private typealias Outcome = Result<[UInt8], PictureFileError>

  /// - Parameters:
  ///   - lines: The number of each line, nil for a picture by itself, and its pictures.
  ///   - skipsBadLines: Whether to go on after a picture that cannot be used.
  func load(
    _ lines: [(number: Int?, pictures: [PictureReference])], skipsBadLines: Bool
  ) throws(ManifestError) -> LoadedPictures {
    var places: [PictureReference: Int] = [:]
    var files: [File] = []
    var fileOfPath: [String: Int] = [:]
    for (_, pictures) in lines {
      for picture in pictures where places[picture] == nil {
        let place = places.count
        places[picture] = place
        let index = fileOfPath[picture.file] ?? files.count
        if index == files.count {
          fileOfPath[picture.file] = index
          files.append(File(path: path(of: picture.file)))
        }
        files[index].boxes.append(picture.box)
        files[index].places.append(place)
      }
    }
    try checkMemory(pictures: places.count)
    var outcomes = [Outcome?](repeating: nil, count: places.count)
    for first in stride(from: 0, to: files.count, by: Self.chunk) {
      let chunk = Array(files[first..<min(first + Self.chunk, files.count)])
      let isFine = read(chunk, into: &outcomes)
      // The first line of those that cannot be used is told, once it is known that there is one.
      guard isFine || skipsBadLines else { break }
    }
    return try collect(lines, skipsBadLines: skipsBadLines) { outcomes[places[$0] ?? 0] }
  }

  /// The path of a file that a manifest names.
  static func path(of file: String, manifest: String) -> String {
    guard !file.hasPrefix("/"), let slash = manifest.lastIndex(of: "/") else { return file }
    return manifest[...slash] + file
  }

  private func path(of file: String) -> String { Self.path(of: file, manifest: manifest) }

  private func checkMemory(pictures: Int) throws(ManifestError) {
    let size = format.channels * format.height * format.width
    // Each picture by itself, then all in one array.
    let limit = MemoryLimit.bytes / 3
    guard pictures <= limit / size else {
      throw .file(
        .unreadable(
          file: FileBytes.name(of: manifest),
          reason: "\(pictures) pictures of \(size) bytes do not fit in memory"))
    }
  }

  /// - Returns: Whether all could be read.
  private func read(_ files: [File], into outcomes: inout [Outcome?]) -> Bool {
    let found = Lock([[Outcome]?](repeating: nil, count: files.count))
    Parallel.forEachSlice(of: files.count) { slice in
      for index in slice {
        let outcome = parts(of: files[index])
        found.withLock { $0[index] = outcome }
      }
    }
    var isFine = true
    for (file, parts) in zip(files, found.withLock { $0 }) {
      for (place, part) in zip(file.places, parts ?? []) {
        outcomes[place] = part
        if case .failure = part { isFine = false }
      }
    }
    return isFine
  }

  /// One outcome for each box of a file.
  private func parts(of file: File) -> [Outcome] {
    do throws(PictureFileError) {
      return try PictureFile(contentsOf: file.path).parts(file.boxes, format: format)
    } catch {
      return file.boxes.map { _ in .failure(error) }
    }
  }

  /// Puts the pictures of the lines that can be used together.
  private func collect(
    _ lines: [(number: Int?, pictures: [PictureReference])], skipsBadLines: Bool,
    outcome: (PictureReference) -> Outcome?
  ) throws(ManifestError) -> LoadedPictures {
    var badLines: [BadLine] = []
    var sources: [PictureReference] = []
    var pixels: [UInt8] = []
    var indices: [PictureReference: Int] = [:]
    var picturesOfLines: [[Int]] = []
    for (number, pictures) in lines {
      if let (picture, error) = firstFailure(of: pictures, outcome) {
        let bad = BadLine(
          file: manifest, line: number, fault: .picture(file: path(of: picture.file), error))
        guard skipsBadLines else { throw .badLine(bad) }
        badLines.append(bad)
        continue
      }
      picturesOfLines.append(
        pictures.map { picture in
          if let index = indices[picture] { return index }
          let index = sources.count
          indices[picture] = index
          sources.append(picture)
          if case .success(let part) = outcome(picture) { pixels += part }
          return index
        })
    }
    let stack: PictureStack
    do {
      stack = try PictureStack(
        channels: format.channels, height: format.height, width: format.width,
        count: sources.count, pixels: pixels)
    } catch { throw .file(.unreadable(file: manifest, reason: error.description)) }
    return LoadedPictures(
      stack: stack, sources: sources, picturesOfLines: picturesOfLines, badLines: badLines)
  }

  private func firstFailure(
    of pictures: [PictureReference], _ outcome: (PictureReference) -> Outcome?
  ) -> (PictureReference, PictureFileError)? {
    for picture in pictures {
      if case .failure(let error)? = outcome(picture) { return (picture, error) }
    }
    return nil
  }
}
