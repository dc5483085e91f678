/// What `solve` says of one problem, one JSON object: its status, and the words of its solution or the reason why
/// there is none.
package struct Answer: Sendable {
  /// What became of the problem.
  package enum Status: String, Sendable, Encodable {
    /// Solved; the words are those of an optimal solution.
    case optimal
    /// No solution keeps to the rules.
    case infeasible
    /// Solutions get better without end.
    case unbounded
    /// The file, or a number in it, is none that the problem can have.
    case invalid
    /// Neither solved nor proved to have no solution: iterations ended, or numbers left the range of doubles.
    case unsolved
  }

  package let status: Status
  /// One line that names the file, the place in it and the reason; nil for an optimal solution.
  package let reason: String?
  /// One line, its keys sorted. Every number reads back as the same double.
  package let json: String

  private init(_ status: Status, reason: String?, json: String) {
    (self.status, self.reason, self.json) = (status, reason, json)
  }

  /// The answer to a problem that has no solution to show.
  package init(_ status: Status, reason: String) throws {
    let body = Body(status: status, parts: [Words(["reason": reason])])
    self.init(status, reason: reason, json: try JSON.line(body))
  }

  /// The answer to what cannot be read, or not be put to a solver.
  package init(_ error: any Error) throws {
    try self.init((error as? AnswerError)?.status ?? .invalid, reason: "\(error)")
  }

  /// The answer to a problem that is solved; JSON has no infinities, which sums of great numbers come to.
  ///
  /// - Parameters:
  ///   - parts: Objects, whose words come together.
  ///   - name: What the reason calls the problem.
  package init(optimal parts: [any Encodable], name: String) throws {
    do {
      let json = try JSON.line(Body(status: .optimal, parts: parts))
      self.init(.optimal, reason: nil, json: json)
    } catch is EncodingError {
      try self.init(.unsolved, reason: "\(name): the solution exceeds the largest double")
    }
  }

  /// The words of some objects in one.
  private struct Body: Encodable {
    let status: Status
    let parts: [any Encodable]

    func encode(to encoder: any Encoder) throws {
      for part in parts { try part.encode(to: encoder) }
      var container = encoder.container(keyedBy: Words.Name.self)
      try container.encode(status, forKey: Words.Name(stringValue: "status"))
    }
  }
}

/// Why a problem cannot be put to its solver, or has no solution.
package struct AnswerError: Error, Equatable, CustomStringConvertible {
  package let status: Answer.Status
  package let description: String

  package init(_ description: String) { (status, self.description) = (.invalid, description) }
}

/// Values by name, as words of a JSON object.
package struct Words: Encodable, ExpressibleByDictionaryLiteral {
  struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let words: [(String, any Encodable)]

  package init(_ words: KeyValuePairs<String, any Encodable>) {
    self.words = words.map { ($0.key, $0.value) }
  }

  package init(dictionaryLiteral words: (String, any Encodable)...) { self.words = words }

  package typealias Key = String
  package typealias Value = any Encodable

  package static func + (left: Words, right: Words) -> Words {
    Words(left.words + right.words)
  }

  private init(_ words: [(String, any Encodable)]) { self.words = words }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in words { try container.encode(value, forKey: Name(stringValue: name)) }
  }
}

/// Numbers in row-major order as arrays within arrays.
package struct NestedNumbers: Encodable {
  private let numbers: ArraySlice<Double>
  private let shape: ArraySlice<Int>

  package init(_ numbers: [Double], shape: [Int]) {
    (self.numbers, self.shape) = (numbers[...], shape[...])
  }

  private init(_ numbers: ArraySlice<Double>, shape: ArraySlice<Int>) {
    (self.numbers, self.shape) = (numbers, shape)
  }

  package func encode(to encoder: any Encoder) throws {
    guard shape.count > 1, let extent = shape.first else {
      return try Array(numbers).encode(to: encoder)
    }
    var container = encoder.unkeyedContainer()
    let size = extent == 0 ? 0 : numbers.count / extent
    for index in 0..<extent {
      let first = numbers.startIndex + index * size
      try container.encode(NestedNumbers(numbers[first..<first + size], shape: shape.dropFirst()))
    }
  }
}
