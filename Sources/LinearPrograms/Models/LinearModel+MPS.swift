internal import CClp

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension LinearModel {
  /// Reads a model in the MPS format, fixed or free, plain or compressed by gzip.
  ///
  /// Integer columns become real ones and are listed in ``relaxedColumns``.
  ///
  /// - Throws: `LinearProgramError.unreadableFile`, `.corruptFile`.
  public init(mps path: String) throws(LinearProgramError) {
    try Self.checkReadable(path)
    let pointer: UnsafeMutableRawPointer = Clp_newModel()
    defer { Clp_deleteModel(pointer) }
    Clp_setLogLevel(pointer, 0)
    let status = Clp_readMps(pointer, path, 1, 0)
    guard status == 0 else {
      throw .corruptFile(
        path: path,
        reason: status > 0 ? "expected the MPS format, found \(status) errors" : "not in MPS format")
    }
    try self.init(reading: pointer)
  }

  private static func checkReadable(_ path: String) throws(LinearProgramError) {
    guard let file = fopen(path, "r") else {
      throw .unreadableFile(path: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    // A folder can be opened, but not read.
    if fgetc(file) == EOF {
      guard ferror(file) == 0 else {
        throw .unreadableFile(path: path, reason: String(cString: strerror(errno)))
      }
      throw .corruptFile(path: path, reason: "the file is empty")
    }
  }

  /// The model that Clp holds.
  private init(reading pointer: UnsafeMutableRawPointer) throws(LinearProgramError) {
    let rows = Int(Clp_numberRows(pointer))
    let columns = Int(Clp_numberColumns(pointer))
    func numbers(_ values: UnsafeMutablePointer<Double>?, _ count: Int) -> [Double] {
      UnsafeBufferPointer(start: values, count: values == nil ? 0 : count).map {
        abs($0) < Self.infiniteBound ? $0 : $0 < 0 ? -.infinity : .infinity
      }
    }
    self.init(
      sense: Clp_optimizationDirection(pointer) < 0 ? .maximize : .minimize,
      costs: numbers(Clp_objective(pointer), columns),
      constraints: try ConstraintMatrix(reading: pointer, rows: rows, columns: columns),
      rowLower: numbers(Clp_rowLower(pointer), rows),
      rowUpper: numbers(Clp_rowUpper(pointer), rows),
      lower: numbers(Clp_columnLower(pointer), columns),
      upper: numbers(Clp_columnUpper(pointer), columns),
      offset: -Clp_objectiveOffset(pointer))
    if let isInteger = Clp_integerInformation(pointer) {
      relaxedColumns = (0..<columns).filter { isInteger[$0] != 0 }
    }
    let capacity = Int(Clp_lengthNames(pointer)) + 1
    rowNames = Self.names(rows, capacity) { Clp_rowName(pointer, $0, $1) }
    columnNames = Self.names(columns, capacity) { Clp_columnName(pointer, $0, $1) }
  }

  private static func names(
    _ count: Int, _ capacity: Int, _ read: (Int32, UnsafeMutablePointer<CChar>) -> Void
  ) -> [String] {
    guard capacity > 1 else { return [] }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      buffer.initialize(repeating: 0)
      return (0..<count).compactMap { index in
        buffer.baseAddress.map { name in
          read(Int32(index), name)
          return String(cString: name)
        }
      }
    }
  }
}

extension ConstraintMatrix {
  /// The matrix of a model that Clp holds.
  fileprivate init(
    reading pointer: UnsafeMutableRawPointer, rows: Int, columns: Int
  ) throws(LinearProgramError) {
    guard let starts = Clp_getVectorStarts(pointer), let lengths = Clp_getVectorLengths(pointer),
      let indices = Clp_getIndices(pointer), let values = Clp_getElements(pointer)
    else {
      try self.init(rows: rows, columns: columns, entries: [])
      return
    }
    let count = Int(Clp_getNumElements(pointer))
    try self.init(rows: rows, columns: columns, maximumCount: count) { emit in
      for column in 0..<columns {
        for entry in Int(starts[column])..<Int(starts[column]) + Int(lengths[column]) {
          emit(Int(indices[entry]), column, values[entry])
        }
      }
    }
  }
}
