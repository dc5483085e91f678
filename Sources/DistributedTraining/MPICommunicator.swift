#if MPI
  internal import CCombinatorialMPI
  internal import CombinatorialKernels

  /// The processes that `mpirun` started, on one machine or many, by Open MPI.
  ///
  /// There with the package's trait `MPI` alone (`swift build --traits MPI`; in a manifest,
  /// `.package(url: …, traits: ["MPI"])`), which needs Debian's libopenmpi-dev and openmpi-bin.
  ///
  /// ```swift
  /// let communicator = try MPICommunicator()
  /// do {
  ///   try train(on: DataParallel(communicator))
  /// } catch {
  ///   print("rank \(communicator.rank): \(error)")
  ///   communicator.abort(status: 1)
  /// }
  /// try communicator.finish()
  /// ```
  ///
  /// One thread at a time may make calls. A rank that is killed ends the others, by `mpirun`.
  public final class MPICommunicator: Communicator {
    /// This process's number, in `0 ..< size`.
    public let rank: Int
    /// How many processes there are.
    public let size: Int

    private static let isStarted = Lock(false)

    /// Starts MPI; a process that `mpirun` did not start is the only one.
    ///
    /// Once in a process.
    ///
    /// - Throws: ``CommunicatorError/unavailable(reason:)``.
    public init() throws(CommunicatorError) {
      let isFirst = Self.isStarted.withLock { isStarted in
        defer { isStarted = true }
        return !isStarted
      }
      guard isFirst else {
        throw .unavailable(reason: "expected one start of MPI in a process, found a second")
      }
      var (rank, size): (Int32, Int32) = (0, 1)
      let status = cl_mpi_start(&rank, &size)
      guard status == 0 else { throw .unavailable(reason: Self.text(status)) }
      (self.rank, self.size) = (Int(rank), Int(size))
    }

    /// Ends MPI, when all ranks call this; nothing can be called afterwards.
    public func finish() throws(CommunicatorError) { try check(cl_mpi_finish(), "the end") }

    /// Sums as MPI does: the order of additions depends on the sizes.
    public func sum(_ numbers: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
      try inPieces(numbers, "a sum") { cl_mpi_sum_floats($0, $1) }
    }

    /// Sums as MPI does: the order of additions depends on the sizes.
    public func sum(_ numbers: UnsafeMutableBufferPointer<Double>) throws(CommunicatorError) {
      try inPieces(numbers, "a sum") { cl_mpi_sum_doubles($0, $1) }
    }

    /// Sends the bytes of `root` to all.
    public func broadcast(
      _ bytes: UnsafeMutableRawBufferPointer, from root: Int
    ) throws(CommunicatorError) {
      let bytes = bytes.assumingMemoryBound(to: UInt8.self)
      try inPieces(bytes, "a broadcast") { cl_mpi_broadcast($0, $1, Int32(root)) }
    }

    /// Sends the numbers of each to all.
    public func gather(_ numbers: [Double]) throws(CommunicatorError) -> [[Double]] {
      var all = [Double](repeating: 0, count: size * numbers.count)
      try check(cl_mpi_gather(numbers, Int32(clamping: numbers.count), &all), "a gathering")
      return (0..<size).map { Array(all[$0 * numbers.count..<($0 + 1) * numbers.count]) }
    }

    /// Sends the bytes of each to rank 0, one rank after the other.
    public func collect(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] {
      let counts = try gather([Double(bytes.count)]).map { Int($0[0]) }
      guard counts.allSatisfy({ $0 <= Self.largestPiece }) else {
        throw .failed(operation: "a collection", reason: "expected at most 1 GB of a rank")
      }
      guard rank == 0 else {
        if !bytes.isEmpty { try check(cl_mpi_send(bytes, Int32(bytes.count), 0), "a collection") }
        return []
      }
      var all = [bytes]
      for sender in 1..<max(1, size) {
        var part = [UInt8](repeating: 0, count: counts[sender])
        if !part.isEmpty {
          try check(
            cl_mpi_receive(&part, Int32(part.count), Int32(sender)), "a collection")
        }
        all.append(part)
      }
      return all
    }

    /// Waits for all ranks.
    public func barrier() throws(CommunicatorError) { try check(cl_mpi_barrier(), "a barrier") }

    /// Ends all processes, this one included; `mpirun` returns the status.
    public func abort(status: Int32) { _ = cl_mpi_abort(status) }

    /// MPI counts in `int`.
    private static let largestPiece = 1 << 30

    private func inPieces<Element>(
      _ elements: UnsafeMutableBufferPointer<Element>, _ operation: String,
      _ call: (UnsafeMutablePointer<Element>, Int32) -> Int32
    ) throws(CommunicatorError) {
      guard let first = elements.baseAddress else { return }
      var start = 0
      while start < elements.count {
        let count = min(elements.count - start, Self.largestPiece)
        try check(call(first + start, Int32(count)), operation)
        start += count
      }
    }

    private func check(_ status: Int32, _ operation: String) throws(CommunicatorError) {
      guard status == 0 else {
        throw .failed(operation: operation, reason: Self.text(status))
      }
    }

    /// MPI's words for an error.
    private static func text(_ status: Int32) -> String {
      var text = [CChar](repeating: 0, count: cl_mpi_error_length + 1)
      guard cl_mpi_error_text(status, &text) == 0 else { return "error \(status)" }
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
#endif
