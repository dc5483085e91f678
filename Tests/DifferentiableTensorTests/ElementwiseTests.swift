import DifferentiableTensor
import Foundation
import Testing

/// The functions of one element against those of the C library in double precision.
@Suite struct ElementwiseTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// How many units in the last place the result may be from the rounded one: what glibc's manual
    /// gives for its functions ("Known Maximum Errors"), 0 where IEEE 754 asks for the rounded one.
    var units: Float = 0
    let tensor: @Sendable (Tensor) -> Tensor
    let exact: @Sendable (Double) -> Double
  }

  static let functions: [Function] = [
    .init(testDescription: "exp", units: 1, tensor: { $0.exp() }, exact: { Foundation.exp($0) }),
    .init(testDescription: "log", units: 1, tensor: { $0.log() }, exact: { Foundation.log($0) }),
    .init(testDescription: "sqrt", tensor: { $0.sqrt() }, exact: { $0.squareRoot() }),
    .init(testDescription: "tanh", units: 2, tensor: { $0.tanh() }, exact: { Foundation.tanh($0) }),
    // The exponential errs by 1.5 units, then a sum and a quotient are rounded.
    .init(
      testDescription: "sigmoid", units: 5, tensor: { $0.sigmoid() },
      exact: { 1 / (1 + Foundation.exp(-$0)) }),
    .init(testDescription: "pow 2", tensor: { $0.pow(2) }, exact: { $0 * $0 }),
    .init(
      testDescription: "pow -1.5", units: 1, tensor: { $0.pow(-1.5) },
      exact: { Foundation.pow($0, -1.5) }),
    .init(testDescription: "pow 0", tensor: { $0.pow(0) }, exact: { _ in 1 }),
    .init(testDescription: "negate", tensor: { -$0 }, exact: { -$0 }),
    .init(testDescription: "x + 3", tensor: { $0 + 3 }, exact: { $0 + 3 }),
    .init(testDescription: "3 + x", tensor: { 3 + $0 }, exact: { $0 + 3 }),
    .init(testDescription: "x - 3", tensor: { $0 - 3 }, exact: { $0 - 3 }),
    .init(testDescription: "3 - x", tensor: { 3 - $0 }, exact: { 3 - $0 }),
    .init(testDescription: "x * 3", tensor: { $0 * 3 }, exact: { $0 * 3 }),
    .init(testDescription: "3 * x", tensor: { 3 * $0 }, exact: { $0 * 3 }),
    .init(testDescription: "x / 3", tensor: { $0 / 3 }, exact: { $0 / 3 }),
    .init(testDescription: "3 / x", tensor: { 3 / $0 }, exact: { 3 / $0 }),
  ]

  @Test(arguments: functions)
  func agreesWithDoublePrecision(function: Function) throws {
    let scalars: [Float] = [
      -.infinity, -1e30, -100, -20, -1, -0.5, -1e-6, -0.0, 0, 1e-6, 0.5, 1, 20, 88, 1e30, .infinity,
      .nan,
    ]
    let values = function.tensor(try Tensor(scalars, shape: [scalars.count])).scalars
    for (argument, value) in zip(scalars, values) {
      let exact = function.exact(Double(argument))
      let rounded = Float(exact)
      let agrees =
        exact.isNaN
        ? value.isNaN
        : value == rounded || Swift.abs(value - rounded) <= function.units * rounded.ulp
      #expect(agrees, "\(function.testDescription) of \(argument) is \(value), not \(rounded)")
    }
  }

  @Test(arguments: functions)
  func keepsShapesAndEmptiness(function: Function) throws {
    #expect(function.tensor(try Tensor.ones([2, 1, 3])).shape == [2, 1, 3])
    #expect(function.tensor(try Tensor.zeros([2, 0])).shape == [2, 0])
    #expect(function.tensor(Tensor(1)).shape == [])
  }

  @Test func sigmoidGradientOfLargeArgumentsIsZeroNotNaN() throws {
    let input = try Tensor([-1e4, 1e4], shape: [2]).requiringGradient()
    #expect(try input.sigmoid().sum().gradients(of: [input])[0].scalars == [0, 0])
  }

  @Test func squareRootGradientAtZeroIsInfinite() throws {
    let input = Tensor(0).requiringGradient()
    #expect(try input.sqrt().gradients(of: [input])[0].item() == .infinity)
  }
}
