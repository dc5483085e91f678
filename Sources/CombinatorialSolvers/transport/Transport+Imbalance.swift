internal import CombinatorialKernels

/// What a unit of supply that stays costs, and a unit of demand that is not met.
package struct ImbalancePrices: Sendable, Equatable {
  package var surplus: Double
  package var shortage: Double

  package init(surplus: Double, shortage: Double) {
    self.surplus = surplus
    self.shortage = shortage
  }
}

extension Transport {
  /// Transport in which supply may stay, at a cost s a unit, and demand be unmet, at a cost d, by
  /// reduction to the plain problem.
  ///
  /// One more column takes in what stays, at s from every row, and wants the whole supply; one more row
  /// gives what is missing, at d to every column, and has the whole demand; what both do not need goes
  /// from one to the other for nothing. With the potentials w of that column and t of that row, w + t <= 0:
  /// u + w and v + t are the derivatives by the masses, u + w <= s, v + t <= d.
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, masses: TransportMasses, shape: BatchShape,
    prices: [ImbalancePrices]
  ) throws(CombinatorialError) -> TransportBatch {
    for (item, price) in prices.enumerated() {
      for (name, value) in [("surplus cost", price.surplus), ("shortage cost", price.shortage)]
      where !value.isFinite {
        throw CombinatorialError(
          .invalidOption("\(name) of batch item \(item)", value: value, expected: "a number"),
          item: item)
      }
    }
    let outer = BatchShape(
      batch: shape.batch, rows: shape.rows + 1, columns: shape.columns + 1,
      rowCounts: (0..<shape.batch).map { shape.rowCount($0) + 1 },
      columnCounts: (0..<shape.batch).map { shape.columnCount($0) + 1 })
    let (cells, overflow) = outer.rows.multipliedReportingOverflow(by: outer.columns)
    guard !overflow, !cells.multipliedReportingOverflow(by: shape.batch).overflow else {
      throw .sizeOverflow("a transport problem of \(outer.rows) rows and \(outer.columns) columns")
    }
    for item in 0..<shape.batch {
      let (supplied, demanded) = masses.totals(item, shape: shape)
      guard (supplied + demanded).isFinite else {
        throw CombinatorialError(
          .invalidOption(
            "the total of supply and demand of batch item \(item)", value: supplied + demanded,
            expected: "at most \(Double.greatestFiniteMagnitude)"), item: item)
      }
    }
    let outerCosts = Self.withSlack(costs, shape: shape, outer: outer, prices: prices)
    var solutions = TransportBatch(
      shape: outer, masses: masses.withSlack(shape: shape, outer: outer))
    do throws(KernelRefusal) {
      try outerCosts.withUnsafeBuffer { costs throws(KernelRefusal) in
        try solutions.solve(costs, instructionSet: .current, maxThreads: maxThreads)
      }
    } catch {
      throw CombinatorialError(error, costs: costs, shape: shape, named: "a transport problem")
    }
    return TransportBatch(solutions, of: outer, into: shape, masses: masses, prices: prices)
  }

  private static func withSlack<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, outer: BatchShape,
    prices: [ImbalancePrices]
  ) -> [Double] {
    var result = [Double](repeating: 0, count: outer.batch * outer.rows * outer.columns)
    for item in 0..<shape.batch {
      let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
      for row in 0..<rows {
        let from = (item * shape.rows + row) * shape.columns
        let to = (item * outer.rows + row) * outer.columns
        for column in 0..<columns { result[to + column] = Double(costs[from + column]) }
        result[to + columns] = prices[item].surplus
      }
      let last = (item * outer.rows + rows) * outer.columns
      for column in 0..<columns { result[last + column] = prices[item].shortage }
    }
    return result
  }
}

extension TransportMasses {
  /// The masses with those of one more row and column, behind the ones in use.
  fileprivate func withSlack(
    shape: BatchShape, outer: BatchShape
  ) -> TransportMasses {
    var result = (
      supply: [Double](repeating: 0, count: outer.batch * outer.rows),
      demand: [Double](repeating: 0, count: outer.batch * outer.columns)
    )
    for item in 0..<shape.batch {
      let total = totals(item, shape: shape)
      let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
      for row in 0..<rows {
        result.supply[item * outer.rows + row] = supply[item * shape.rows + row]
      }
      for column in 0..<columns {
        result.demand[item * outer.columns + column] = demand[item * shape.columns + column]
      }
      result.supply[item * outer.rows + rows] = total.demand
      result.demand[item * outer.columns + columns] = total.supply
    }
    return TransportMasses(
      supply: result.supply, demand: result.demand, tolerance: tolerance, rounding: rounding)
  }
}

extension TransportBatch {
  /// What the solution with one more row and column says of the rows and columns themselves.
  fileprivate init(
    _ output: TransportBatch, of outer: BatchShape, into shape: BatchShape, masses: TransportMasses,
    prices: [ImbalancePrices]
  ) {
    self.init(shape: shape, masses: masses)
    self.prices = prices
    values = output.values
    excesses = output.excesses
    for item in 0..<shape.batch {
      let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
      let rowSlack = output.columnPotentials[item * outer.columns + columns]
      let columnSlack = output.rowPotentials[item * outer.rows + rows]
      for row in 0..<rows {
        rowPotentials[item * shape.rows + row] =
          output.rowPotentials[item * outer.rows + row] + rowSlack
      }
      for column in 0..<columns {
        columnPotentials[item * shape.columns + column] =
          output.columnPotentials[item * outer.columns + column] + columnSlack
      }
      let from = item * (outer.rows + outer.columns)
      let to = item * (shape.rows + shape.columns)
      for entry in from..<from + output.planCounts[item]
      where output.planRows[entry] < rows && output.planColumns[entry] < columns {
        planRows[to + planCounts[item]] = output.planRows[entry]
        planColumns[to + planCounts[item]] = output.planColumns[entry]
        planMasses[to + planCounts[item]] = output.planMasses[entry]
        planCounts[item] += 1
      }
    }
  }
}
