import DifferentiableTensor

/// Random shifts and flips, drawn anew for every picture at every step.
public struct Augmentation: Sendable, Equatable {
  /// The largest shift in pixels along each axis: a crop of the picture padded by as much in black.
  public let maximumShift: Int
  /// Whether every other picture is mirrored left to right.
  public let flips: Bool

  /// An augmentation; a shift below 0 counts as 0.
  public init(maximumShift: Int, flips: Bool) {
    self.maximumShift = max(0, maximumShift)
    self.flips = flips
  }

  /// Leaves pictures as they are.
  public static let none = Augmentation(maximumShift: 0, flips: false)

  /// The light augmentation that is usual for a data set.
  ///
  /// Mirrored digits and letters are none. Clothes are cropped and centered in training and test alike,
  /// so shifts would only teach what is never asked, and runs of a few epochs pay for it.
  public static func light(for source: DataSource) -> Augmentation {
    switch source {
    case .digits: Augmentation(maximumShift: 1, flips: false)
    case .fashionMNIST: Augmentation(maximumShift: 0, flips: true)
    case .glyphs: Augmentation(maximumShift: 2, flips: false)
    case .cifar100: Augmentation(maximumShift: 4, flips: true)
    }
  }

  /// How one picture is to be changed.
  struct Draw: Equatable {
    var down = 0
    var right = 0
    var mirrored = false
  }

  func draw(using generator: inout some RandomNumberGenerator) -> Draw {
    let shifts = -maximumShift...maximumShift
    return Draw(
      down: maximumShift == 0 ? 0 : Int.random(in: shifts, using: &generator),
      right: maximumShift == 0 ? 0 : Int.random(in: shifts, using: &generator),
      mirrored: flips && Bool.random(using: &generator))
  }
}
