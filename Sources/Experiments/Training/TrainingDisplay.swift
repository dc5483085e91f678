import Foundation

/// What a training run shows of its progress: a bar that is drawn again and again on a terminal, a
/// plain line now and then elsewhere.
public struct TrainingDisplay {
  private let isTerminal: Bool
  private let write: (String) -> Void
  private var epochs: Int?
  private var stepsTaken = 0
  private var unit = "items"
  private var start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant?
  /// Items and seconds of the steps of late, for the speed shown.
  private var recent: [(items: Int, seconds: Double)] = []

  private static let barWidth = 24
  private static let stepsOfSpeed = 50
  private static let eraseLine = "\r\u{1B}[K"

  /// - Parameters:
  ///   - isTerminal: Whether lines can be drawn over.
  ///   - write: Takes the text, line ends included.
  public init(isTerminal: Bool, write: @escaping (String) -> Void) {
    (self.isTerminal, self.write) = (isTerminal, write)
    start = .now
  }

  /// Shows what happened.
  public mutating func show<Plan, Epoch>(_ event: RunEvent<Plan, Epoch>) {
    switch event {
    case .started(let plan):
      (epochs, stepsTaken, unit) = (plan.epochs, plan.stepsTaken, plan.unit)
      start = .now
      recent = []
      let past = stepsTaken > 0 ? ", resumed after \(stepsTaken) steps" : ""
      line("\(plan.summary), \(plan.steps) steps\(past)")
    case .step(let report):
      recent = recent.suffix(Self.stepsOfSpeed - 1) + [(report.items, report.seconds)]
      let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(15)
      let now = ContinuousClock.now
      guard now - (lastShown ?? start) >= interval else { return }
      lastShown = now
      let elapsed = (now - start) / .seconds(1)
      let text = status(report, elapsed: elapsed)
      write(isTerminal ? Self.eraseLine + bar(report) + text : text + "\n")
    case .epoch(let report):
      line("epoch \(report.epoch)/\(epochs ?? report.epoch)  \(report.summary)")
    case .saved: break
    }
  }

  /// Shows a last line in place of the bar.
  public func end(_ text: String) { line(text) }

  private func line(_ text: String) {
    write((isTerminal ? Self.eraseLine : "") + text + "\n")
  }

  private func bar(_ report: StepReport) -> String {
    let filled = report.steps > 0 ? Self.barWidth * report.step / report.steps : 0
    return "[" + String(repeating: "=", count: filled)
      + String(repeating: " ", count: Self.barWidth - filled) + "] "
  }

  /// Epoch, share done, loss, speed and time left.
  func status(_ report: StepReport, elapsed: Double) -> String {
    let epochs = epochs ?? report.epoch
    let taken = report.step - stepsTaken
    let left = elapsed / Double(max(1, taken)) * Double(report.steps - report.step)
    let seconds = recent.reduce(0) { $0 + $1.seconds }
    let speed = Double(recent.reduce(0) { $0 + $1.items }) / max(seconds, 1e-9)
    return "epoch \(report.epoch)/\(epochs)  \(100 * report.step / max(1, report.steps))%  "
      + "loss \(Self.decimal(report.loss, 3))  \(Int(speed)) \(unit)/s  "
      + "\(Self.clock(left)) left"
  }

  // MARK: Numbers as text

  static func decimal(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  static func percent(_ share: Double, _ digits: Int = 1) -> String {
    "\(decimal(100 * share, digits))%"
  }

  /// What an epoch's line says of the time that processes took to talk to each other.
  static func communication(_ seconds: Double?, of total: Double) -> String {
    guard let seconds, total > 0 else { return "" }
    return ", \(percent(seconds / total)) between processes"
  }

  /// Lines of cells below their headings, to the right.
  static func table(_ heading: [String], _ rows: [[String]]) -> String {
    ([heading] + rows).map { line in
      zip(heading, line).map { title, cell in
        String(repeating: " ", count: max(0, title.count - cell.count)) + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// Hours, minutes and seconds, as 1:02:03 or 2:03.
  static func clock(_ seconds: Double) -> String {
    let whole = seconds.isFinite ? Int(max(0, min(seconds, 1e9)).rounded()) : 0
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, whole % 60)
      : String(format: "%d:%02d", minutes, whole % 60)
  }
}
