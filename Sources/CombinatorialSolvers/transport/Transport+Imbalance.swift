internal import CombinatorialKernels

/// What a unit of supply that stays costs, and a unit of demand that is not met.
package struct ImbalancePrices: Sendable, Equatable {
  package var surplus, shortage: Double

  package init(surplus: Double, shortage: Double) {
    (self.surplus, self.shortage) = (surplus, shortage)
  }
}

extension Transport {
  /// Transport in which supply may stay, at a cost s a unit, and demand be unmet, at a cost d, by
  /// reduction to the plain problem.
  ///
  /// One more column takes in what stays, at s from every row, and wants the whole supply; one more row
  /// gives what is missing, at d to every column, and has the whole demand; both have some more, and what
  /// they do not need goes from one to the other for nothing. With the potentials w of that column and t of
  /// that row, w + t = 0: u + w and v + t are the derivatives by the masses, u + w <= s, v + t <= d.
  ///
  /// Their masses are rounded, and the demand scaled to the total of the supply. Where the value feels that,
  /// as prices are great, the problem is solved again with what the totals differ by in more such rows or
  /// columns.
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
    for item in 0..<shape.batch {
      let (supplied, demanded) = masses.totals(item, shape: shape)
      guard (supplied + demanded).isFinite else {
        throw CombinatorialError(
          .invalidOption(
            "the total of supply and demand of batch item \(item)", value: supplied + demanded,
            expected: "at most \(Double.greatestFiniteMagnitude)"), item: item)
      }
    }
    let problem = PricedTransport(costs: costs, masses: masses, shape: shape, prices: prices)
    let slack = (0..<shape.batch).map { Slack(roundingTotalsOf: problem.masses($0)) }
    var solutions = try solve(problem, slack)
    for item in solutions.indices where !problem.isFaithful(solutions, item, slack[item]) {
      let exact = Slack(balancing: problem.masses(item))
      do throws(CombinatorialError) {
        solutions.replace(item, with: try solve(problem.item(item), [exact]))
      } catch {
        throw error.item == nil ? error : CombinatorialError(error.reason, item: item)
      }
    }
    return solutions
  }

  private func solve<Scalar: CostScalar>(
    _ problem: PricedTransport<Scalar>, _ slack: [Slack]
  ) throws(CombinatorialError) -> TransportBatch {
    let outer = problem.outerShape(slack)
    let (cells, overflow) = outer.rows.multipliedReportingOverflow(by: outer.columns)
    guard !overflow, !cells.multipliedReportingOverflow(by: outer.batch).overflow else {
      throw .sizeOverflow("a transport problem of \(outer.rows) rows and \(outer.columns) columns")
    }
    var solutions = TransportBatch(shape: outer, masses: problem.outerMasses(slack, outer))
    do throws(KernelRefusal) {
      try problem.outerCosts(outer).withUnsafeBufferPointer { costs throws(KernelRefusal) in
        try solutions.solve(CostInput(costs), instructionSet: .current, maxThreads: maxThreads)
      }
    } catch {
      throw CombinatorialError(
        error, costs: CostInput(problem.costs), shape: problem.shape, named: "a transport problem")
    }
    return TransportBatch(solutions, of: problem)
  }
}

/// The masses of the rows and columns that an item has more.
private struct Slack {
  var supply, demand: [Double]

  /// One row and one column, to which the totals of both sides are rounded.
  init(roundingTotalsOf masses: (supply: [Double], demand: [Double])) {
    let (supplied, demanded) = (masses.supply.reduce(0, +), masses.demand.reduce(0, +))
    let greatest = max(supplied, demanded)
    // Without more, rounding would force mass on pairs that are dear, or forbidden.
    let more = greatest > 0 ? 0x1p-10 * greatest.binade : 0
    (supply, demand) = ([demanded + more], [supplied + more])
  }

  /// As many rows and columns as make the totals of both sides equal without any rounding.
  init(balancing masses: (supply: [Double], demand: [Double])) {
    let rounded = Slack(roundingTotalsOf: masses)
    let most = max(rounded.supply[0], rounded.demand[0])
    let difference = UnroundedSum(masses.demand + masses.supply.map { -$0 }).terms
    supply = [most] + difference.filter { $0 > 0 }
    demand = [most] + difference.filter { $0 < 0 }.map { -$0 }
  }
}

/// A batch with its prices.
private struct PricedTransport<Scalar: CostScalar> {
  let costs: UnsafeBufferPointer<Scalar>
  let masses: TransportMasses
  let shape: BatchShape
  let prices: [ImbalancePrices]

  func masses(_ item: Int) -> (supply: [Double], demand: [Double]) {
    (masses.supply.part(shape.rowRange(item)), masses.demand.part(shape.columnRange(item)))
  }

