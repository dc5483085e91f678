import DifferentiableTensor

/// The independent sources of randomness of a training run.
///
/// Every draw depends on the run's seed, its stream and its place in the run (an epoch or a step)
/// alone. So a run that is resumed draws what the uninterrupted run draws, and a checkpoint only has
/// to say where the run stands.
enum RandomStream: UInt64 {
  case parameters = 1
  case bags, augmentation, evaluationBags
  case pairs, targetNoise
  case maps, mapOrder
  case scenes, testScenes

  /// The generator of a stream at one place in a run.
  func generator(seed: UInt64, at place: Int = 0) -> SeededGenerator {
    var generator = SeededGenerator(seed: seed)
    for word in [rawValue, UInt64(bitPattern: Int64(place))] {
      generator = SeededGenerator(seed: generator.next() ^ word)
    }
    return generator
  }
}
