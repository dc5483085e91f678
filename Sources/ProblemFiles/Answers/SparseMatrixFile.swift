internal import CombinatorialFiles

/// A sparse matrix in compressed rows, as `scipy.sparse.save_npz` writes it.
package struct SparseMatrixFile: Sendable {
  package let rows: Int
  package let columns: Int
  package let rowOffsets: [Int]
  package let columnIndices: [Int32]
  /// The cost of each entry.
  package let entries: CostArray

  /// Reads a file, or standard input for `-`.
  ///
  /// - Throws: ``NumPyFileError``; ``AnswerError`` for a matrix in another form.
  package init(contentsOf path: String) throws {
    let file = PrintableText.escaped(FileBytes.name(of: path))
    let archive = try NumPyArchive(contentsOf: path)
    guard try archive.text(named: "format") == "csr" else {
      throw AnswerError("\(file): expected a matrix in compressed rows, as tocsr() makes it")
    }
    do {
      let shape = try archive["shape"].integers(Int.self)
      guard shape.count == 2 else {
        throw AnswerError("\(file): expected a shape of 2 numbers, found \(shape.prefix(8))")
      }
      (rows, columns) = (shape[0], shape[1])
      rowOffsets = try archive["indptr"].integers(Int.self)
      columnIndices = try archive["indices"].integers(Int32.self)
    } catch let error as NumPyElementError {
      throw AnswerError("\(file): \(error)")
    }
    entries = CostArray(try archive["data"], file: FileBytes.name(of: path))
  }
}
