import CombinatorialFiles
import Foundation
import ProblemFiles

/// A file of results: one JSON object a line, which is only ever added to.
public struct JSONLines<Record: Codable>: Sendable {
  /// Where the file is.
  public let path: String

  /// A file, which need not exist yet.
  public init(path: String) { self.path = path }

  /// What is in the file; nothing if there is none.
  ///
  /// - Throws: ``/NumPyFiles/DataFileError/corrupt(file:offset:expected:found:)`` for a line that is no record.
  public func records() throws(DataFileError) -> [Record] {
    guard FileBytes.exists(path) else { return [] }
    let bytes = try FileBytes.read(path)
    var records: [Record] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      do {
        records.append(try JSONDecoder().decode(Record.self, from: Data(line)))
      } catch {
        throw .corrupt(
          file: path, offset: line.startIndex, expected: "a line with a \(Record.self) as JSON",
          found: "'\(PrintableText.excerpt(line))'")
      }
    }
    return records
  }

  /// Adds a line.
  public func append(_ record: Record) throws(DataFileError) {
    try FileBytes.append(try line(record), to: path)
  }

  /// Puts other records in the place of those that are there.
  public func replace(with records: [Record]) throws(DataFileError) {
    var bytes: [UInt8] = []
    for record in records { bytes += try line(record) }
    try FileBytes.write(bytes, to: path)
  }

  private func line(_ record: Record) throws(DataFileError) -> [UInt8] {
    do {
      return [UInt8]("\(try JSON.line(record))\n".utf8)
    } catch {
      throw .unwritable(file: path, reason: "\(error)")
    }
  }
}
