/// Compares the gradients of a function with differences of its values.
public enum GradientCheck {
  /// The greatest disagreement of a gradient with central differences.
  public struct Report: Sendable, CustomStringConvertible {
    /// A partial derivative from both sources.
    public struct Comparison: Sendable, Equatable {
      /// The position of the tensor in the list of inputs.
      public let input: Int
      /// The row-major position of the element in that tensor.
      public let element: Int
      /// From the pullbacks.
      public let gradient: Double
      /// From central differences.
      public let difference: Double

      /// The distance between the two; infinite if one is not finite.
      public var absoluteError: Double {
        let distance = Swift.abs(gradient - difference)
        return distance.isFinite ? distance : .infinity
      }
    }

    /// How many partial derivatives were compared.
    public internal(set) var comparisonCount = 0
    /// Where the absolute error is greatest; nil if nothing was compared.
    public internal(set) var worst: Comparison?
    /// The greatest absolute error.
    public internal(set) var absoluteError = 0.0
    /// The greatest absolute error divided by the magnitude of the gradient; see
    /// ``GradientCheck/centralDifferences(of:at:step:seed:)``.
    public internal(set) var relativeError = 0.0

    /// Whether the gradient agrees with the differences.
    public func passes(relativeTolerance: Double = GradientCheck.relativeTolerance) -> Bool {
      relativeError <= relativeTolerance
    }

    /// The errors and where they are.
    public var description: String {
      guard let worst else { return "no partial derivatives compared" }
      return """
        \(comparisonCount) partial derivatives, relative error \(relativeError), absolute error \
        \(absoluteError) at element \(worst.element) of input \(worst.input): \
        gradient \(worst.gradient), central difference \(worst.difference)
        """
    }
  }

  /// A tolerance that `Float` rounding stays well below for smooth functions of magnitude about 1,
  /// and that a wrong formula exceeds.
  public static let relativeTolerance = 1e-3

  /// A step at which rounding and truncation are both small for such functions.
  public static let step: Float = 0x1p-5

  /// Compares the gradients of a function with central differences, element by element.
  ///
  /// The function's result, of any shape, is weighted with a random cotangent w and added up in double
  /// precision, F = w . f(x). With D(h) = (F(x + h) - F(x - h)) / 2h, the difference taken is
  /// (4 D(h) - D(2h)) / 3, whose truncation error is O(h^4), so that the step can be large enough for
  /// `Float`. The step for an element x is `step` times max(1, |x|). Kinks within two steps of an
  /// element make the difference wrong: see
  /// ``directionalDerivatives(of:at:supergradient:along:curvature:steps:isDifferentiable:)``.
  ///
  /// The relative error of an input's gradient is its absolute error over its greatest magnitude in
  /// either source, but at least over a hundredth of the sum of |w f(x)|, below which rounding of f
  /// would count as disagreement.
  ///
  /// - Parameters:
  ///   - function: Gets tensors in the shapes of `inputs`; must be deterministic.
  ///   - inputs: Where to compare.
  ///   - step: Greater than 0.
  ///   - seed: Determines the cotangent.
  /// - Returns: The errors, and where they are.
  /// - Throws: What `function` throws, and what ``Tensor/gradients(of:cotangent:whenComplete:)`` throws.
  /// - Complexity: Four calls of `function` per element of the inputs.
  public static func centralDifferences(
    of function: ([Tensor]) throws -> Tensor, at inputs: [Tensor],
    step: Float = GradientCheck.step, seed: UInt64 = 0
  ) throws -> Report {
    let leaves = inputs.map { $0.requiringGradient() }
    let output = try function(leaves)
    var generator = SeededGenerator(seed: seed)
    let cotangent = try Tensor.random(uniform: output.shape, in: 0.5...1.5, using: &generator)
    let gradients = try output.gradients(of: leaves, cotangent: cotangent)
    let weightedSize = zip(output.scalars, cotangent.scalars)
      .reduce(0.0) { $0 + Swift.abs(Double($1.0) * Double($1.1)) }

    var report = Report()
    for (position, gradient) in gradients.enumerated() {
      var comparisons: [Report.Comparison] = []
      for (element, partial) in gradient.scalars.enumerated() {
        let width = step * Swift.max(1, Swift.abs(inputs[position].scalars[element]))
        func quotient(_ width: Float) throws -> Double {
          try differenceQuotient(
            of: function, at: inputs, input: position, element: element, width: width,
            cotangent: cotangent)
        }
        let difference = try (4 * quotient(width) - quotient(2 * width)) / 3
        comparisons.append(
          .init(
            input: position, element: element, gradient: Double(partial), difference: difference))
      }
      report.include(comparisons, floor: weightedSize / 100)
    }
    return report
  }

  /// (F(x + width) - F(x - width)) over the distance of the two points as `Float` has them.
  private static func differenceQuotient(
    of function: ([Tensor]) throws -> Tensor, at inputs: [Tensor], input: Int, element: Int,
    width: Float, cotangent: Tensor
  ) throws -> Double {
    let value = inputs[input].scalars[element]
    let (above, below) = (value + width, value - width)
    let sums = try [above, below].map { moved in
      var point = inputs.map(\.detached)
      point[input].withUnsafeMutableScalars { $0[element] = moved }
      let output = try withoutGradient { try function(point) }
      return zip(output.scalars, cotangent.scalars)
        .reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    return (sums[0] - sums[1]) / (Double(above) - Double(below))
  }
}

extension GradientCheck.Report {
  /// Takes in the partial derivatives by one input.
  fileprivate mutating func include(_ comparisons: [Comparison], floor: Double) {
    comparisonCount += comparisons.count
    var magnitude = floor
    for comparison in comparisons {
      magnitude = max(magnitude, abs(comparison.gradient), abs(comparison.difference))
    }
    for comparison in comparisons {
      let error = comparison.absoluteError
      if worst == nil || error > absoluteError { (worst, absoluteError) = (comparison, error) }
      // An error of zero is none even where everything is zero; an infinite one stays infinite.
      if error > 0 {
        relativeError = max(relativeError, error.isFinite ? error / magnitude : .infinity)
      }
    }
  }
}
