package import CombinatorialSolvers
internal import CombinatorialFiles

/// The costs of a problem, or of a batch of problems, from a file.
package struct CostArray: Sendable {
  package let file: String
  package let array: NumPyArray
  /// Which problem of the file's batch the first one is.
  package let firstItem: Int

  /// A matrix without cells may still claim any number of rows; the solution has a number for each.
  private static let maximumLinesWithoutCosts = 1 << 24

  /// Reads an .npy file, or standard input for `-`.
  package init(contentsOf path: String) throws(NumPyFileError) {
    array = try NumPyArray(contentsOf: path)
    file = FileBytes.name(of: path)
    firstItem = 0
  }

  /// Reads some problems of the batch of an .npy file.
  package init(contentsOf path: String, items: Range<Int>) throws(NumPyFileError) {
    array = try NumPyItems(contentsOf: path).array(items)
    (file, firstItem) = (path, items.lowerBound)
  }

  package init(_ array: NumPyArray, file: String) {
    (self.array, self.file, firstItem) = (array, file, 0)
  }

  /// The shape of one problem, and the number of problems where there is an axis more.
  ///
  /// - Parameter names: The axes of one problem.
  package func split(_ names: [String]) throws(AnswerError) -> (batch: Int?, item: [Int]) {
    let shape = array.shape
    guard shape.count == names.count || shape.count == names.count + 1 else {
      throw shapeError(
        "[\(names.joined(separator: ", "))], or [batch, \(names.joined(separator: ", "))]")
    }
    if array.elements.count == 0 {
      let limit = Self.maximumLinesWithoutCosts
      guard shape.allSatisfy({ $0 <= limit }),
        (shape.count > names.count ? shape[0] : 1) * shape.suffix(names.count).reduce(0, +) <= limit
      else { throw shapeError("at most \(limit) rows and columns") }
    }
    return shape.count == names.count ? (nil, shape) : (shape[0], Array(shape.dropFirst()))
  }

  /// The shape of one problem, of which there are as many as `batch` says, or which all share.
  package func split(
    _ names: [String], item expected: [Int], batch: Int?
  ) throws(AnswerError) -> (Int) -> [Double] {
    let (count, item) = try split(names)
    guard item == expected, count == nil || count == batch else {
      throw shapeError("\(expected)\(batch.map { ", or \([$0] + expected)" } ?? "")")
    }
    let (numbers, size) = (array.doubles, expected.reduce(1, *))
    return { item in
      count == nil ? numbers : Array(numbers[item * size..<(item + 1) * size])
    }
  }

  package func shapeError(_ expected: String) -> AnswerError {
    AnswerError(
      "\(PrintableText.escaped(file)): expected \(expected), found \(NumPyArray.name(ofShape: array.shape))"
    )
  }
}

/// What answers tell beside the words of a solution, and of which optimum.
package struct AnswerOptions: Sendable {
  package var includesGradient: Bool
  package var maximizes: Bool

  package init(includesGradient: Bool = false, maximizes: Bool = false) {
    (self.includesGradient, self.maximizes) = (includesGradient, maximizes)
  }
}

/// A solution, with what it is the solution of.
package struct Solved<Solution: OptimalSolution> {
  package let solution: Solution
  /// The costs of this problem.
  package let costs: () -> [Double]

  package init(solution: Solution, costs: @escaping () -> [Double]) {
    (self.solution, self.costs) = (solution, costs)
  }
}
