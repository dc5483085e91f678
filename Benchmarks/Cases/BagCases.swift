import CombinatorialKernels
import DifferentiableTensor

/// Costs of bags by themselves. An instance is a bag.
enum BagCases {
  static var all: [BenchmarkCase] { costShapes.map(costs) }

  private struct Shape {
    let bags, size, classes: Int
    var rows: Int { bags * size }
  }

  private static let costShapes = [
    Shape(bags: 256, size: 16, classes: 100), Shape(bags: 64, size: 32, classes: 1000),
    Shape(bags: 64, size: 32, classes: 30000),
  ]

  /// Costs `[bags, size, size]` and the pullback of a matching's gradient.
  private static func costs(_ shape: Shape) -> BenchmarkCase {
    let perBag = 2 * shape.size * shape.classes + 2 * shape.size * shape.size
    return BenchmarkCase(
      name: "bag-costs/normal/\(shape.bags)x\(shape.size)x\(shape.classes)/float",
      isRepresentative: shape.classes <= 1000,
      bytesPerInstance: perBag * MemoryLayout<Float>.stride
    ) {
      let problems = LogitProblems<Float>(rows: shape.rows, classes: shape.classes)
      let bags = BagBuffers(shape.rows, size: shape.size)
      let leaf = try problems.leaf([shape.bags, shape.size, shape.classes])
      let cotangent = try Tensor(bags.cotangent, shape: [shape.bags, shape.size, shape.size])
      let positions = UnfusedOperations.bagPositions(
        problems.labels, size: shape.size, classes: shape.classes)
      return RowCases.contestants(
        instances: shape.bags,
        unfused: RowCases.TensorPath {
          try UnfusedOperations.bagCosts(leaf, positions: positions)
            .gradients(of: [leaf], cotangent: cotangent)[0]
        } check: {
          try $0.checkEqual(problems.output, "unfused gradient")
        },
        run: { choice in
          problems.with(choice) { bags.run($0, $1, problems) }
        },
        check: {
          try problems.checkOutput("bag costs' gradient") { row in
            problems.scaledProbabilities(row, matched: [Int(problems.labels[bags.matched(row)])])
          }
        })
    }
  }
}

/// What the bag cost kernels write and read besides logits.
private final class BagBuffers {
  private let size: Int
  private let costs: UnsafeMutableBufferPointer<Float>
  /// Row j of each bag is matched to label position j + 1, the last to the first.
  let cotangent: [Float]

  init(_ rows: Int, size: Int) {
    self.size = size
    costs = .allocate(capacity: rows * size)
    costs.initialize(repeating: 0)
    var cotangent = [Float](repeating: 0, count: rows * size)
    for row in 0..<rows { cotangent[row * size + (row + 1) % size] = 1 }
    self.cotangent = cotangent
  }

  deinit { costs.deallocate() }

  /// The row whose label a row is matched to.
  func matched(_ row: Int) -> Int { row / size * size + (row + 1) % size }

  func run(_ kernels: RowKernels<Float>, _ rows: Rows<Float>, _ problems: LogitProblems<Float>) {
    let logSumExp = kernels.bagCosts(rows, labels: problems.labels, size: size, into: costs)
    cotangent.withUnsafeBufferPointer {
      kernels.bagCostsGradient(
        rows, labels: problems.labels, size: size, logSumExp: logSumExp, cotangent: $0,
        into: problems.output)
    }
  }
}
