package import CombinatorialKernels

/// Supply and demand of a batch, checked.
package struct TransportMasses: Sendable {
  /// `[batch, rows]`, 0 in the padding.
  package let supply: [Double]
  /// `[batch, columns]`, 0 in the padding.
  package let demand: [Double]
  /// How far the totals may differ, as a share of the greater one: what rounding leaves of their type.
  package let tolerance: Double

  /// - Throws: ``CombinatorialError``: a wrong count; a mass that is negative, infinite or NaN.
  package init<Scalar: KernelScalar>(
    _ supply: [Scalar], _ demand: [Scalar], shape: TransportShape
  ) throws(CombinatorialError) {
    guard shape.batch >= 0, shape.rows >= 0, shape.columns >= 0,
      supply.count == shape.batch * shape.rows, demand.count == shape.batch * shape.columns
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
    tolerance = Self.tolerance(of: Scalar.self)
  }

  /// What rounding leaves of a total of this type, as a share.
  package static func tolerance<Scalar: KernelScalar>(of _: Scalar.Type) -> Double {
    Scalar.self == Float.self ? 1e-5 : 1e-9
  }

  private static func checked<Scalar: KernelScalar>(
    _ masses: [Scalar], side: CombinatorialError.MassSide, count: Int, used: [Int]?
  ) throws(CombinatorialError) -> [Double] {
    var checked = [Double](repeating: 0, count: masses.count)
    for at in masses.indices {
      let (item, position) = (at / count, at % count)
      if let used, item >= used.count || position >= used[item] { continue }
      let mass = Double(masses[at])
      guard mass >= 0, mass.isFinite else {
        throw .invalidMass(batch: item, side: side, position: position, value: mass)
      }
      checked[at] = mass
    }
    return checked
  }

  /// The totals of one problem.
  func totals(_ item: Int, shape: TransportShape) -> (supply: Double, demand: Double) {
    (
      supply[item * shape.rows..<(item + 1) * shape.rows].reduce(0, +),
      demand[item * shape.columns..<(item + 1) * shape.columns].reduce(0, +)
    )
  }

  /// The totals of one problem.
  ///
  /// - Throws: ``CombinatorialError/unbalanced(batch:supply:demand:)``: they differ by more than the
  ///   tolerance, or exceed the range of numbers.
  func checkedTotals(
    _ item: Int, shape: TransportShape
  ) throws(CombinatorialError) -> (supply: Double, demand: Double) {
    let (supplied, demanded) = totals(item, shape: shape)
    guard abs(supplied - demanded) <= tolerance * max(supplied, demanded),
      supplied.isFinite, demanded.isFinite
    else { throw .unbalanced(batch: item, supply: supplied, demand: demanded) }
    return (supplied, demanded)
  }

  /// - Throws: ``CombinatorialError/unbalanced(batch:supply:demand:)`` of the first item that is.
  func checkBalance(shape: TransportShape) throws(CombinatorialError) {
    for item in 0..<shape.batch { _ = try checkedTotals(item, shape: shape) }
  }
}
