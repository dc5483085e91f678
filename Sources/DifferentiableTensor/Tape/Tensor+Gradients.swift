extension Tensor {
  /// The gradients of this tensor, the loss, by each of `tensors`.
  ///
  /// Walks the tape backwards once; only pullbacks on a path to one of `tensors` run. The tape is not
  /// used up. Gradients are untracked: there are no second derivatives.
  ///
  /// - Parameters:
  ///   - tensors: Leaves or intermediate results. One that the loss does not depend on gets zeros.
  ///   - cotangent: What the loss's own gradient is, in its shape; the result is then the product of
  ///     the cotangent with the Jacobian. Without one the loss must have one element.
  ///   - report: Called with a position in `tensors` and the gradient there as soon as it is complete,
  ///     while others are still to come: those of what was used last come first.
  /// - Returns: Gradients in the order and shapes of `tensors`.
  /// - Throws: `TensorError.lossNotScalar`, `.shapeMismatch` for the cotangent, `.untrackedLoss`,
  ///   `.untrackedTensor`, `.pullbackFailed`, and the `TensorError` of a pullback.
  /// - Complexity: Time and memory of the pullbacks, plus O(nodes of the tape).
  public func gradients(
    of tensors: [Tensor], cotangent: Tensor? = nil,
    whenComplete report: (_ position: Int, _ gradient: Tensor) -> Void = { _, _ in }
  ) throws(TensorError) -> [Tensor] {
    guard let root = node else { throw .untrackedLoss }
    var (targets, positions) = ([TapeNode](), [ObjectIdentifier: [Int]]())
    for (position, tensor) in tensors.enumerated() {
      guard let target = tensor.node else { throw .untrackedTensor(position: position) }
      targets.append(target)
      positions[ObjectIdentifier(target), default: []].append(position)
    }
    let seed = try seedCotangent(cotangent)
    let walk = ReverseWalk(from: root, to: targets)
    var gradients = [Tensor?](repeating: nil, count: tensors.count)
    func complete(_ position: Int, _ gradient: Tensor) {
      gradients[position] = gradient
      report(position, gradient)
    }
    try withoutGradient { () throws(TensorError) in
      try walk.run(cotangent: seed) { target, gradient in
        for position in positions[ObjectIdentifier(target)] ?? [] { complete(position, gradient) }
      }
    }
    for position in tensors.indices where gradients[position] == nil {
      complete(position, Tensor(zerosLike: tensors[position]))
    }
    return gradients.compactMap { $0 }
  }

  private func seedCotangent(_ cotangent: Tensor?) throws(TensorError) -> Tensor {
    guard let cotangent else {
      guard count == 1 else { throw .lossNotScalar(shape: shape) }
      return try Tensor(repeating: 1, shape: shape)
    }
    guard cotangent.shape == shape else {
      throw .shapeMismatch(
        expected: "a cotangent of the loss's shape \(shape)", found: cotangent.shape)
    }
    return cotangent.detached
  }
}

/// One backward pass over the part of the tape that lies between a loss and its targets.
private struct ReverseWalk {
  /// Inputs before the operations that use them.
  private var order: [TapeNode] = []
  private var position: [ObjectIdentifier: Int] = [:]
  private var isTarget: [Bool]
  /// Whether a target can be reached from the node.
  private var isNeeded: [Bool]

  init(from root: TapeNode, to targets: [TapeNode]) {
    (order, position) = Self.topologicalOrder(from: root)
    isTarget = [Bool](repeating: false, count: order.count)
    for target in targets {
      if let index = position[ObjectIdentifier(target)] { isTarget[index] = true }
    }
    isNeeded = isTarget
    for (index, node) in order.enumerated() where !isNeeded[index] {
      isNeeded[index] = node.inputs.contains { input in
        input.flatMap { position[ObjectIdentifier($0)] }.map { isNeeded[$0] } ?? false
      }
    }
  }

  /// Depth-first post-order with an explicit stack, as tapes are deeper than the call stack.
  private static func topologicalOrder(
    from root: TapeNode
  ) -> ([TapeNode], [ObjectIdentifier: Int]) {
    var order: [TapeNode] = []
    var position: [ObjectIdentifier: Int] = [:]
    var entered: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
    var stack = [(node: root, nextInput: 0)]
    while let (node, nextInput) = stack.last {
      guard nextInput < node.inputs.count else {
        position[ObjectIdentifier(node)] = order.count
        order.append(node)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].nextInput += 1
      if let input = node.inputs[nextInput], entered.insert(ObjectIdentifier(input)).inserted {
        stack.append((input, 0))
      }
    }
    return (order, position)
  }

  /// Tells the gradients of the targets that are reached. A node's gradient is dropped once it has been
  /// pulled back.
  func run(
    cotangent: Tensor, complete: (TapeNode, Tensor) -> Void
  ) throws(TensorError) {
    var pending = [Tensor?](repeating: nil, count: order.count)
    pending[order.count - 1] = cotangent
    for index in order.indices.reversed() where isNeeded[index] {
      guard let gradient = pending[index].take() else { continue }
      let node = order[index]
      if isTarget[index] { complete(node, gradient) }
      let contributions = try pullBack(gradient, through: node)
      for (input, contribution) in zip(node.inputs, contributions) {
        guard let contribution, let target = input.flatMap({ position[ObjectIdentifier($0)] }),
          isNeeded[target]
        else { continue }
        accumulate(contribution.detached, into: &pending[target])
      }
    }
  }

  /// The gradients by the node's inputs, checked against their shapes.
  private func pullBack(
    _ gradient: Tensor, through node: TapeNode
  ) throws(TensorError) -> [Tensor?] {
    let reachesTarget = node.inputs.contains { input in
      input.flatMap { position[ObjectIdentifier($0)] }.map { isNeeded[$0] } ?? false
    }
    guard reachesTarget, let pullback = node.pullback else { return [] }
    let contributions: [Tensor?]
    do {
      contributions = try pullback(gradient)
    } catch let error as TensorError {
      throw error
    } catch {
      throw .pullbackFailed(operation: "\(node.name)", reason: "\(error)")
    }
    guard contributions.count == node.inputs.count else {
      throw .pullbackFailed(
        operation: "\(node.name)",
        reason: "expected \(node.inputs.count) gradients, found \(contributions.count)")
    }
    for case (let contribution?, let shape) in zip(contributions, node.inputShapes)
    where contribution.shape != shape {
      throw .pullbackFailed(
        operation: "\(node.name)",
        reason: "expected a gradient of shape \(shape), found \(contribution.shape)")
    }
    return contributions
  }

  /// Adds in place where nobody else holds the sum's buffer.
  private func accumulate(_ contribution: Tensor, into sum: inout Tensor?) {
    guard var total = sum.take() else {
      sum = contribution
      return
    }
    if isKnownUniquelyReferenced(&total.storage) {
      Tensor.fillPairs(
        total.count, total.storage.base, contribution.storage.base, into: total.storage.base
      ) { $0.fill { $0 + $1 } }
      sum = total
    } else {
      sum = total.zipped(with: contribution) { $0.fill { $0 + $1 } }
    }
  }
}
