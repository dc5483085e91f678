internal import CombinatorialKernels
internal import Dispatch

/// A rank among threads of this process: what runs on several machines can be tried in one test.
///
/// ```swift
/// let sums = try ThreadCommunicator.run(ranks: 4) { communicator in
///   try communicator.gather([Double(communicator.rank)])
/// }
/// ```
///
/// Sums are taken in the order of ranks. A rank whose call differs from that of rank 0 gets
/// ``CommunicatorError/mismatch(rank:expected:found:)``, as all others do.
public final class ThreadCommunicator: Communicator {
  /// This thread's number, in `0 ..< size`.
  public let rank: Int
  private let meeting: Meeting

  /// How many threads there are.
  public var size: Int { meeting.size }

  private init(rank: Int, meeting: Meeting) { (self.rank, self.meeting) = (rank, meeting) }

  /// Runs `body` on as many threads, each of them a rank, and returns what it gave on each.
  ///
  /// - Throws: What `body` threw on the first rank on which it did not throw
  ///   ``CommunicatorError/ended(rank:)`` alone. A rank that throws has ended for the others.
  public static func run<Result: Sendable>(
    ranks: Int, _ body: @escaping @Sendable (ThreadCommunicator) throws -> Result
  ) throws -> [Result] {
    let meeting = Meeting(size: max(1, ranks))
    let results = Lock([Swift.Result<Result, any Error>?](repeating: nil, count: meeting.size))
    let group = DispatchGroup()
    for rank in 0..<meeting.size {
      // Serial queues have threads of their own, of which none waits for another to end.
      DispatchQueue(label: "combinatorial-losses.rank-\(rank)").async(group: group) {
        let communicator = ThreadCommunicator(rank: rank, meeting: meeting)
        let result = Swift.Result { try body(communicator) }
        if case .failure = result { communicator.abort(status: 1) }
        results.withLock { $0[rank] = result }
      }
    }
    group.wait()
    let all = results.withLock { $0 }.compactMap { $0 }
    for case .failure(let error) in all {
      if case CommunicatorError.ended = error { continue }
      throw error
    }
    return try all.map { try $0.get() }
  }

  /// Sums in the order of ranks.
  public func sum(_ numbers: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
    try add(numbers) { total, part, count in
      for index in 0..<count { total[index] += part[index] }
    }
  }

  /// Sums in the order of ranks.
  public func sum(_ numbers: UnsafeMutableBufferPointer<Double>) throws(CommunicatorError) {
    try add(numbers) { total, part, count in
      for index in 0..<count { total[index] += part[index] }
    }
  }

  /// Each rank sums its part of the numbers, for all; `adding` adds those of one rank to a total.
  private func add<Number: BinaryFloatingPoint>(
    _ numbers: UnsafeMutableBufferPointer<Number>,
    adding: (UnsafeMutablePointer<Number>, UnsafeMutablePointer<Number>, _ count: Int) -> Void
  ) throws(CommunicatorError) {
    try exchange(UnsafeMutableRawBufferPointer(numbers), "a sum", sameCount: true) { all in
      let start = numbers.count * rank / size
      let count = numbers.count * (rank + 1) / size - start
      let parts = all.compactMap { $0.bindMemory(to: Number.self).baseAddress.map { $0 + start } }
      guard let total = parts.first else { return }
      for part in parts.dropFirst() { adding(total, part, count) }
      for part in parts.dropFirst() { part.update(from: total, count: count) }
    }
  }

  /// Copies the bytes of a rank.
  public func broadcast(
    _ bytes: UnsafeMutableRawBufferPointer, from root: Int
  ) throws(CommunicatorError) {
    try exchange(bytes, "a broadcast from \(root)", sameCount: true) { all in
      if rank != root { bytes.copyMemory(from: UnsafeRawBufferPointer(all[root])) }
    }
  }

  /// Copies the numbers of all ranks.
  public func gather(_ numbers: [Double]) throws(CommunicatorError) -> [[Double]] {
    try copies(numbers, "a gathering", sameCount: true)
  }

  /// Copies the bytes of all ranks to rank 0.
  public func collect(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] {
    let all = try copies(bytes, "a collection", sameCount: false)
    return rank == 0 ? all : []
  }

