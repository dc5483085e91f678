import CombinatorialKernels
import TestSupport
import Testing

/// Wide problems: rows are scanned in blocks, columns reduced in strips, and square problems that need
/// long searches go to the transport simplex.
extension AssignmentKernelTests {
  @Test(arguments: AssignmentFamily.allCases)
  func variantsAgreeOnWideProblems(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 12)
    for (rows, columns) in [(64, 64), (65, 65), (96, 131), (130, 130)] {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      try expectAgreement(costs, rows: rows, columns: columns)
      try expectAgreement(costs.map { Float($0) }, rows: rows, columns: columns)
      guard let output = try? solve(costs, rows: rows, columns: columns, with: .current).get()
      else { continue }
      expectCertificate(output, costs: costs, rows: rows, columns: columns, "\(family)")
    }
  }

  /// Products, the largest factor of a row best met by the least of a column: half of n squared steps of
  /// phase 4. In any order of rows and columns.
  @Test(arguments: InstructionSet.available)
  func shuffledProductsHaveTheSortedAnswer(set: InstructionSet) throws {
    var random = SeededRandom(seed: 13)
    for size in [31, 33, 39, 64, 71, 150] {
      let ofRows = (1...size).shuffled(using: &random)
      let ofColumns = (1...size).shuffled(using: &random)
      let costs = ofRows.flatMap { row in ofColumns.map { Double(row * $0) } }
      let output = try solve(costs, rows: size, columns: size, with: set).get()
      #expect(output.values[0] == Double((1...size).reduce(0) { $0 + $1 * (size + 1 - $1) }))
      for row in 0..<size {
        #expect(ofRows[row] + ofColumns[Int(output.columnOfRow[row])] == size + 1)
        #expect(Int(output.rowOfColumn[Int(output.columnOfRow[row])]) == row)
      }
      expectCertificate(output, costs: costs, rows: size, columns: size, "products of \(size)")
      try expectAgreement(costs, rows: size, columns: size)
    }
  }

  /// A forbidden pair keeps the simplex method away: phase 4 goes on where it stopped.
  @Test(arguments: InstructionSet.available)
  func forbiddenProductsAreFinishedBySearching(set: InstructionSet) throws {
    let size = 80
    var costs = (1...size).flatMap { row in (1...size).map { Double(row * $0) } }
    costs[size - 1] = .infinity
    let output = try solve(costs, rows: size, columns: size, with: set).get()
    #expect(output.columnOfRow[0] != Int32(size - 1))
    // Rows 1 and 2 exchange their columns, of 80 and 79: the cheapest way round the pair.
    let sorted = (1...size).reduce(0) { $0 + $1 * (size + 1 - $1) }
    #expect(output.values[0] == Double(sorted + 1))
    expectCertificate(output, costs: costs, rows: size, columns: size, "forbidden")
  }

  /// A hard problem of a ragged batch is solved as it would be alone, whatever the padding is.
  @Test(arguments: InstructionSet.available)
  func hardProblemsOfARaggedBatch(set: InstructionSet) throws {
    let (batch, rows, columns) = (5, 90, 100)
    let sizes = [90, 64, 80, 3, 70]
    var costs = [Float](repeating: .nan, count: batch * rows * columns)
    for item in 0..<batch {
      for row in 0..<sizes[item] {
        for column in 0..<sizes[item] {
          costs[(item * rows + row) * columns + column] = Float((row + 1) * (column + 1))
        }
      }
    }
    let shape = AssignmentShape(
      batch: batch, rows: rows, columns: columns, rowCounts: sizes, columnCounts: sizes)
    let output = try costs.withUnsafeBufferPointer {
      try AssignmentKernel.solve($0, shape: shape, instructionSet: set)
    }
    for (item, size) in sizes.enumerated() {
      let value = (1...size).reduce(0) { $0 + $1 * (size + 1 - $1) }
      #expect(output.values[item] == Double(value))
      let partners = output.columnOfRow[item * rows..<(item + 1) * rows]
      #expect(partners.prefix(size).elementsEqual((0..<Int32(size)).reversed()))
      #expect(partners.dropFirst(size).allSatisfy { $0 == -1 })
    }
  }
}
