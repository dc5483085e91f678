import NeuralLayers

/// The options of a training run: everything that decides its outcome; threads do not.
public protocol RunOptions: Sendable, Codable, Equatable {
  /// Passes over what it is trained on.
  var epochs: Int { get }
  /// The first option that is out of its range, as what was expected and found; nil: all are fine.
  var fault: String? { get }
  /// What users know an option as, where that is not its name here.
  static var optionNames: [String: String] { get }
}

extension RunOptions {
  /// None: users know all by their names.
  public static var optionNames: [String: String] { [:] }

  /// The first option that differs from a run that is to be resumed, as what it was and what it is.
  func difference(from saved: Self) -> String? {
    guard self != saved else { return nil }
    let pairs = zip(Mirror(reflecting: saved).children, Mirror(reflecting: self).children)
    for (old, new) in pairs {
      let (expected, found) = (Self.text(old.value), Self.text(new.value))
      guard expected != found, let name = old.label else { continue }
      return "\(Self.optionNames[name] ?? Self.words(name)): expected \(expected), found \(found)"
    }
    return nil
  }

  /// An option that was left out has its default.
  private static func text(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { text($0.value) } ?? "the default"
    case .collection:
      let elements = mirror.children.map { text($0.value) }
      return elements.isEmpty ? "none" : elements.joined(separator: ",")
    default: return (value as? any RawRepresentable<String>)?.rawValue ?? "\(value)"
    }
  }

  /// `batchSize` as "batch size".
  private static func words(_ name: String) -> String {
    name.map { $0.isUppercase ? " \($0.lowercased())" : "\($0)" }.joined()
  }

  /// The first count that is not 1 at least, or beyond all use: the steps of a run are to be counted.
  static func fault(counts: KeyValuePairs<String, Int?>) -> String? {
    let limit = 1_000_000_000
    for case (let name, let count?) in counts where !(1...limit).contains(count) {
      return "\(name): expected at \(count < 1 ? "least 1" : "most \(limit)"), found \(count)"
    }
    return nil
  }

  /// The first number that is not positive, also as a float.
  static func fault(positive: KeyValuePairs<String, Double>) -> String? {
    positive.first { !(Float($0.value) > 0 && Float($0.value).isFinite) }
      .map { "\($0.key): expected a positive number, found \($0.value)" }
  }
}

/// How the learning rate changes over a run.
public enum RateSchedule: String, Sendable, Codable, CaseIterable {
  /// Up to the peak and down again; see ``/NeuralLayers/LearningRateSchedule``.
  case oneCycle = "one-cycle"
  /// From the peak down along half a cosine.
  case cosine
  /// A tenth after half of the steps, and again after three quarters.
  case step
  /// The peak throughout.
  case constant

  /// The rates of a run of so many steps.
  func rates(peak: Double, steps: Int) -> LearningRateSchedule {
    switch self {
    case .oneCycle: .oneCycle(peak: peak, steps: steps)
    case .cosine: .cosine(initial: peak, steps: steps)
    case .step: .step(initial: peak, milestones: [steps / 2, steps * 3 / 4])
    case .constant: .constant(peak)
    }
  }
}