  /// One item as a batch of its own.
  func item(_ item: Int) -> PricedTransport {
    let (rows, columns) = (shape.rows, shape.columns)
    return PricedTransport(
      costs: UnsafeBufferPointer(
        rebasing: costs[item * shape.itemCount..<(item + 1) * shape.itemCount]),
      masses: masses.replacing(
        supply: masses.supply.part(item * rows..<(item + 1) * rows),
        demand: masses.demand.part(item * columns..<(item + 1) * columns)),
      shape: BatchShape(
        rows: rows, columns: columns, rowCounts: [shape.rowCount(item)],
        columnCounts: [shape.columnCount(item)]),
      prices: [prices[item]])
  }

  /// Whether the value is that of the masses themselves, up to rounding: the share by which all demand was
  /// scaled changes it by no more than that share of the demand, at the price of leaving it unmet, or of
  /// leaving supply where it is and not using a pair.
  func isFaithful(_ output: TransportBatch, _ item: Int, _ slack: Slack) -> Bool {
    let masses = masses(item)
    let demanded = masses.demand + slack.demand
    let difference = UnroundedSum(masses.supply + slack.supply + demanded.map { -$0 }).value
    if difference == 0 { return true }
    let (rows, columns) = (masses.supply.count, masses.demand.count)
    let u = output.rowPotentials[shape.rowRange(item)]
    let v = output.columnPotentials[shape.columnRange(item)]
    let greatest = u.reduce(abs(prices[item].surplus) + abs(prices[item].shortage)) {
      max($0, abs($1))
    }
    let priced = zip(masses.demand, v).reduce(0) { $0 + $1.0 * (abs($1.1) + greatest) }
    return abs(difference / demanded.reduce(0, +)) * priced
      <= Double(rows + columns) * 0x1p-52 * abs(output.values[item])
  }

  /// The shape with the rows and columns of the slack behind those in use.
  func outerShape(_ slack: [Slack]) -> BatchShape {
    BatchShape(
      batch: shape.batch, rows: shape.rows + (slack.map(\.supply.count).max() ?? 0),
      columns: shape.columns + (slack.map(\.demand.count).max() ?? 0),
      rowCounts: slack.enumerated().map { shape.rowCount($0) + $1.supply.count },
      columnCounts: slack.enumerated().map { shape.columnCount($0) + $1.demand.count })
  }

  func outerCosts(_ outer: BatchShape) -> [Double] {
    var result = [Double](repeating: 0, count: outer.batch * outer.rows * outer.columns)
    for item in 0..<shape.batch {
      let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
      for row in 0..<outer.rowCount(item) {
        let from = (item * shape.rows + row) * shape.columns
        let to = (item * outer.rows + row) * outer.columns
        for column in 0..<columns {
          result[to + column] = row < rows ? Double(costs[from + column]) : prices[item].shortage
        }
        guard row < rows else { continue }
        for column in columns..<outer.columnCount(item) {
          result[to + column] = prices[item].surplus
        }
      }
    }
    return result
  }

  func outerMasses(
    _ slack: [Slack], _ outer: BatchShape
  ) -> TransportMasses {
    var result = (
      supply: [Double](repeating: 0, count: outer.batch * outer.rows),
      demand: [Double](repeating: 0, count: outer.batch * outer.columns)
    )
    for (item, slack) in slack.enumerated() {
      let masses = masses(item)
      for (row, mass) in (masses.supply + slack.supply).enumerated() {
        result.supply[item * outer.rows + row] = mass
      }
      for (column, mass) in (masses.demand + slack.demand).enumerated() {
        result.demand[item * outer.columns + column] = mass
      }
    }
    return masses.replacing(supply: result.supply, demand: result.demand)
  }
}

extension TransportMasses {
  /// Other masses of the same kind.
  fileprivate func replacing(supply: [Double], demand: [Double]) -> TransportMasses {
    TransportMasses(supply: supply, demand: demand, tolerance: tolerance, rounding: rounding)
  }
}

extension TransportBatch {
  /// What the solution with more rows and columns, the first of which have the greatest part of the slack,
  /// says of the rows and columns themselves.
  fileprivate init<Scalar: CostScalar>(
    _ output: TransportBatch, of problem: PricedTransport<Scalar>
  ) {
    let (outer, shape) = (output.shape, problem.shape)
    self.init(shape: shape, masses: problem.masses)
    prices = problem.prices
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

  /// Puts the only item of another output in the place of one.
  fileprivate mutating func replace(_ item: Int, with other: TransportBatch) {
    func replace<Element>(_ path: WritableKeyPath<TransportBatch, [Element]>) {
      let count = other[keyPath: path].count
      self[keyPath: path].replaceSubrange(
        item * count..<(item + 1) * count, with: other[keyPath: path])
    }
    for path in [
      \TransportBatch.values, \.rowPotentials, \.columnPotentials, \.planMasses, \.excesses,
    ] {
      replace(path)
    }
    for path in [\TransportBatch.planRows, \.planColumns] { replace(path) }
    replace(\.planCounts)
  }
}
