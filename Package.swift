// swift-tools-version: 6.1
import PackageDescription

// On Apple's systems BLAS and LAPACK are Accelerate's, by its new interface.
let accelerate: [CSetting] = [
  .define("ACCELERATE_NEW_LAPACK", .when(platforms: [.macOS, .iOS, .tvOS, .visionOS]))
]

let package = Package(
  name: "swift-combinatorial-losses",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .visionOS(.v2)],
  products: [
    // MARK: Libraries
    .library(name: "CombinatorialSolvers", targets: ["CombinatorialSolvers"]),
    .library(name: "DifferentiableSwiftSolvers", targets: ["DifferentiableSwiftSolvers"]),
    .library(name: "DifferentiableTensor", targets: ["DifferentiableTensor"]),
    .library(name: "CombinatorialLosses", targets: ["CombinatorialLosses"]),
    .library(name: "LinearPrograms", targets: ["LinearPrograms"]),
    .library(name: "NeuralLayers", targets: ["NeuralLayers"]),
    .library(name: "DistributedTraining", targets: ["DistributedTraining"]),
    .library(name: "NumPyFiles", targets: ["NumPyFiles"]),
    .library(name: "ProblemFiles", targets: ["ProblemFiles"]),
    .library(name: "Experiments", targets: ["CombinatorialExperiments"]),

    // MARK: Programs
    .executable(name: "combinatorial-losses", targets: ["combinatorial-losses"]),
    .executable(name: "Benchmarks", targets: ["CombinatorialBenchmarks"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Training on many processes with Open MPI: MPICommunicator.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  // In a user's package graph a target's name stands once: none of ours may be one that others take, such as
  // Benchmarks or CZlib. Products may, and tests are not in that graph.
  targets: [
    // MARK: C kernels
    .target(
      name: "CCombinatorialKernels",
      path: "CSources/CCombinatorialKernels"),

    // MARK: System libraries
    .systemLibrary(
      name: "CCombinatorialOpenBLAS",
      path: "CSources/CCombinatorialOpenBLAS",
      pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CCombinatorialLAPACKE",
      path: "CSources/CCombinatorialLAPACKE",
      pkgConfig: "lapacke",
      providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(
      name: "CCombinatorialClp",
      path: "CSources/CCombinatorialClp",
      pkgConfig: "clp",
      providers: [.apt(["coinor-libclp-dev"]), .brew(["clp"])]),
    .systemLibrary(
      name: "CCombinatorialZlib",
      path: "CSources/CCombinatorialZlib",
      pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CCombinatorialFreeType",
      path: "CSources/CCombinatorialFreeType",
      pkgConfig: "freetype2",
      providers: [.apt(["libfreetype-dev"]), .brew(["freetype"])]),
    .systemLibrary(
      name: "CCombinatorialPNG",
      path: "CSources/CCombinatorialPNG",
      pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CCombinatorialTurboJPEG",
      path: "CSources/CCombinatorialTurboJPEG",
      pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CCombinatorialMPI",
      path: "CSources/CCombinatorialMPI",
      pkgConfig: "ompi-c",
      providers: [.apt(["libopenmpi-dev", "openmpi-bin"]), .brew(["open-mpi"])]),

    // MARK: Files
    .target(name: "CombinatorialLibc"),
    .target(name: "CombinatorialFiles", dependencies: ["CombinatorialLibc"]),

    // MARK: Solvers
    .target(
      name: "CombinatorialKernels",
      dependencies: ["CCombinatorialKernels", "CombinatorialLibc"]),
    .target(
      name: "CombinatorialSolvers",
      dependencies: ["CCombinatorialKernels", "CombinatorialKernels", "CombinatorialLibc"]),

    // MARK: Differentiable programming
    .target(
      name: "DifferentiableSwiftSolvers",
      dependencies: ["CombinatorialSolvers", "CombinatorialKernels"]),
    .target(
      name: "DifferentiableTensor",
      dependencies: [
        "CombinatorialKernels", "CombinatorialLibc",
        .target(name: "CCombinatorialOpenBLAS", condition: .when(platforms: [.linux])),
      ],
      cSettings: accelerate),
    .target(
      name: "CombinatorialLosses",
      dependencies: [
        "DifferentiableTensor", "CombinatorialSolvers", "CombinatorialKernels", "CombinatorialLibc",
      ]),
    .target(
      name: "LinearPrograms",
      dependencies: [
        "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableTensor",
        "CombinatorialKernels", "CCombinatorialClp",
        .target(name: "CCombinatorialLAPACKE", condition: .when(platforms: [.linux])),
      ],
      cSettings: accelerate),
    .target(
      name: "NeuralLayers",
      dependencies: [
        "CombinatorialFiles", "CombinatorialKernels", "CombinatorialLibc", "DifferentiableTensor",
      ]),

    .target(
      name: "DistributedTraining",
      dependencies: [
        "CombinatorialKernels", "CombinatorialLibc", "DifferentiableTensor", "NeuralLayers",
        .target(name: "CCombinatorialMPI", condition: .when(traits: ["MPI"])),
      ]),

    .target(
      name: "NumPyFiles",
      dependencies: ["CombinatorialFiles", "DifferentiableTensor", "CCombinatorialZlib"]),
    .target(
      name: "ProblemFiles",
      dependencies: [
        "CombinatorialFiles", "CombinatorialLibc", "CombinatorialSolvers", "LinearPrograms",
        "NumPyFiles",
      ]),

    // MARK: Experiments and programs
    .target(
      name: "CombinatorialExperiments",
      dependencies: [
        "CombinatorialFiles", "CombinatorialKernels", "CombinatorialLosses",
        "DifferentiableTensor", "DistributedTraining", "LinearPrograms", "NeuralLayers",
        "ProblemFiles", "CCombinatorialFreeType", "CCombinatorialPNG", "CCombinatorialTurboJPEG",
        "CCombinatorialZlib",
      ],
      path: "Sources/Experiments",
      resources: [.copy("Resources")]),
    .executableTarget(
      name: "combinatorial-losses",
      dependencies: [
        "CombinatorialExperiments", "CombinatorialFiles", "CombinatorialKernels",
        "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableTensor",
        "DistributedTraining", "NeuralLayers", "ProblemFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "CombinatorialBenchmarks",
      dependencies: [
        "CombinatorialExperiments", "CombinatorialFiles", "CombinatorialKernels",
        "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableSwiftSolvers",
        "DifferentiableTensor", "LinearPrograms", "NeuralLayers", "ProblemFiles",
        "CCombinatorialClp",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks",
      exclude: ["README.md", "peers", "results", "thresholds.json"]),

    // MARK: Tests
    .target(
      name: "TestSupport",
      dependencies: [],
      path: "Tests/TestSupport",
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "CombinatorialKernelsTests",
      dependencies: ["CombinatorialKernels", "CCombinatorialKernels", "TestSupport"]),
    .testTarget(
      name: "CombinatorialSolversTests",
      dependencies: ["CombinatorialSolvers", "CombinatorialKernels", "TestSupport"]),
    .testTarget(
      name: "DifferentiableSwiftSolversTests",
      dependencies: ["DifferentiableSwiftSolvers", "CombinatorialLosses", "TestSupport"]),
    .testTarget(
      name: "DifferentiableTensorTests",
      dependencies: ["DifferentiableTensor", "CombinatorialKernels", "TestSupport"]),
    .testTarget(
      name: "CombinatorialLossesTests",
      dependencies: [
        "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableTensor",
        "CombinatorialKernels", "TestSupport",
      ]),
    .testTarget(
      name: "LinearProgramsTests",
      dependencies: [
        "LinearPrograms", "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableTensor",
        "CombinatorialKernels", "TestSupport",
      ]),
    .testTarget(
      name: "NeuralLayersTests",
      dependencies: ["NeuralLayers", "DifferentiableTensor", "NumPyFiles", "TestSupport"],
      exclude: ["Fixtures/make_fixtures.py"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "DistributedTrainingTests",
      dependencies: [
        "DistributedTraining", "CombinatorialExperiments", "DifferentiableTensor", "NeuralLayers",
        "TestSupport",
      ]),
    .testTarget(
      name: "NumPyFilesTests",
      dependencies: ["NumPyFiles", "CombinatorialFiles", "DifferentiableTensor", "TestSupport"],
      exclude: ["Fixtures/make_fixtures.py"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ProblemFilesTests",
      dependencies: [
        "ProblemFiles", "CombinatorialFiles", "CombinatorialSolvers", "LinearPrograms",
        "NumPyFiles", "TestSupport",
      ]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "CombinatorialExperiments", "CombinatorialLosses", "DifferentiableTensor", "NeuralLayers",
        "ProblemFiles", "TestSupport",
      ]),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: [
        "CombinatorialBenchmarks", "CombinatorialKernels", "DifferentiableTensor", "ProblemFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(
      name: "ToolTests",
      dependencies: [
        "combinatorial-losses", "CombinatorialExperiments", "NumPyFiles", "ProblemFiles",
        "TestSupport",
      ],
      exclude: ["Fixtures/make_fixtures.py"],
      resources: [.copy("Fixtures")]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
