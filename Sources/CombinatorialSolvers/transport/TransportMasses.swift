package import CombinatorialKernels

/// Supply and demand of a batch, checked.
package struct TransportMasses: Sendable {
  /// `[batch, rows]`, 0 in the padding.
  package let supply: [Double]
  /// `[batch, columns]`, 0 in the padding.
  package let demand: [Double]
  /// How far the totals may differ, as a share of the greater one: what rounding leaves of their type.
  package let tolerance: Double
  /// What rounding may have done to a mass, as a share of it.
  package let rounding: Double

  /// Masses that were checked before.
  init(supply: [Double], demand: [Double], tolerance: Double, rounding: Double) {
    (self.supply, self.demand) = (supply, demand)
    (self.tolerance, self.rounding) = (tolerance, rounding)
  }

  /// - Parameter tolerance: How far the totals may differ; nil: as their type says.
  /// - Throws: ``CombinatorialError``: a wrong count; a mass that is negative, infinite or NaN; a tolerance
  ///   that is none.
  package init<Scalar: CostScalar>(
    _ supply: [Scalar], _ demand: [Scalar], shape: BatchShape, tolerance: Double? = nil
  ) throws(CombinatorialError) {
    if let tolerance, !(tolerance >= 0 && tolerance < 1) {
      throw CombinatorialError(
        .invalidOption("balance tolerance", value: tolerance, expected: "a share, 0 ..< 1"))
    }
    let supplies = shape.batch.multipliedReportingOverflow(by: shape.rows)
    let demands = shape.batch.multipliedReportingOverflow(by: shape.columns)
    guard !supplies.overflow, !demands.overflow else {
      throw .sizeOverflow(
        "a batch of \(shape.batch) with \(shape.rows) supplies and \(shape.columns) demands")
    }
    guard shape.batch >= 0, shape.rows >= 0, shape.columns >= 0,
      supply.count == supplies.partialValue, demand.count == demands.partialValue
    else {
      throw .shapeMismatch(
        expected:
          "\(shape.batch) x \(shape.rows) supplies and \(shape.batch) x \(shape.columns) demands",
        found: "\(supply.count) and \(demand.count)")
    }
    self.supply = try Self.checked(
      supply, side: .supply, count: shape.rows, used: shape.rowCounts)
    self.demand = try Self.checked(
      demand, side: .demand, count: shape.columns, used: shape.columnCounts)
    self.tolerance = tolerance ?? Self.tolerance(of: Scalar.self)
    let ofType = Scalar.self == Float.self ? 0x1p-23 : 0x1p-52
    rounding = tolerance.map { max(ofType, min(0x1p-23, $0)) } ?? ofType
  }

  /// What rounding leaves of a total of this type, as a share.
  package static func tolerance<Scalar: CostScalar>(of _: Scalar.Type) -> Double {
    Scalar.self == Float.self ? 1e-5 : 1e-9
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private static func checked<Scalar: CostScalar>(
    _ masses: [Scalar], side: CombinatorialError.MassSide, count: Int, used: [Int]?
  ) throws(CombinatorialError) -> [Double] {
    try StopFlag.current.check()
    var checked = [Double](repeating: 0, count: masses.count)
    for at in masses.indices {
      let (item, position) = (at / count, at % count)
      if let used, item >= used.count || position >= used[item] { continue }
      let mass = Double(masses[at])
      guard mass >= 0, mass.isFinite else {
        throw CombinatorialError(
          .invalidMass(side: side, position: position, value: mass), item: item)
      }
      checked[at] = mass
    }
    return checked
  }

  /// The totals of one problem.
  func totals(_ item: Int, shape: BatchShape) -> (supply: Double, demand: Double) {
    (
      supply[item * shape.rows..<(item + 1) * shape.rows].reduce(0, +),
      demand[item * shape.columns..<(item + 1) * shape.columns].reduce(0, +)
    )
  }

  /// The totals of one problem.
  ///
  /// - Throws: ``CombinatorialError``: they exceed the range of numbers, or differ by more than the
  ///   tolerance.
  func checkedTotals(
    _ item: Int, shape: BatchShape
  ) throws(CombinatorialError) -> (supply: Double, demand: Double) {
    let (supplied, demanded) = totals(item, shape: shape)
    for (side, total) in [("supply", supplied), ("demand", demanded)] where !total.isFinite {
      throw CombinatorialError(
        .invalidOption(
          "the total \(side) of batch item \(item)", value: total,
          expected: "at most \(Double.greatestFiniteMagnitude)"), item: item)
    }
    guard abs(supplied - demanded) <= tolerance * max(supplied, demanded) else {
      throw CombinatorialError(.unbalanced(supply: supplied, demand: demanded), item: item)
    }
    return (supplied, demanded)
  }

  /// - Throws: ``CombinatorialError/Reason/unbalanced(supply:demand:)`` of the first item that is.
  func checkBalance(shape: BatchShape) throws(CombinatorialError) {
    for item in 0..<shape.batch { _ = try checkedTotals(item, shape: shape) }
  }

  /// Calls `body` with both where slices of the batch may read them.
  func withSharedInputs<Failure: Error>(
    _ body: (SharedInput<Double>, SharedInput<Double>) throws(Failure) -> Void
  ) throws(Failure) {
    try supply.withSharedInput { supply throws(Failure) in
      try demand.withSharedInput { demand throws(Failure) in try body(supply, demand) }
    }
  }
}
