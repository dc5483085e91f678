/// The objects of a batch of images: classes and boxes, as many for each image as it has.
public struct SetTargets: Sendable {
  /// `[batch, limit]`: the class of each object; those beyond the image's count are padding.
  public let labels: [Int32]
  /// `[batch, limit, 4]`: center x, center y, width and height of each; padding likewise.
  public let boxes: Tensor
  /// `[batch]`: the objects of each image, 0 for an empty one.
  public let counts: [Int]

  /// Targets that are padded already.
  ///
  /// - Parameters:
  ///   - labels: `[batch, limit]`.
  ///   - boxes: `[batch, limit, 4]`.
  ///   - counts: `[batch]`, each `0 ... limit`.
  /// - Throws: ``CombinatorialError``.
  public init(labels: [Int32], boxes: Tensor, counts: [Int]) throws(CombinatorialError) {
    guard boxes.rank == 3, boxes.shape[2] == 4, boxes.shape[0] == counts.count,
      labels.count == boxes.shape[0] * boxes.shape[1]
    else {
      throw .shapeMismatch(
        expected: "boxes [batch, limit, 4], as many labels and a count for each image",
        found: "\(boxes.shape), \(labels.count) labels and \(counts.count) counts")
    }
    let limit = boxes.shape[1]
    if let image = counts.firstIndex(where: { !(0...limit).contains($0) }) {
      throw CombinatorialError(.lengthOutOfRange(length: counts[image], limit: limit), item: image)
    }
    self.labels = labels
    self.boxes = boxes.detached
    self.counts = counts
  }

  /// Targets listed image by image.
  ///
  /// - Throws: ``CombinatorialError``, `TensorError`.
  public init(images: [[(label: Int32, box: SIMD4<Float>)]]) throws {
    let limit = images.map(\.count).max() ?? 0
    var labels: [Int32] = []
    var boxes: [Float] = []
    for objects in images {
      for place in 0..<limit {
        labels.append(place < objects.count ? objects[place].label : 0)
        let box = place < objects.count ? objects[place].box : SIMD4()
        boxes += (0..<4).map { box[$0] }
      }
    }
    try self.init(
      labels: labels, boxes: Tensor(boxes, shape: [images.count, limit, 4]),
      counts: images.map(\.count))
  }

  var limit: Int { boxes.shape[1] }
}
