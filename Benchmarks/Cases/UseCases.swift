import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Assignments in the shapes that users have, which the families of `AssignmentCases` lack: boxes and the few
/// objects of a picture, bags of odd sizes, whole numbers, tracks that begin and end. `peers/uses.py` has such
/// problems from ever new seeds beside other packages; here they are the same in every run.
enum UseCases {
  static var all: [BenchmarkCase] {
    [(100, 7), (100, 30), (300, 20), (900, 60)].map { boxes, objects in
      benchmarkCase(of: Float.self, "set-prediction", batch: 16, rows: boxes, columns: objects) {
        setPrediction(boxes: boxes, objects: objects, using: &$0)
      }
    }
      + [(5, 1024), (7, 1024), (10, 1024), (20, 256), (48, 256)].map { size, batch in
        benchmarkCase(of: Float.self, "odd-bags", batch: batch, rows: size, columns: size) {
          CostFamily.bag1.costs(rows: size, columns: size, using: &$0)
        }
      }
      + [700, 1500].map { size in
        benchmarkCase(of: Double.self, "integers-99", batch: 1, rows: size, columns: size) {
          (generator: inout SeededGenerator) in
          (0..<size * size).map { _ in Double(Int.random(in: 1...99, using: &generator)) }
        }
      }
      + [300, 1000].map { size in
        benchmarkCase(of: Double.self, "tracks", batch: 1, rows: size, columns: size + 10) {
          tracks(size, detections: size + 10, using: &$0)
        }
      }
  }

  private static func benchmarkCase<Scalar: CostScalar>(
    of type: Scalar.Type, _ family: String, batch: Int, rows: Int, columns: Int,
    _ costs: @escaping (inout SeededGenerator) -> [Double]
  ) -> BenchmarkCase {
    let scalar = type == Float.self ? "float" : "double"
    return BenchmarkCase(
      name: "uses/\(family)/\(batch)x\(rows)x\(columns)/\(scalar)",
      isRepresentative: [7, 20, 30, 310, 700].contains(columns)
    ) {
      var generator = SeededGenerator(seed: 1)
      let all = (0..<batch).flatMap { _ in costs(&generator).map { Scalar($0) } }
      return AssignmentCases.contestants(
        for: AssignmentProblems(batch: batch, rows: rows, columns: columns, costs: all),
        comparedWithProgram: false)
    }
  }

  /// What a detector pays: 5 times the distance of two boxes in their four numbers, less what it believes.
  private static func setPrediction(
    boxes: Int, objects: Int, using generator: inout SeededGenerator
  ) -> [Double] {
    func random(_ count: Int) -> [SIMD4<Double>] {
      (0..<count).map { _ in SIMD4.random(in: 0..<1, using: &generator) }
    }
    let (found, wanted) = (random(boxes), random(objects))
    let beliefs = (0..<boxes).map { _ in Double.random(in: 0..<1, using: &generator) }
    return zip(found, beliefs).flatMap { box, belief in
      wanted.map { object in
        let offset = box - object
        return 5 * offset.replacing(with: -offset, where: offset .< 0).sum() - belief
      }
    }
  }

  /// Distances of points from where they have moved to, 1e5 beyond a gate; one point in ten is new.
  private static func tracks(
    _ count: Int, detections: Int, using generator: inout SeededGenerator
  ) -> [Double] {
    let spacing = 1 / Double(count).squareRoot()
    let starts = (0..<count).map { _ in SIMD2<Double>.random(in: 0..<1, using: &generator) }
    let ends = (0..<detections).map { index in
      index < count - count / 10
        ? starts[index] + 0.3 * spacing * SIMD2(generator.nextNormal(), generator.nextNormal())
        : SIMD2.random(in: 0..<1, using: &generator)
    }
    return starts.flatMap { start in
      ends.map { end in
        let offset = end - start
        let distance = (offset * offset).sum().squareRoot()
        return distance < 1.2 * spacing ? distance : 1e5
      }
    }
  }
}