  /// Waits for all ranks.
  public func barrier() throws(CommunicatorError) {
    try exchange(.init(start: nil, count: 0), "a barrier", sameCount: true) { _ in }
  }

  /// The calls of the others throw ``CommunicatorError/ended(rank:)``.
  public func abort(status: Int32) { meeting.end(rank) }

  private func copies<Element>(
    _ own: [Element], _ name: String, sameCount: Bool
  ) throws(CommunicatorError) -> [[Element]] {
    var (own, copies) = (own, [[Element]]())
    let outcome = own.withUnsafeMutableBytes { bytes in
      Swift.Result { () throws(CommunicatorError) in
        try exchange(bytes, name, sameCount: sameCount) { all in
          copies = all.map { Array($0.bindMemory(to: Element.self)) }
        }
      }
    }
    try outcome.get()
    return copies
  }

  /// Calls `body` with the bytes of all ranks, which stay until all have returned from it.
  private func exchange(
    _ bytes: UnsafeMutableRawBufferPointer, _ name: String, sameCount: Bool,
    _ body: ([UnsafeMutableRawBufferPointer]) -> Void
  ) throws(CommunicatorError) {
    let call = sameCount ? "\(name) of \(bytes.count) bytes" : name
    body(try meeting.exchange(Meeting.Contribution(call: call, bytes: bytes), by: rank))
    try meeting.wait(rank, isLeaving: true)
  }
}

/// Where threads wait for each other.
private final class Meeting: @unchecked Sendable {
  struct Contribution {
    let call: String
    let bytes: UnsafeMutableRawBufferPointer
  }

  private struct State {
    var arrived = 0
    /// How often all have come.
    var meetings = 0
    var ended: Int?
  }

  let size: Int
  private let state = Lock(State())
  private let semaphores: [DispatchSemaphore]
  /// A rank writes its own between two meetings, and all read after the second.
  private let contributions: UnsafeMutableBufferPointer<Contribution>

  init(size: Int) {
    self.size = size
    semaphores = (0..<size).map { _ in DispatchSemaphore(value: 0) }
    contributions = .allocate(capacity: size)
    contributions.initialize(
      repeating: Contribution(call: "", bytes: .init(start: nil, count: 0)))
  }

  deinit {
    contributions.deinitialize()
    contributions.deallocate()
  }

  /// What all ranks bring, when all have come.
  func exchange(
    _ own: Contribution, by rank: Int
  ) throws(CommunicatorError) -> [UnsafeMutableRawBufferPointer] {
    contributions[rank] = own
    try wait(rank)
    let first = contributions[0].call
    if let other = contributions.firstIndex(where: { $0.call != first }) {
      throw .mismatch(rank: other, expected: first, found: contributions[other].call)
    }
    return contributions.map(\.bytes)
  }

  /// Returns when all ranks have come.
  ///
  /// Who leaves waits for the others in any case: they are there, and may still use what it brought.
  func wait(_ rank: Int, isLeaving: Bool = false) throws(CommunicatorError) {
    let (isLast, meeting) = try state.withLock { state throws(CommunicatorError) -> (Bool, Int) in
      if let ended = state.ended, !isLeaving { throw .ended(rank: ended) }
      let meeting = state.meetings
      state.arrived = (state.arrived + 1) % size
      state.meetings += state.arrived == 0 ? 1 : 0
      return (state.arrived == 0, meeting)
    }
    if isLast {
      for other in 0..<size where other != rank { semaphores[other].signal() }
      return
    }
    // One that ends wakes all, also those whose meeting goes on.
    var isOver = false
    while !isOver {
      semaphores[rank].wait()
      isOver = try state.withLock { state throws(CommunicatorError) -> Bool in
        if state.meetings != meeting { return true }
        if let ended = state.ended, !isLeaving { throw .ended(rank: ended) }
        return false
      }
    }
  }

  /// Wakes all, and a thread of this rank too that sums beside the one which gave up.
  func end(_ rank: Int) {
    state.withLock { $0.ended = $0.ended ?? rank }
    for semaphore in semaphores { semaphore.signal() }
  }
}
