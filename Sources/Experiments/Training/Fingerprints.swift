import DistributedTraining
import ProblemFiles

// What all processes of a run must have alike.

extension RunOptions {
  var fingerprint: Fingerprint {
    var fingerprint = Fingerprint()
    // Options are numbers and names, which JSON takes.
    fingerprint.add((try? JSON.line(self)) ?? "\(self)")
    return fingerprint
  }
}

extension Fingerprint {
  mutating func add(_ pictures: PictureStack) {
    add(pictures.pictureShape + [pictures.count])
    add(pictures.pixels)
  }
}

extension PictureSet {
  var fingerprint: Fingerprint {
    var fingerprint = Fingerprint()
    fingerprint.add(stack)
    fingerprint.add(labels)
    fingerprint.add(classNames)
    return fingerprint
  }
}

extension BagCollection {
  var fingerprint: Fingerprint {
    var fingerprint = Fingerprint()
    fingerprint.add(pictures)
    fingerprint.add(classNames)
    for bag in bags {
      fingerprint.add(bag.pictures)
      fingerprint.add(bag.labels)
    }
    return fingerprint
  }
}

extension [TextPair] {
  var fingerprint: Fingerprint {
    var fingerprint = Fingerprint()
    for pair in self {
      fingerprint.add(pair.source)
      fingerprint.add(pair.target)
    }
    return fingerprint
  }
}
