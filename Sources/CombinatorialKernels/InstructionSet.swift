package import CCombinatorialKernels
internal import CombinatorialLibc

/// A set of processor instructions that the kernels are compiled for.
package enum InstructionSet: String, CaseIterable, Sendable {
  case scalar, avx2, avx512, neon

  /// The sets that this processor can run, the scalar reference first, the fastest last.
  package static let available: [InstructionSet] = allCases.filter {
    cl_instruction_set_is_available($0.cValue)
  }

  /// The environment variable that forces a set: `scalar`, `avx2`, `avx512` or `neon`.
  package static let environmentVariable = "CL_INSTRUCTION_SET"

  /// The set that every kernel uses: the one the environment names if it can run here, else the
  /// fastest. A program that wants to refuse a name asks ``requested``.
  package static let current: InstructionSet = {
    if let requested, let set = InstructionSet(rawValue: requested), available.contains(set) {
      return set
    }
    return available.last ?? .scalar
  }()

  /// What the environment asks for, whether it can run here or not.
  package static let requested: String? = getenv(environmentVariable).map { String(cString: $0) }

  /// What a lookup finds for the set, one of those available; the scalar kernels always exist.
  package func found<Kernel>(_ lookup: (cl_instruction_set) -> Kernel?) -> Kernel {
    guard let kernel = lookup(cValue) ?? lookup(CL_INSTRUCTION_SET_SCALAR) else {
      preconditionFailure("a build without scalar kernels")
    }
    return kernel
  }

  package var cValue: cl_instruction_set {
    switch self {
    case .scalar: CL_INSTRUCTION_SET_SCALAR
    case .avx2: CL_INSTRUCTION_SET_AVX2
    case .avx512: CL_INSTRUCTION_SET_AVX512
    case .neon: CL_INSTRUCTION_SET_NEON
    }
  }
}
