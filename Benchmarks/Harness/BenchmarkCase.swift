import CombinatorialKernels

/// Some work, and the ways to do it that are timed against each other.
struct BenchmarkCase {
  /// `kernel/what/shape/type`, for example `assignment/bag-1/1024x32x32/float`.
  let name: String
  /// Whether `--quick` and the regression check run it.
  let isRepresentative: Bool
  /// The fewest bytes that one instance must move between memory and processor: every input read
  /// once, every output written once. Only for work that memory limits.
  let bytesPerInstance: Int?
  /// Makes the inputs. Called when the case is run, so that one case's memory is gone before the next.
  let contestants: () throws -> [Contestant]

  init(
    name: String, isRepresentative: Bool = false, bytesPerInstance: Int? = nil,
    contestants: @escaping () throws -> [Contestant]
  ) {
    (self.name, self.isRepresentative) = (name, isRepresentative)
    (self.bytesPerInstance, self.contestants) = (bytesPerInstance, contestants)
  }
}

/// One way to do the work of a case.
struct Contestant {
  /// What it is called in every machine's results: `scalar`, `current`, `reference LP` …
  let name: String
  /// The instruction set of the kernels in it.
  let instructionSet: InstructionSet
  let threads: Int
  /// How many instances one run solves. Contestants are compared by the time of one instance, so a
  /// slow one may take fewer.
  let instances: Int
  /// The contestants that its time is set against.
  let references: [String]
  /// Whether it is a part of the references' work, so that its share of their time tells more than how
  /// many times faster it is.
  let isPartOfReferences: Bool
  /// The timed part.
  let run: () throws -> Void
  /// Throws unless what the latest run left behind is right.
  let check: () throws -> Void

  init(
    name: String, instructionSet: InstructionSet = .current, threads: Int = 1, instances: Int,
    references: [String] = [], isPartOfReferences: Bool = false, run: @escaping () throws -> Void,
    check: @escaping () throws -> Void
  ) {
    (self.name, self.instructionSet) = (name, instructionSet)
    (self.threads, self.instances) = (threads, instances)
    (self.references, self.isPartOfReferences) = (references, isPartOfReferences)
    (self.run, self.check) = (run, check)
  }
}

/// Where a run leaves its result for the check.
final class Outcome<Value> {
  var value: Value?
}

/// A kernel together with a number of threads, as a contestant runs it.
struct KernelChoice {
  let name: String
  let instructionSet: InstructionSet
  let threads: Int
  let references: [String]

  static let scalar = KernelChoice(
    name: "scalar", instructionSet: .scalar, threads: 1, references: [])

  /// Every choice worth timing here: the scalar kernels, the ones that programs use, those of any
  /// other instruction set that this processor has, and all threads.
  ///
  /// `current` is the set that `CL_INSTRUCTION_SET` forces, if it does; its name stays, so that the
  /// regression check sees the change.
  static func all(threads: Int = Parallel.coreCount) -> [KernelChoice] {
    let others = InstructionSet.available.filter { $0 != .scalar && $0 != .current }
    let sets = [("current", InstructionSet.current)] + others.map { ($0.rawValue, $0) }
    let oneThread = sets.map {
      KernelChoice(name: $0.0, instructionSet: $0.1, threads: 1, references: [scalar.name])
    }
    let allThreads = KernelChoice(
      name: "current, all threads", instructionSet: .current, threads: threads,
      references: ["current"])
    return [scalar] + oneThread + (threads > 1 ? [allThreads] : [])
  }

  /// A contestant for each choice worth timing; a single problem has no work for a second thread.
  ///
  /// - Parameter reference: Another way to do the same, which comes first, and which one thread is set against.
  static func contestants(
    instances: Int, beside reference: Contestant? = nil,
    run: @escaping (KernelChoice) throws -> Void, check: @escaping () throws -> Void
  ) -> [Contestant] {
    let others = reference.map { [$0] } ?? []
    let choices = instances > 1 ? all() : all(threads: 1)
    return others
      + choices.map { choice in
        Contestant(
          name: choice.name, instructionSet: choice.instructionSet, threads: choice.threads,
          instances: instances,
          references: choice.references + (choice.threads == 1 ? others.map(\.name) : []),
          run: { try run(choice) }, check: check)
      }
  }
}
