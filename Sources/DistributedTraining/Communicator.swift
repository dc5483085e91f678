/// Processes that compute together, as one of them sees the others.
///
/// All of them make the same calls in the same order; a call returns when this process's part is done, which may
/// have to wait for the others. ``SingleProcess`` is the communicator of a process on its own, ``ThreadCommunicator``
/// takes threads for processes, as tests do, and what connects machines is another one, such as `MPICommunicator`.
public protocol Communicator: AnyObject, Sendable {
  /// This process's number, in `0 ..< size`.
  var rank: Int { get }
  /// How many processes there are.
  var size: Int { get }

  /// Replaces each number by its sum over all ranks, which have equally many.
  ///
  /// All ranks get the same bits. The order of the additions may depend on how many ranks and numbers there are.
  func sum(_ numbers: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError)

  /// Replaces each number by its sum over all ranks, which have equally many.
  func sum(_ numbers: UnsafeMutableBufferPointer<Double>) throws(CommunicatorError)

  /// Gives all ranks the bytes of one of them; all have equally many.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError)

  /// Gives all ranks the few numbers of each, by rank; all have equally many.
  func gather(_ numbers: [Double]) throws(CommunicatorError) -> [[Double]]

  /// Gives rank 0 the bytes of each, by rank, of which there may be any number up to 1 GB; the others get none.
  func collect(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]]

  /// Waits for all ranks.
  func barrier() throws(CommunicatorError)

  /// Tells the others that this rank cannot go on. Where ranks are processes, all of them end, this one included,
  /// with this exit status; where they are threads, the calls of the others throw
  /// ``CommunicatorError/ended(rank:)``.
  func abort(status: Int32)
}

/// Why processes cannot go on together.
public enum CommunicatorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What connects the processes cannot be started.
  case unavailable(reason: String)
  /// A call failed; the reason is in the words of what connects the processes.
  case failed(operation: String, reason: String)
  /// Another rank gave up, and says why itself.
  case ended(rank: Int)
  /// A rank makes another call than rank 0, or with another size.
  case mismatch(rank: Int, expected: String, found: String)
  /// A rank has something else than rank 0.
  case differs(rank: Int, subject: String)

  /// What was expected and what came, with the rank.
  public var description: String {
    switch self {
    case .unavailable(let reason): "the processes cannot be connected: \(reason)"
    case .failed(let operation, let reason):
      "the processes lost each other in \(operation): \(reason)"
    case .ended(let rank): "rank \(rank) ended"
    case .mismatch(let rank, let expected, let found):
      "rank \(rank): expected \(expected) as on rank 0, found \(found)"
    case .differs(let rank, let subject):
      "expected the same \(subject) on all ranks, found others on rank \(rank) than on rank 0"
    }
  }
}

/// The communicator of a process that computes alone: every sum is what it was.
public final class SingleProcess: Communicator {
  /// A process on its own.
  public init() {}

  /// 0.
  public var rank: Int { 0 }
  /// 1.
  public var size: Int { 1 }

  /// Leaves the numbers as they are.
  public func sum(_ numbers: UnsafeMutableBufferPointer<Float>) {}
  /// Leaves the numbers as they are.
  public func sum(_ numbers: UnsafeMutableBufferPointer<Double>) {}
  /// Leaves the bytes as they are.
  public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {}
  /// The numbers.
  public func gather(_ numbers: [Double]) -> [[Double]] { [numbers] }
  /// The bytes.
  public func collect(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  /// Returns at once.
  public func barrier() {}
  /// Does nothing: there is nobody to be told, and the program ends itself.
  public func abort(status: Int32) {}
}
