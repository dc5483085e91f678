import DifferentiableTensor
import Testing

/// Where an operation's inputs are drawn from.
enum Domain: Sendable {
  /// -2 ... 2
  case anywhere
  /// 0.5 ... 2.5
  case positive
  /// All elements of all inputs differ by at least 0.1 from each other, from 0 and from -1 and 1, so
  /// that no kink of a piecewise linear operation is near.
  case apart
}

/// An operation that every check in `OperationTests` runs on.
struct Operation: Sendable, CustomTestStringConvertible {
  let name: String
  /// Of the inputs that the gradient check runs on: every element counts four evaluations.
  let shapes: [[Int]]
  /// Of inputs that are large enough to be cut into slices.
  let largeShapes: [[Int]]
  let domain: Domain
  let apply: @Sendable ([Tensor]) throws -> Tensor

  init(
    _ name: String, _ shapes: [[Int]], large: [[Int]], _ domain: Domain = .anywhere,
    _ apply: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) {
    (self.name, self.shapes, self.largeShapes) = (name, shapes, large)
    (self.domain, self.apply) = (domain, apply)
  }

  var testDescription: String { name }

  func inputs(_ shapes: [[Int]], seed: UInt64) throws -> [Tensor] {
    var generator = SeededGenerator(seed: seed)
    switch domain {
    case .anywhere:
      return try shapes.map { try .random(uniform: $0, in: -2...2, using: &generator) }
    case .positive:
      return try shapes.map { try .random(uniform: $0, in: 0.5...2.5, using: &generator) }
    case .apart:
      let counts = shapes.map { $0.reduce(1, *) }
      let total = counts.reduce(0, +)
      // Odd multiples of 0.15 from both sides of 0; the nearest to 1 are 0.75 and 1.05, moved away.
      var values = (0..<total).map { (Float($0 - total / 2) + 0.5) * 0.3 * 1.19 }
      values.shuffle(using: &generator)
      var rest = values[...]
      return try zip(shapes, counts).map { shape, count in
        defer { rest = rest.dropFirst(count) }
        return try Tensor(Array(rest.prefix(count)), shape: shape)
      }
    }
  }

  /// Piecewise linear operations have no truncation error, so a small step can keep clear of kinks.
  var step: Float { if case .apart = domain { 0x1p-8 } else { GradientCheck.step } }
}

private let vector = [[1 << 18]]
private let matrices = [[2, 3], [2, 3]]
private let largeMatrices = [[512, 512], [512, 512]]

