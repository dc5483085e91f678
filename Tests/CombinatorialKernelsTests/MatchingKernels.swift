import CCombinatorialKernels
import Testing

/// Where a matching kernel runs: between canaries, in memory full of some byte, in a workspace of exactly
/// the size that it asks for and of any alignment. None of that may change what it finds.
struct MatchingMemory: Sendable, CustomTestStringConvertible {
  let fill: UInt8
  let offset: Int

  static let all = [
    MatchingMemory(fill: 0, offset: 64), MatchingMemory(fill: 0xFF, offset: 65),
    MatchingMemory(fill: 0xA5, offset: 71),
  ]

  var testDescription: String { "fill \(fill), offset \(offset)" }

  /// What a kernel returns, and what it wrote.
  struct Found<Output> {
    let status: cl_status
    /// Row and column, of a list 0 and the entry; what it was before if the kernel left it alone.
    let fault: [Int]
    let output: Output
  }

  static let noFault = [-1, -1]

  struct Semi: Equatable {
    let value: Double
    let columnOfRow: [Int32]
    let rowPotentials: [Double]
    let columnPotentials: [Double]
  }

  func semi(_ costs: [Double], rows: Int, capacities: [Int64]) -> Found<Semi> {
    let columns = capacities.count
    let memory = GuardedMemory(fill: fill)
    let size = cl_semi_assignment_workspace_size(rows, columns)
    let (value, partners) = (
      memory.elements(1, of: Double.self), memory.elements(rows, of: Int32.self)
    )
    let (u, v) = (memory.elements(rows, of: Double.self), memory.elements(columns, of: Double.self))
    var fault = cl_fault(item: 0, row: -1, column: -1)
    let status = cl_semi_assignment_solve(
      costs, rows, columns, capacities, memory.bytes(size, offset: offset), value, partners, u, v,
      &fault)
    #expect(memory.isIntact)
    return Found(
      status: status, fault: [fault.row, fault.column],
      output: Semi(
        value: value.pointee, columnOfRow: partners.array(rows), rowPotentials: u.array(rows),
        columnPotentials: v.array(columns)))
  }

  struct Bottleneck: Equatable {
    let value: Double
    let criticalRow: Int
    let columnOfRow: [Int32]
    let rowOfColumn: [Int32]
    /// 0 or 1, as bytes: another would be no Boolean.
    let rowInViolator: [UInt8]
    let columnInViolator: [UInt8]
  }

  func bottleneck(_ costs: [Double], rows: Int, columns: Int) -> Found<Bottleneck> {
    let memory = GuardedMemory(fill: fill)
    let size = cl_bottleneck_assignment_workspace_size(rows, columns)
    let (value, critical) = (memory.elements(1, of: Double.self), memory.elements(1, of: Int.self))
    let partners = (memory.elements(rows, of: Int32.self), memory.elements(columns, of: Int32.self))
    let inside = (memory.bytes(rows, offset: 64), memory.bytes(columns, offset: 64))
    var fault = cl_fault(item: 0, row: -1, column: -1)
    let status = cl_bottleneck_assignment_solve(
      costs, rows, columns, memory.bytes(size, offset: offset), value, critical, partners.0,
      partners.1, inside.0.assumingMemoryBound(to: Bool.self),
      inside.1.assumingMemoryBound(to: Bool.self), &fault)
    #expect(memory.isIntact)
    return Found(
      status: status, fault: [fault.row, fault.column],
      output: Bottleneck(
        value: value.pointee, criticalRow: critical.pointee, columnOfRow: partners.0.array(rows),
        rowOfColumn: partners.1.array(columns),
        rowInViolator: Array(UnsafeRawBufferPointer(start: inside.0, count: rows)),
        columnInViolator: Array(UnsafeRawBufferPointer(start: inside.1, count: columns))))
  }

  struct Ranked: Equatable {
    let values: [Double]
    let columnOfRow: [Int32]
    let potentials: [Double]
  }

  func ranked(
    _ costs: [Double], rows: Int, columns: Int, most: Int, best: [Int32], potentials: [Double]
  ) -> Found<Ranked> {
    let memory = GuardedMemory(fill: fill)
    let size = cl_ranked_assignment_workspace_size(rows, columns, most)
    let (values, count) = (memory.elements(most, of: Double.self), memory.elements(1, of: Int.self))
    let partners = memory.elements(most * rows, of: Int32.self)
    let v = memory.elements(most * columns, of: Double.self)
    partners.update(from: best, count: best.count)
    v.update(from: potentials, count: potentials.count)
    let status = cl_ranked_assignment_solve(
      costs, rows, columns, most, memory.bytes(size, offset: offset), values, partners, v, count)
    #expect(memory.isIntact)
    let found = status == CL_STATUS_OK ? count.pointee : 0
    return Found(
      status: status, fault: Self.noFault,
      output: Ranked(
        values: values.array(found), columnOfRow: partners.array(found * rows),
        potentials: v.array(found * columns)))
  }

  struct Sparse: Equatable {
    let value: Double
    let entryOfRow: [Int64]
    let rowOfColumn: [Int32]
    let rowPotentials: [Double]
    let columnPotentials: [Double]
  }

  func sparse(
    offsets: [Int64], indices: [Int32], costs: [Double], columns: Int
  ) -> Found<Sparse> {
    let rows = offsets.count - 1
    let memory = GuardedMemory(fill: fill)
    let size = cl_sparse_assignment_workspace_size(rows, columns)
    let (value, entries) = (
      memory.elements(1, of: Double.self), memory.elements(rows, of: Int64.self)
    )
    let partners = memory.elements(columns, of: Int32.self)
    let (u, v) = (memory.elements(rows, of: Double.self), memory.elements(columns, of: Double.self))
    var fault = cl_fault(item: 0, row: -1, column: -1)
    let status = offsets.withUnsafeBufferPointer { offsets in
      indices.withUnsafeBufferPointer { indices in
        costs.withUnsafeBufferPointer { costs in
          var matrix = cl_sparse_costs(
            rows: rows, columns: columns, offsets: offsets.baseAddress,
            column: indices.baseAddress, cost: costs.baseAddress)
          return cl_sparse_assignment_solve(
            &matrix, memory.bytes(size, offset: offset), value, entries, partners, u, v, &fault)
        }
      }
    }
    #expect(memory.isIntact)
    return Found(
      status: status, fault: [fault.row, fault.column],
      output: Sparse(
        value: value.pointee, entryOfRow: entries.array(rows),
        rowOfColumn: partners.array(columns), rowPotentials: u.array(rows),
        columnPotentials: v.array(columns)))
  }
}
