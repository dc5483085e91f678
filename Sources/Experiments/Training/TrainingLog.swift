import CombinatorialFiles
import ProblemFiles

/// A log of a training run: one JSON object a line, for each start, epoch and end.
///
/// Every object has a `kind`: `start`, `epoch` (such as an ``EpochReport``) or `end`. A resumed run goes on
/// in the same file.
public final class TrainingLog {
  private let path: String
  private let file: OutputFile

  /// Opens a log.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - continues: Whether to append to what is there; otherwise it is replaced.
  public init(path: String, continues: Bool) throws(DataFileError) {
    self.path = path
    do {
      file = try OutputFile(path, continues ? .appending : .replacing)
    } catch { throw DataFileError(error) }
  }

  /// Writes what an event is worth; steps and saves are not logged.
  public func write<Plan, Epoch>(
    _ event: RunEvent<Plan, Epoch>
  ) throws(DataFileError) {
    switch event {
    case .started(let plan): try write(Line(kind: "start", content: plan))
    case .epoch(let report): try write(Line(kind: "epoch", content: report))
    case .step, .saved: break
    }
  }

  /// Writes the last line.
  public func writeEnd(isComplete: Bool) throws(DataFileError) {
    try write(Line(kind: "end", content: End(isComplete: isComplete)))
  }

  private struct End: Encodable {
    let isComplete: Bool
  }

  /// The content's own keys and `kind`, in one object.
  private struct Line<Content: Encodable>: Encodable {
    enum Key: CodingKey { case kind }

    let kind: String
    let content: Content

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(kind, forKey: .kind)
      try content.encode(to: encoder)
    }
  }

  private func write(_ line: some Encodable) throws(DataFileError) {
    let text: String
    do { text = try JSON.line(line) } catch {
      throw .unwritable(file: path, reason: "\(error)")
    }
    do {
      try file.write(Array("\(text)\n".utf8))
      try file.flush()
    } catch { throw DataFileError(error) }
  }
}