/// Adding an operation takes its own file and a line here.
let operations: [Operation] = [
  // Arithmetic
  .init("add", matrices, large: largeMatrices) { try $0[0] + $0[1] },
  .init("add a row", [[2, 3], [3]], large: [[512, 512], [512]]) { try $0[0] + $0[1] },
  .init("add a column", [[2, 3], [2, 1]], large: [[512, 512], [512, 1]]) { try $0[0] + $0[1] },
  .init("add both ways", [[2, 1, 3], [4, 1]], large: [[8, 1, 999], [33, 1]]) { try $0[0] + $0[1] },
  .init("add a number", [[5]], large: vector) { $0[0] + 2 },
  .init("subtract", matrices, large: largeMatrices) { try $0[0] - $0[1] },
  .init("subtract from a row", [[3], [2, 3]], large: [[512], [512, 512]]) { try $0[0] - $0[1] },
  .init("subtract a number", [[5]], large: vector) { $0[0] - 2 },
  .init("subtract from a number", [[5]], large: vector) { 2 - $0[0] },
  .init("negate", [[5]], large: vector) { -$0[0] },
  .init("multiply", matrices, large: largeMatrices) { try $0[0] * $0[1] },
  .init("multiply channels", [[2, 3, 2, 2], [3, 1, 1]], large: [[4, 8, 99, 99], [8, 1, 1]]) {
    try $0[0] * $0[1]
  },
  .init("multiply by a scalar", [[2, 3], []], large: [[512, 512], []]) { try $0[0] * $0[1] },
  .init("multiply by itself", [[4]], large: vector) { try $0[0] * $0[0] },
  .init("multiply by a number", [[5]], large: vector) { $0[0] * -3 },
  .init("divide", matrices, large: largeMatrices, .positive) { try $0[0] / $0[1] },
  .init("divide by a column", [[2, 3], [2, 1]], large: [[512, 512], [512, 1]], .positive) {
    try $0[0] / $0[1]
  },
  .init("divide by a number", [[5]], large: vector) { $0[0] / 3 },
  .init("divide a number", [[5]], large: vector, .positive) { 3 / $0[0] },
  // Functions of one element
  .init("exp", [[5]], large: vector) { $0[0].exp() },
  .init("log", [[5]], large: vector, .positive) { $0[0].log() },
  .init("sqrt", [[5]], large: vector, .positive) { $0[0].sqrt() },
  .init("tanh", [[5]], large: vector) { $0[0].tanh() },
  .init("sigmoid", [[5]], large: vector) { $0[0].sigmoid() },
  .init("square", [[5]], large: vector) { $0[0].pow(2) },
  .init("cube", [[5]], large: vector) { $0[0].pow(3) },
  .init("power -0.5", [[5]], large: vector, .positive) { $0[0].pow(-0.5) },
  .init("power 0", [[5]], large: vector) { $0[0].pow(0) },
  .init("relu", [[6]], large: vector, .apart) { $0[0].relu() },
  .init("abs", [[6]], large: vector, .apart) { $0[0].abs() },
  .init("clamp", [[9]], large: vector, .apart) { $0[0].clamped(to: -1...1) },
  // Extrema
  .init("maximum", matrices, large: largeMatrices, .apart) { try .maximum($0[0], $0[1]) },
  .init("maximum with a row", [[2, 3], [3]], large: [[512, 512], [512]], .apart) {
    try .maximum($0[0], $0[1])
  },
  .init("minimum", matrices, large: largeMatrices, .apart) { try .minimum($0[0], $0[1]) },
  .init("minimum with a scalar", [[], [2, 3]], large: [[], [512, 512]], .apart) {
    try .minimum($0[0], $0[1])
  },
  .init("max", [[2, 3]], large: largeMatrices, .apart) { try $0[0].max() },
  .init("max over rows", [[2, 3]], large: largeMatrices, .apart) { try $0[0].max(axes: [0]) },
  .init("max over columns", [[2, 3]], large: [[4, 99_999]], .apart) { try $0[0].max(axes: [-1]) },
  .init("max over outer axes", [[2, 3, 2]], large: [[64, 64, 64]], .apart) {
    try $0[0].max(axes: [0, 2], keepingDimensions: true)
  },
  .init("min", [[2, 3]], large: largeMatrices, .apart) { try $0[0].min() },
  .init("min over the middle", [[2, 3, 2]], large: [[64, 64, 64]], .apart) {
    try $0[0].min(axes: [1])
  },
  // Sums
  .init("sum", [[2, 3]], large: largeMatrices) { $0[0].sum() },
  .init("sum over rows", [[2, 3]], large: [[99_999, 3]]) { try $0[0].sum(axes: [0]) },
  .init("sum over columns", [[2, 3]], large: [[3, 99_999]]) { try $0[0].sum(axes: [1]) },
  .init("sum over the middle", [[2, 3, 2]], large: [[3, 99, 1033]]) { try $0[0].sum(axes: [1]) },
  .init("sum over outer axes", [[2, 3, 2]], large: [[64, 64, 64]]) {
    try $0[0].sum(axes: [0, 2], keepingDimensions: true)
  },
  .init("mean", [[2, 3]], large: largeMatrices) { $0[0].mean() },
  .init("mean over channels", [[2, 3, 2, 2]], large: [[8, 8, 64, 64]]) {
    try $0[0].mean(axes: [0, 2, 3])
  },
  .init("variance", [[2, 3]], large: largeMatrices) { try $0[0].variance(axes: [0, 1]) },
  .init("variance over channels", [[2, 3, 2, 2]], large: [[8, 8, 64, 64]]) {
    try $0[0].variance(axes: [0, -1, -2], keepingDimensions: true)
  },
  .init("softmax", [[2, 3]], large: largeMatrices) { try $0[0].softmax() },
  .init("softmax over rows", [[2, 3]], large: largeMatrices) { try $0[0].softmax(axis: 0) },
  .init("log-softmax", [[2, 3]], large: largeMatrices) { try $0[0].logSoftmax() },
  // Products
  .init("matmul", [[2, 3], [3, 4]], large: [[200, 300], [300, 257]]) { try $0[0].matmul($0[1]) },
  .init("matmul, left transposed", [[3, 2], [3, 4]], large: [[300, 200], [300, 257]]) {
    try $0[0].matmul($0[1], transposeLeft: true)
  },
  .init("matmul, right transposed", [[2, 3], [4, 3]], large: [[200, 300], [257, 300]]) {
    try $0[0].matmul($0[1], transposeRight: true)
  },
  .init("matmul, both transposed", [[3, 2], [4, 3]], large: [[300, 200], [257, 300]]) {
    try $0[0].matmul($0[1], transposeLeft: true, transposeRight: true)
  },
  .init("affine", [[2, 3], [4, 3], [4]], large: [[200, 300], [257, 300], [257]]) {
    try $0[0].affine(weight: $0[1], bias: $0[2])
  },
  .init("affine of batches", [[2, 2, 3], [4, 3], [4]], large: [[3, 90, 40], [33, 40], [33]]) {
    try $0[0].affine(weight: $0[1], bias: $0[2])
  },
  .init("matmul of batches", [[2, 2, 3], [2, 3, 2]], large: [[9, 64, 65], [9, 65, 64]]) {
    try $0[0].matmul($0[1])
  },
  .init(
    "matmul of batches, transposed", [[2, 3, 2], [2, 2, 3]], large: [[9, 65, 64], [9, 64, 65]]
  ) {
    try $0[0].matmul($0[1], transposeLeft: true, transposeRight: true)
  },
  .init("matmul of a batch and a matrix", [[2, 2, 3], [3, 2]], large: [[9, 64, 65], [65, 64]]) {
    try $0[0].matmul($0[1])
  },
  .init("matmul of a matrix and a batch", [[3, 2], [2, 3, 2]], large: [[65, 64], [9, 65, 64]]) {
    try $0[0].matmul($0[1], transposeLeft: true)
  },
  // Shapes
  .init("reshape", [[2, 6]], large: largeMatrices) { try $0[0].reshaped([4, -1]) },
  .init("flatten", [[2, 3, 2]], large: largeMatrices) { try $0[0].flattened(fromAxis: 1) },
  .init("transpose", [[2, 3]], large: largeMatrices) { try $0[0].transposed() },
  .init("permute", [[2, 3, 4]], large: [[64, 65, 66]]) { try $0[0].permuted([2, 0, 1]) },
  .init("expand", [[2, 1, 3]], large: [[2, 1, 333]]) {
    try $0[0].expanded(to: [4, 2, 5, $0[0].shape[2]])
  },
  .init("slice", [[4, 3]], large: largeMatrices) { try $0[0].sliced(1..<3) },
  .init("slice columns", [[3, 4]], large: largeMatrices) { try $0[0].sliced(1..<3, axis: -1) },
  .init("subscript", [[4, 3, 2]], large: [[64, 65, 66]]) { try $0[0][1..., -1] },
  .init("concatenate", [[2, 2], [2, 1], [2, 3]], large: [[99, 999], [99, 1], [99, 999]]) {
    try .concatenated($0, axis: 1)
  },
  .init("stack", [[2, 3], [2, 3]], large: largeMatrices) { try .stacked($0, axis: 1) },
  .init("gather rows", [[4, 2]], large: largeMatrices) { try $0[0].gathered(at: [3, 0, 3]) },
  .init("gather columns", [[2, 4]], large: largeMatrices) {
    try $0[0].gathered(at: [1, 1, 2], axis: 1)
  },
]
