/// How the gradient of a result becomes the gradients of the inputs; nil for an input that needs none.
typealias Pullback = @Sendable (Tensor) throws -> [Tensor?]

/// One recorded operation, or a leaf.
///
/// Immutable until `deinit` of a successor takes it apart, which happens only when nobody else holds
/// it.
final class TapeNode: @unchecked Sendable {
  let name: StaticString
  /// The shape of the result.
  let shape: [Int]
  /// The nodes of the operation's inputs; nil for untracked ones.
  private(set) var inputs: [TapeNode?]
  /// Nil for a leaf.
  private(set) var pullback: Pullback?
  let inputShapes: [[Int]]
  let isLeaf: Bool

  init(leafOfShape shape: [Int]) {
    name = "leaf"
    self.shape = shape
    inputs = []
    inputShapes = []
    isLeaf = true
  }

  init(name: StaticString, shape: [Int], inputs: [Tensor], pullback: @escaping Pullback) {
    self.name = name
    self.shape = shape
    self.inputs = inputs.map(\.node)
    self.pullback = pullback
    inputShapes = inputs.map(\.shape)
    isLeaf = false
  }

  /// Frees the nodes that only this one holds, in a loop: a long chain released link by link would
  /// overflow the stack. The inputs are taken before the pullback is dropped, because its captured
  /// tensors hold the same nodes.
  deinit {
    var pending: [TapeNode] = []
    dismantle(into: &pending)
    while var node = pending.popLast() {
      if isKnownUniquelyReferenced(&node) { node.dismantle(into: &pending) }
    }
  }

  private func dismantle(into pending: inout [TapeNode]) {
    for case let input? in inputs where !input.isLeaf { pending.append(input) }
    inputs = []
    pullback = nil
  }
}

/// Whether operations are recorded.
enum Tape {
  @TaskLocal static var isRecording = true
}

/// Runs `body` without recording: its results are untracked, and nothing is kept for a gradient.
public func withoutGradient<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try Tape.$isRecording.withValue(false) { Swift.Result(catching: body) }.get()
}
