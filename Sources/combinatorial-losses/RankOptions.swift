import ArgumentParser
import DistributedTraining

/// How several processes train together.
struct RankOptions: ParsableArguments {
  @Flag(
    help: """
      Under mpirun: sum gradients while others are still computed. Pays between machines whose network is slow.
      """)
  var overlapSums = false

  var processes: DataParallel { DataParallel(Ranks.communicator, overlapsSums: overlapSums) }
}

/// How several processes train a network of pictures together.
struct BagRankOptions: ParsableArguments {
  @Flag(help: "Take batch normalization's statistics from the pictures of all processes.")
  var synchronizeNormalization = false

  @OptionGroup var common: RankOptions

  func validate() throws {
    if synchronizeNormalization && common.overlapSums {
      throw ValidationError("--synchronize-normalization and --overlap-sums exclude each other")
    }
  }

  var processes: DataParallel {
    DataParallel(
      Ranks.communicator, synchronizesNormalization: synchronizeNormalization,
      overlapsSums: common.overlapSums)
  }
}
