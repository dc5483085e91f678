internal import CombinatorialKernels

/// What a unit of supply that stays costs, and a unit of demand that is not met.
package struct ImbalancePrices: Sendable {
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
  /// gives what is missing, at d to every column, and has the whole demand; both have some more, and what
  /// they do not need goes from one to the other for nothing. With the potentials w of that column and t of
  /// that row, w + t = 0: u + w and v + t are the derivatives by the masses, u + w <= s, v + t <= d.
  ///
  /// Their masses are rounded, and the demand scaled to the total of the supply. Where the value feels that,
  /// as prices are great, the problem is solved again with what the totals differ by in more such rows or
  /// columns.
  func solve<Scalar: KernelScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, masses: TransportMasses, shape: TransportShape,
    imbalancePrices: [ImbalancePrices]
  ) throws(CombinatorialError) -> TransportOutput {
    for (item, prices) in imbalancePrices.enumerated() {
      for (name, value) in [("surplus cost", prices.surplus), ("shortage cost", prices.shortage)]
      where !value.isFinite {
        throw .invalidOption("\(name) of batch item \(item)", value: value, expected: "a number")
      }
    }
    for item in 0..<shape.batch {
      let (supplied, demanded) = masses.totals(item, shape: shape)
      guard (supplied + demanded).isFinite else {
        throw .invalidOption(
          "the total of supply and demand of batch item \(item)", value: supplied + demanded,
          expected: "at most \(Double.greatestFiniteMagnitude)")
      }
    }
    let problem = PricedTransport(
      costs: costs, supply: masses.supply, demand: masses.demand, shape: shape,
      prices: imbalancePrices)
    let slack = (0..<shape.batch).map { Slack(roundingTotalsOf: problem.masses($0)) }
    var item: Int?
    do throws(AssignmentFailure) {
      var output = try solve(problem, slack, rounding: masses.rounding)
      for again in 0..<shape.batch where !problem.isFaithful(output, again, slack[again]) {
        item = again
        let exact = Slack(balancing: problem.masses(again))
        output.replace(
          again, with: try solve(problem.item(again), [exact], rounding: masses.rounding))
      }
      return output
    } catch {
      let refusal = CombinatorialError(error, costs: costs, shape: shape)
      throw item.map(refusal.ofItem) ?? refusal
    }
  }

  private func solve<Scalar: KernelScalar>(
    _ problem: PricedTransport<Scalar>, _ slack: [Slack], rounding: Double
  ) throws(AssignmentFailure) -> TransportOutput {
    let (shape, outer) = (problem.shape, problem.outerShape(slack))
    let (cells, overflow) = outer.rows.multipliedReportingOverflow(by: outer.columns)
    guard !overflow, !cells.multipliedReportingOverflow(by: shape.batch).overflow else {
      throw .tooLarge(rows: outer.rows, columns: outer.columns)
    }
    let costs = problem.outerCosts(outer)
    let masses = problem.outerMasses(slack, outer)
    let output = try costs.withUnsafeBuffer { costs throws(AssignmentFailure) in
      try TransportKernel.solve(
        costs, supply: masses.supply, demand: masses.demand, shape: outer, rounding: rounding,
        maxThreads: maxThreads)
    }
    return TransportOutput(output, of: outer, into: shape)
  }
}

/// The masses of the rows and columns that an item has more.
private struct Slack {
  var supply: [Double]
  var demand: [Double]

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
private struct PricedTransport<Scalar: KernelScalar> {
  let costs: UnsafeBufferPointer<Scalar>
  let supply: [Double]
  let demand: [Double]
  let shape: TransportShape
  let prices: [ImbalancePrices]

  func masses(_ item: Int) -> (supply: [Double], demand: [Double]) {
    let (row, column) = (item * shape.rows, item * shape.columns)
    return (
      Array(supply[row..<row + shape.rowCount(item)]),
      Array(demand[column..<column + shape.columnCount(item)])
    )
  }

  /// One item as a batch of its own.
  func item(_ item: Int) -> PricedTransport {
    let cells = shape.rows * shape.columns
    return PricedTransport(
      costs: UnsafeBufferPointer(rebasing: costs[item * cells..<(item + 1) * cells]),
      supply: Array(supply[item * shape.rows..<(item + 1) * shape.rows]),
      demand: Array(demand[item * shape.columns..<(item + 1) * shape.columns]),
      shape: TransportShape(
        batch: 1, rows: shape.rows, columns: shape.columns, rowCounts: [shape.rowCount(item)],
        columnCounts: [shape.columnCount(item)]),
      prices: [prices[item]])
  }

  /// Whether the value is that of the masses themselves, up to rounding: the share by which all demand was
  /// scaled changes it by no more than that share of the demand, at the price of leaving it unmet, or of
  /// leaving supply where it is and not using a pair.
  func isFaithful(_ output: TransportOutput, _ item: Int, _ slack: Slack) -> Bool {
    let masses = masses(item)
    let demanded = masses.demand + slack.demand
    let difference = UnroundedSum(masses.supply + slack.supply + demanded.map { -$0 }).value
    if difference == 0 { return true }
    let (rows, columns) = (masses.supply.count, masses.demand.count)
    let u = output.rowPotentials[(item * shape.rows)...].prefix(rows)
    let v = output.columnPotentials[(item * shape.columns)...].prefix(columns)
    let greatest = u.reduce(abs(prices[item].surplus) + abs(prices[item].shortage)) {
      max($0, abs($1))
    }
    let priced = zip(masses.demand, v).reduce(0) { $0 + $1.0 * (abs($1.1) + greatest) }
    return abs(difference / demanded.reduce(0, +)) * priced
      <= Double(rows + columns) * 0x1p-52 * abs(output.values[item])
  }

  /// The shape with the rows and columns of the slack behind those in use.
  func outerShape(_ slack: [Slack]) -> TransportShape {
    TransportShape(
      batch: shape.batch, rows: shape.rows + (slack.map(\.supply.count).max() ?? 0),
      columns: shape.columns + (slack.map(\.demand.count).max() ?? 0),
      rowCounts: slack.enumerated().map { shape.rowCount($0) + $1.supply.count },
      columnCounts: slack.enumerated().map { shape.columnCount($0) + $1.demand.count })
  }

  func outerCosts(_ outer: TransportShape) -> [Double] {
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
    _ slack: [Slack], _ outer: TransportShape
  ) -> (supply: [Double], demand: [Double]) {
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
    return result
  }
}

extension TransportOutput {
  /// What the solution with more rows and columns, the first of which have the greatest part of the slack,
  /// says of the rows and columns themselves.
  fileprivate init(
    _ output: TransportOutput, of outer: TransportShape, into shape: TransportShape
  ) {
    self.init(shape: shape)
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
  fileprivate mutating func replace(_ item: Int, with other: TransportOutput) {
    func replace<Element>(_ path: WritableKeyPath<TransportOutput, [Element]>) {
      let count = other[keyPath: path].count
      self[keyPath: path].replaceSubrange(
        item * count..<(item + 1) * count, with: other[keyPath: path])
    }
    for path in [
      \TransportOutput.values, \.rowPotentials, \.columnPotentials, \.planMasses, \.excesses,
    ] {
      replace(path)
    }
    for path in [\TransportOutput.planRows, \.planColumns] { replace(path) }
    replace(\.planCounts)
  }
}
