internal import CombinatorialFiles
public import LinearPrograms

extension LinearModel {
  /// Reads a model in the MPS format, fixed or free.
  ///
  /// The form is that of the whole file. It is fixed where each line of data has its fields in the
  /// columns 2-3, 5-12, 15-22, 25-36, 40-47 and 50-61, blanks between them and no tab: names may then
  /// have blanks in them. Else, or if the NAME line ends with FREE, it is free: fields are words.
  ///
  /// The first free row is the objective, 0 without one, or that which OBJNAME names ahead of COLUMNS;
  /// other free rows are left out. A right-hand side of the objective is taken off it. Integer columns
  /// become real ones and are listed in ``/LinearPrograms/LinearModel/relaxedColumns``; those without bounds lie between 0 and 1, as
  /// is the custom. Of several sets of right-hand sides, ranges or bounds the first counts; lines that
  /// name no set belong to it. A coefficient that is given twice is an error, and so are two values for
  /// one right-hand side, range or bound.
  ///
  /// - A negative upper bound (UP) takes the lower bound 0 with it, unless that was given, before or
  ///   after: then no point satisfies both.
  /// - Bounds and ranges of 1e30 or more are infinite, and so are right-hand sides: the row of kind L or
  ///   G that one switches off has none. Where that would leave no point at all it is an error.
  /// - A range R gives a row of kind L or G the width |R|, and one of kind E with the right-hand side b
  ///   the interval from b to b + R.
  /// - Numbers may have exponents with E or D. $ at the beginning of field 3 or 5 begins a comment, *
  ///   at the beginning of a line makes it one.
  ///
  /// The package has a reader of its own because Clp's writes to standard output, ignores OBJSENSE
  /// and does not say where a file is wrong. It needs up to five times the memory of the file.
  ///
  /// - Parameter path: The file, or `-` for standard input.
  /// - Throws: ``MPSError``, which names the file, the line and what was expected there.
  public init(mps path: String) throws(MPSError) {
    let file = FileBytes.name(of: path)
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path, copies: 4) } catch { throw .file(error) }
    self = try bytes.withUnsafeBufferPointer { text throws(MPSError) in
      if let fault = text.textFault {
        throw .corrupt(file: file, line: 1, reason: "expected text, found \(fault)")
      }
      var reader = MPSReader(text, file: file)
      return try reader.read()
    }
  }
}
