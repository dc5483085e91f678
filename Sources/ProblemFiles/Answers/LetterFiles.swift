internal import CombinatorialFiles
package import CombinatorialSolvers

/// Sequences of letters, one on each line of two text files, as numbers.
package struct LetterFiles: Sendable {
  /// Of each line of the first file.
  package let predicted: [[UInt8]]
  /// Of each line of the second file.
  package let target: [[UInt8]]
  /// How many letters the alphabet has.
  package let letters: Int
  let file: String

  /// Reads both files.
  ///
  /// - Parameter alphabet: The letters in the order of a table; nil: those that the files have, in that of Unicode.
  /// - Throws: What is wrong, with file and line.
  package init(predicted: String, target: String, alphabet: String?) throws {
    let paths = [predicted, target]
    let lines = try paths.map(Self.lines)
    guard lines[0].count == lines[1].count else {
      throw AnswerError(
        "\(Self.name(target)): expected a line for each of \(lines[0].count), found \(lines[1].count)"
      )
    }
    let found = String(Set(lines.joined().joined()).sorted())
    let alphabet = Alphabet(alphabet ?? found)
    guard alphabet.letters.count <= 256 else {
      throw AnswerError(
        "\(Self.name(predicted)): expected at most 256 letters, found \(alphabet.letters.count)")
    }
    let numbers = try zip(paths, lines).map { path, lines in
      try lines.enumerated().map { line, text throws(AnswerError) in
        do throws(CombinatorialError) {
          return try alphabet.numbers(of: String(text))
        } catch {
          throw AnswerError(
            "\(Self.name(path)): line \(line + 1): \(error.description(of: "the text"))")
        }
      }
    }
    (self.predicted, self.target) = (numbers[0], numbers[1])
    (letters, file) = (alphabet.letters.count, Self.name(predicted))
  }

  private static func name(_ path: String) -> String {
    PrintableText.escaped(FileBytes.name(of: path))
  }

  private static func lines(_ path: String) throws -> [Substring] {
    guard let text = String(validating: try FileBytes.read(path), as: UTF8.self) else {
      throw AnswerError("\(name(path)): expected a text in UTF-8")
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

extension Answer {
  /// Aligns each line of one file with the same line of another.
  ///
  /// - Parameters:
  ///   - costs: To be made small; with `options.maximizes` the negated ones are.
  ///   - costFile: The name of the file that has the table; nil: no file has it.
  package static func solving(
    _ problem: LetterAlignment, _ lines: LetterFiles, costs: LetterCosts<Double>,
    from costFile: String? = nil, _ options: AnswerOptions
  ) throws -> [Answer] {
    let sign = options.maximizes ? -1.0 : 1
    var signed = costs
    signed.substitutions = costs.substitutions.map { sign * $0 }
    (signed.predictedGap, signed.targetGap) = (sign * costs.predictedGap, sign * costs.targetGap)
    return try answers(
      batch: lines.predicted.count,
      solve: { items throws(CombinatorialError) in
        do throws(CombinatorialError) {
          return try problem.solve(
            Array(lines.predicted[items]), Array(lines.target[items]), costs: signed)
        } catch {
          throw options.maximizes ? error.ofNegatedCosts : error
        }
      },
      failure: { error, line in
        var place = "\(lines.file): line \(line + 1)"
        if case .invalidCost = error.reason, let costFile {
          place = PrintableText.escaped(costFile)
        }
        return try Answer(
          status(of: error), reason: "\(place): \(MatrixRefusal.describe(error, batch: nil))")
      },
      answer: { solution, _ in
        var words: Words = ["value": sign * solution.value, "dualityGap": solution.dualityGap]
        if options.includesGradient {
          let gradient = solution.costGradient
          words =
            words + [
              "gradient": NestedNumbers(
                gradient.substitutions, shape: [lines.letters, lines.letters]),
              "gapGradient": [gradient.predictedGap, gradient.targetGap],
            ]
        }
        return try Answer(optimal: [solution, words], name: lines.file)
      })
  }
}
