public import NeuralLayers

extension DataParallel {
  /// Gives all processes the parameters, buffers and random generators of rank 0.
  public func broadcast(_ model: any Model) throws(CommunicatorError) {
    guard size > 1 else { return }
    for parameter in model.parameters {
      var result = Swift.Result<Void, CommunicatorError>.success(())
      parameter.update { result = broadcast(UnsafeMutableRawBufferPointer($0)) }
      try result.get()
    }
    for buffer in model.namedBuffers.map(\.element) {
      var value = buffer.value
      try value.withUnsafeMutableScalars { broadcast(UnsafeMutableRawBufferPointer($0)) }.get()
      // Of the same shape: it cannot be refused.
      try? buffer.assign(value)
    }
    for source in model.namedRandomSources.map(\.element) {
      try withUnsafeMutableBytes(of: &source.generator.state) { broadcast($0) }.get()
    }
  }

  private func broadcast(
    _ bytes: UnsafeMutableRawBufferPointer
  ) -> Swift.Result<Void, CommunicatorError> {
    Swift.Result { () throws(CommunicatorError) in
      try timed { () throws(CommunicatorError) in try communicator.broadcast(bytes, from: 0) }
    }
  }

  /// The bytes that rank 0 has, such as those of a file that only it can read.
  ///
  /// - Parameter bytes: Called on rank 0 alone.
  /// - Throws: On rank 0 what `bytes` throws, on the others then ``CommunicatorError/ended(rank:)``.
  public func broadcast(_ bytes: () throws -> [UInt8]) throws -> [UInt8] {
    guard size > 1 else { return try bytes() }
    let own = isLeader ? Swift.Result(catching: bytes) : .success([])
    var count = -1.0
    if case .success(let bytes) = own { count = Double(bytes.count) }
    count = try gather([count])[0][0]
    var result = try own.get()
    guard count >= 0 else { throw CommunicatorError.ended(rank: 0) }
    if !isLeader { result = [UInt8](repeating: 0, count: Int(count)) }
    try result.withUnsafeMutableBytes { broadcast($0) }.get()
    return result
  }

  /// The sums of a few numbers over all processes, in the order of ranks.
  public func totals(_ numbers: [Double]) throws(CommunicatorError) -> [Double] {
    let all = try gather(numbers)
    return numbers.indices.map { index in all.dropFirst().reduce(all[0][index]) { $0 + $1[index] } }
  }

  /// Whether something is so on any process.
  public func any(_ flag: Bool) throws(CommunicatorError) -> Bool {
    guard size > 1 else { return flag }
    return try totals([flag ? 1 : 0])[0] > 0
  }

  /// Sees that every process has what rank 0 has.
  ///
  /// - Parameter parts: Fingerprints by what they are of, such as "training pictures"; not asked for on one process.
  /// - Throws: On all processes alike ``CommunicatorError/differs(rank:subject:)`` for the first rank, and its first
  ///   part, that differs.
  public func expectSame(
    _ parts: @autoclosure () -> KeyValuePairs<String, Fingerprint>
  ) throws(CommunicatorError) {
    guard size > 1 else { return }
    let parts = parts()
    let all = try gather(parts.map { Double($0.value.value) })
    for (rank, values) in all.enumerated() {
      if let place = values.indices.first(where: { values[$0] != all[0][$0] }) {
        throw .differs(rank: rank, subject: parts[place].key)
      }
    }
  }

  /// Runs what may fail on some processes only, such as reading files, so that all end if one does.
  ///
  /// - Throws: What `body` threw here; ``CommunicatorError/ended(rank:)`` where it did not throw, or threw what a
  ///   lower rank threw too, in the same words, so that each error is told once.
  public func together<Result>(_ body: () throws -> Result) throws -> Result {
    guard size > 1 else { return try body() }
    let result = Swift.Result(catching: body)
    var words = Fingerprint()
    if case .failure(let error) = result {
      words.add(error is CommunicatorError ? "\(error)" : "\(type(of: error)) \(error)")
    }
    var isSilent = false
    if case .failure(CommunicatorError.ended) = result { isSilent = true }
    var own = 0.0
    if case .failure = result { own = isSilent ? -1 : Double(words.value) + 1 }
    let all = try gather([own]).map { $0[0] }
    guard let failed = all.firstIndex(where: { $0 > 0 }) ?? all.firstIndex(where: { $0 != 0 })
    else { return try result.get() }
    let isFirst = own > 0 && all.firstIndex(of: own) == rank
    guard isFirst else { throw CommunicatorError.ended(rank: failed) }
    return try result.get()
  }
}
