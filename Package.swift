// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "swift-combinatorial-losses",
  platforms: [.macOS(.v15)],
  products: [
    // MARK: Libraries
    .library(name: "CombinatorialSolvers", targets: ["CombinatorialSolvers"]),
    .library(name: "DifferentiableTensor", targets: ["DifferentiableTensor"]),
    .library(name: "CombinatorialLosses", targets: ["CombinatorialLosses"]),
    .library(name: "LinearPrograms", targets: ["LinearPrograms"]),
    .library(name: "NeuralLayers", targets: ["NeuralLayers"]),
    .library(name: "ProblemFiles", targets: ["ProblemFiles"]),
    .library(name: "Experiments", targets: ["CombinatorialExperiments"]),

    // MARK: Programs
    .executable(name: "combinatorial-losses", targets: ["combinatorial-losses"]),
    .executable(name: "Benchmarks", targets: ["CombinatorialBenchmarks"]),
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
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CCombinatorialLAPACKE",
      path: "CSources/CCombinatorialLAPACKE",
      pkgConfig: "lapacke",
      providers: [.apt(["liblapacke-dev"]), .brew(["lapack"])]),
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
      name: "DifferentiableTensor",
      dependencies: ["CombinatorialKernels", "CombinatorialLibc", "CCombinatorialOpenBLAS"]),
    .target(
      name: "CombinatorialLosses",
      dependencies: [
        "DifferentiableTensor", "CombinatorialSolvers", "CombinatorialKernels", "CombinatorialLibc",
      ]),
    .target(
      name: "LinearPrograms",
      dependencies: [
        "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableTensor",
        "CombinatorialKernels", "CCombinatorialClp", "CCombinatorialLAPACKE",
        "CCombinatorialOpenBLAS",
      ]),
    .target(
      name: "NeuralLayers",
      dependencies: [
        "CombinatorialFiles", "CombinatorialKernels", "CombinatorialLibc", "DifferentiableTensor",
      ]),

    .target(
      name: "ProblemFiles",
      dependencies: [
        "CombinatorialFiles", "CombinatorialLibc", "CombinatorialSolvers", "LinearPrograms",
      ]),

    // MARK: Experiments and programs
    .target(
      name: "CombinatorialExperiments",
      dependencies: [
        "CombinatorialFiles", "CombinatorialKernels", "CombinatorialLosses",
        "DifferentiableTensor", "LinearPrograms", "NeuralLayers", "ProblemFiles",
        "CCombinatorialFreeType", "CCombinatorialPNG", "CCombinatorialTurboJPEG",
        "CCombinatorialZlib",
      ],
      path: "Sources/Experiments",
      resources: [.copy("Resources")]),
    .executableTarget(
      name: "combinatorial-losses",
      dependencies: [
        "CombinatorialExperiments", "CombinatorialFiles", "CombinatorialKernels",
        "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableTensor", "NeuralLayers",
        "ProblemFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "CombinatorialBenchmarks",
      dependencies: [
        "CombinatorialExperiments", "CombinatorialFiles", "CombinatorialKernels",
        "CombinatorialLosses", "CombinatorialSolvers", "DifferentiableTensor", "LinearPrograms",
        "NeuralLayers", "ProblemFiles", "CCombinatorialClp",
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
      dependencies: ["NeuralLayers", "DifferentiableTensor", "TestSupport"]),
    .testTarget(
      name: "ProblemFilesTests",
      dependencies: [
        "ProblemFiles", "CombinatorialFiles", "CombinatorialSolvers", "LinearPrograms",
        "TestSupport",
      ],
      exclude: ["Fixtures/make_fixtures.py"],
      resources: [.copy("Fixtures")]),
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
        "combinatorial-losses", "CombinatorialExperiments", "ProblemFiles", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
