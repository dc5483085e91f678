package import CCombinatorialKernels

/// One way to run a kernel over a batch: slices on several threads, each with a workspace of its own, and the
/// refusal of the lowest item, whatever the threads did. It stops with the call that it is a part of, see
/// ``StopFlag``.
package struct BatchRun: Sendable {
  /// How many problems there are.
  package var count: Int
  /// Problems that the kernel solves side by side: slices have no others left over.
  package var unit: Int
  /// Problems that are worth a thread of their own: some 20 microseconds of work.
  package var minimumSlice: Int
  /// Bytes, as the kernel's size function gives them; 0: more than there can be.
  package var workspaceSize: Int
  /// The most threads to use; nil: as many as the task may.
  package var maxThreads: Int?

  package init(
    count: Int, unit: Int = 1, minimumSlice: Int = 1, workspaceSize: Int, maxThreads: Int? = nil
  ) {
    (self.count, self.unit, self.minimumSlice) = (count, unit, minimumSlice)
    (self.workspaceSize, self.maxThreads) = (workspaceSize, maxThreads)
  }

  /// Calls a kernel for every slice of the batch.
  ///
  /// - Parameter kernel: Solves consecutive items up to the first that it refuses, which it names by its
  ///   distance from the first of them.
  package func callAsFunction(
    _ kernel:
      @Sendable (_ items: Range<Int>, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault)
      -> cl_status
  ) throws(KernelRefusal) {
    guard workspaceSize > 0 else { throw KernelRefusal(status: CL_STATUS_INVALID_ARGUMENT) }
    let first = Lock<KernelRefusal?>(nil)
    let stop = StopFlag.current
    Parallel.forEachSlice(
      of: (count + unit - 1) / unit, minimumSlice: minimumSlice / unit, maxThreads: maxThreads
    ) { units in
      let items = units.lowerBound * unit..<min(count, units.upperBound * unit)
      let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
      LargePages.advise(workspace, byteCount: workspaceSize)
      defer { workspace.deallocate() }
      var fault = cl_fault(item: 0, row: 0, column: 0, stop: stop?.address)
      let status = kernel(items, workspace, &fault)
      guard status != CL_STATUS_OK else { return }
      fault.item += items.lowerBound
      let refusal = KernelRefusal(status: status, fault: fault)
      first.withLock { if $0.map({ $0.item > refusal.item }) ?? true { $0 = refusal } }
    }
    if let refusal = first.withLock({ $0 }) { throw refusal }
  }
}

/// What a kernel refused, and why.
package struct KernelRefusal: Error {
  package var status: cl_status
  /// The item of the batch.
  package var item: Int
  /// With `CL_STATUS_INVALID_COST`, where it stands; in a list the row is 0.
  package var row: Int
  package var column: Int

  package init(status: cl_status, fault: cl_fault = cl_fault()) {
    self.status = status
    item = Int(fault.item)
    row = Int(fault.row)
    column = Int(fault.column)
  }
}

extension BatchRun {
  /// Calls a kernel of one problem for every item of the batch.
  package func forEachItem(
    _ kernel:
      @Sendable (_ item: Int, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault)
      -> cl_status
  ) throws(KernelRefusal) {
    try self { items, workspace, fault in
      for item in items {
        if let flag = fault.stop, cl_is_stopped(flag) { return CL_STATUS_STOPPED }
        let status = kernel(item, workspace, &fault)
        guard status == CL_STATUS_OK else {
          fault.item = item - items.lowerBound
          return status
        }
      }
      return CL_STATUS_OK
    }
  }
}
