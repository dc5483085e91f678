internal import CombinatorialKernels

/// How the scalars of a contiguous tensor move when its axes are reordered, in as few axes as
/// possible: axes that stay neighbors become one, axes of extent 1 vanish.
struct PermutationPlan {
  let shape: [Int]
  /// Extents of the result's collapsed axes, and the input's stride along each.
  private let extents: [Int]
  private let strides: [Int]

  /// Tiles of the innermost transposition; two of them fit the first-level cache.
  private static let tile = 32

  init(_ input: [Int], order: [Int]) {
    shape = order.map { input[$0] }
    let inputStrides = Shape.strides(input)
    var axes: [(extent: Int, stride: Int)] = []
    for axis in order where input[axis] != 1 {
      if let last = axes.last, last.stride == inputStrides[axis] * input[axis] {
        axes[axes.count - 1] = (last.extent * input[axis], inputStrides[axis])
      } else {
        axes.append((input[axis], inputStrides[axis]))
      }
    }
    extents = axes.map(\.extent)
    strides = axes.map(\.stride)
  }

  /// Whether the scalars stay where they are.
  var isIdentity: Bool { extents.count <= 1 }

  /// There is at least one scalar, and the permutation is not the identity.
  ///
  /// The result is a batch of matrices whose columns run along its last axis and whose rows run along
  /// the axis that is contiguous in the input, so that tiles read and write whole cache lines. If that
  /// is the last axis too, rows are copied.
  func run(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
    let last = extents.count - 1
    let outputStrides = Shape.strides(extents)
    let rowAxis = strides.firstIndex(of: 1).flatMap { $0 == last ? nil : $0 } ?? last - 1
    let batchAxes = (0..<last).filter { $0 != rowAxis }
    let batchCount = batchAxes.reduce(1) { $0 * extents[$1] }
    let matrix = extents[rowAxis] * extents[last]
    nonisolated(unsafe) let (input, output) = (input, output)
    let minimumSlice = max(1, ElementSlice.minimumCount / matrix)
    Parallel.forEachSlice(of: batchCount, minimumSlice: minimumSlice) { items in
      for item in items {
        var (rest, source, target) = (item, 0, 0)
        for axis in batchAxes.reversed() {
          let (quotient, index) = rest.quotientAndRemainder(dividingBy: extents[axis])
          source += index * strides[axis]
          target += index * outputStrides[axis]
          rest = quotient
        }
        copyMatrix(
          input + source, rowStride: strides[rowAxis], into: output + target,
          outputRowStride: outputStrides[rowAxis], rows: extents[rowAxis])
      }
    }
  }

  /// output[r, c] = input[r * rowStride + c * stride of the last axis].
  private func copyMatrix(
    _ input: UnsafePointer<Float>, rowStride: Int, into output: UnsafeMutablePointer<Float>,
    outputRowStride: Int, rows: Int
  ) {
    let (columns, columnStride) = (extents[extents.count - 1], strides[extents.count - 1])
    if columnStride == 1 {
      for row in 0..<rows {
        (output + row * outputRowStride).update(from: input + row * rowStride, count: columns)
      }
      return
    }
    for firstRow in stride(from: 0, to: rows, by: Self.tile) {
      for firstColumn in stride(from: 0, to: columns, by: Self.tile) {
        for row in firstRow..<min(rows, firstRow + Self.tile) {
          let (source, target) = (input + row * rowStride, output + row * outputRowStride)
          for column in firstColumn..<min(columns, firstColumn + Self.tile) {
            target[column] = source[column * columnStride]
          }
        }
      }
    }
  }
}
